import type { Address } from 'viem'
import { getAddress, isAddress } from 'viem'
import { MalformedSnapshotError } from './errors.ts'

/** Reads a value of parsed JSON as a type, or throws `MalformedSnapshotError` with its path. */
export type Codec<T> = (value: unknown, path: string) => T

export type Of<C> = C extends Codec<infer T> ? T : never

const WHOLE = /^-?(0|[1-9]\d*)$/

/** A natural number that a float holds exactly. */
export const natural: Codec<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new MalformedSnapshotError(path, 'a natural number')
  return value
}

/** Any whole number, written as text. */
export const whole: Codec<bigint> = (value, path) => {
  if (typeof value !== 'string' || !WHOLE.test(value)) throw new MalformedSnapshotError(path, 'a whole number as text')
  return BigInt(value)
}

export const flag: Codec<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new MalformedSnapshotError(path, 'true or false')
  return value
}

export const text: Codec<string> = (value, path) => {
  if (typeof value !== 'string' || value === '') throw new MalformedSnapshotError(path, 'a text')
  return value
}

export const address: Codec<Address> = (value, path) => {
  if (typeof value !== 'string' || !isAddress(value)) throw new MalformedSnapshotError(path, 'an address')
  return getAddress(value)
}

export function listOf<T>(item: Codec<T>): Codec<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new MalformedSnapshotError(path, 'a list')
    return value.map((each, i) => item(each, `${path}[${i}]`))
  }
}

/** A list of as many as there are codecs. */
export function tupleOf<const C extends readonly Codec<unknown>[]>(
  ...items: C
): Codec<{ readonly [I in keyof C]: Of<C[I]> }> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length !== items.length)
      throw new MalformedSnapshotError(path, `a list of ${items.length}`)
    return items.map((item, i) => item(value[i], `${path}[${i}]`)) as never
  }
}

/** An object with at least these fields; others are left out. */
export function recordOf<const F extends Readonly<Record<string, Codec<unknown>>>>(
  fields: F,
): Codec<{ readonly [K in keyof F]: Of<F[K]> }> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new MalformedSnapshotError(path || 'the file', 'an object')
    const given = value as Readonly<Record<string, unknown>>
    return Object.fromEntries(
      Object.entries(fields).map(([name, codec]) => [name, codec(given[name], path ? `${path}.${name}` : name)]),
    ) as never
  }
}
