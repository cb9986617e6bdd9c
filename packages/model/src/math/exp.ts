import { shl, signed, unsigned } from './word.ts'

/** The exponential: see Exp.sol for the method, the source of the coefficients and the error. */

export const EXP_MAX_INPUT = 134_000_000_000_000_000_000n
const MIN_INPUT = -42_200_000_000_000_000_000n
const B0 = 798790383507021970010n
const B1 = 9454264355984505094226879044267105250498337n
const D1 = 14378040674458096325820n
const B2 = 2985950745707670688400092634544255693259304n
const D2 = 1759175107898138568122n
const LOG2_E_PER_WAD = 163137375895359754143540650938718292956324885383917041163n
const HALF_LOG2_E = 53226052391377289967n
const WAD_Q66 = 73786976294838206464000000000000000000n

export class ExpInputAboveMaximum extends Error {
  override readonly name = 'ExpInputAboveMaximum'
  constructor(x: bigint, maximum: bigint) {
    super(`e^x for x = ${x} wad does not fit a word; the largest input is ${maximum}.`)
  }
}

const fraction = (f: bigint): bigint => {
  const u = (f * f) >> 64n
  return B0 - B1 / (u + D1 - B2 / (u + D2))
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

/** exp(−d²/2) in Q128 for 0 <= d < 2^63 in Q64. */
export const gaussianQ128 = (d: bigint): bigint => {
  const z = ((d * d) >> 64n) * HALF_LOG2_E
  const f = signed(shl(126n, z)) >> 192n
  return ((1n << 128n) - (f << 129n) / (fraction(f) + f)) >> ((z + (1n << 129n)) >> 130n)
}
