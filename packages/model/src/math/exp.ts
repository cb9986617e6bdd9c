import { shl, signed, unsigned } from './word.ts'

/** The exponential: see Exp.sol for the method, the source of the coefficients and the error. */

export const EXP_MAX_INPUT = 134_000_000_000_000_000_000n
const MIN_INPUT = -42_200_000_000_000_000_000n
const B0 = 53226052391377291388n
const B1 = 159678157174140385858n
const B2 = 266130261996587512704n
const B3 = 372582514797622249925n
const B4 = 479434069119057165918n
const LOG2_E_PER_WAD = 163137375895359754143540650938718292956324885383917041163n
const HALF_LOG2_E = 958835318864837042473377629465025855n
const WAD_Q66 = 73786976294838206464000000000000000000n

export class ExpInputAboveMaximum extends Error {
  override readonly name = 'ExpInputAboveMaximum'
  constructor(x: bigint, maximum: bigint) {
    super(`e^x for x = ${x} wad does not fit a word; the largest input is ${maximum}.`)
  }
}

const fraction = (f: bigint): bigint => {
  const u = f * f
  return B0 + u / (B1 + u / (B2 + u / (B3 + u / B4)))
}

/** e^x in wad, rounded down. */
export const expWad = (x: bigint): bigint => {
  if (x > EXP_MAX_INPUT) throw new ExpInputAboveMaximum(x, EXP_MAX_INPUT)
  if (x < MIN_INPUT) return 0n
  const z = x * LOG2_E_PER_WAD
  const n = (z + (1n << 245n)) >> 246n
  const f = signed(shl(10n, unsigned(z))) >> 192n
  const power = (1n << 128n) + (f << 129n) / (fraction(f) - f)
  return (power * WAD_Q66) >> (194n - n)
}

/** exp(−d²/2) in Q128 for 0 <= d < 18 in Q64. */
export const gaussianQ128 = (d: bigint): bigint => {
  const z = d * d * HALF_LOG2_E
  const f = signed(shl(8n, z)) >> 192n
  return ((1n << 128n) - (f << 129n) / (fraction(f) + f)) >> ((z + (1n << 247n)) >> 248n)
}
