import type { Address } from 'viem'
import { getAddress, isAddress } from 'viem'

/** The error of one kind of file, which names a field and what it should be. */
type Malformed = new (path: string, wanted: string) => Error

/** What every JSON file of the library is read by: each gives a field as it should be, or throws the file's own error. */
export function fieldsOf(Malformed: Malformed) {
  function record(value: unknown, path: string): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed(path, 'an object')
    return value as Record<string, unknown>
  }

  /** The file itself; with a format, which it must name. */
  function root(json: string, format?: string): Record<string, unknown> {
    let parsed: unknown
    try {
      parsed = JSON.parse(json)
    } catch {
      throw new Malformed('the file', 'JSON')
    }
    const file = record(parsed, 'the file')
    if (format !== undefined && file.format !== format) throw new Malformed('format', `"${format}"`)
    return file
  }

  function list(value: unknown, path: string): readonly unknown[] {
    if (!Array.isArray(value)) throw new Malformed(path, 'a list')
    return value
  }

  function address(value: unknown, path: string): Address {
    if (typeof value !== 'string' || !isAddress(value)) throw new Malformed(path, 'an address')
    return getAddress(value)
  }

  function natural(value: unknown, { path, most }: { readonly path: string; readonly most: number }): number {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > most)
      throw new Malformed(path, `a whole number from 0 to ${most}`)
    return value
  }

  return { root, record, list, address, natural }
}
