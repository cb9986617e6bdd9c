/** The one door through which floats enter the model: nearest integer at a scale, ties away from zero. */
import { SVI_ONE } from './sviSlice.ts'

export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError'
  constructor(value: number) {
    super(`${value} is not a finite number. Check where it was computed.`)
  }
}

/** value × 2^bits as an integer. Exact: a float is a dyadic rational, so only the last rounding counts. */
function scaleBinary(value: number, bits: number): bigint {
  if (!Number.isFinite(value)) throw new NotFiniteError(value)
  return BigInt(Math.round(value * 2 ** bits))
}

/** A float as a wad: the fraction to the nearest 2^-53, so exact from one half up and within 56 wei below. */
export function wadFromFloat(value: number): bigint {
  if (!Number.isFinite(value)) throw new NotFiniteError(value)
  const negative = value < 0
  const magnitude = Math.abs(value)
  const whole = Math.floor(magnitude)
  // The fraction has at most 53 bits: carry it as an integer over 2^53.
  const fraction = BigInt(Math.round((magnitude - whole) * 2 ** 53))
  const wad = BigInt(whole) * 10n ** 18n + (fraction * 10n ** 18n + (1n << 52n)) / (1n << 53n)
  return negative ? -wad : wad
}

/** A float as a slice field, Q40. */
export function sliceFieldFromFloat(value: number): bigint {
  return scaleBinary(value, 40)
}

/** A slice field as a float, exact. */
export function sliceFieldToFloat(field: bigint): number {
  return Number(field) / Number(SVI_ONE)
}

/** A wad as the nearest float. */
export function wadToFloat(wad: bigint): number {
  const whole = wad / 10n ** 18n
  return Number(whole) + Number(wad - whole * 10n ** 18n) / 1e18
}
