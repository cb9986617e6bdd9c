import { clz, shl } from './word.ts'

/** The natural logarithm: see Ln.sol. */

const A0 = 33361952569641741730572686110n
const A1 = 36942886082470923778123338967512509696180230553558026324989n
const C1 = 399696389142951490036287999577n
const A2 = 20368771843338463170205776731025487987960533457261509365046n
const C2 = 202701586579773361011828236794n
const A3 = 782700359583324603440214161424298939745736948137661167374n
const C3 = 103613551048006966376230100699n
const LN_2 = 54916777467707473351141471128n
const ONE = 1n << 248n
const WAD_A0 = 8145007951572690852190597194709680896808150n
const WAD_A1 = 9019259297478252875518393302615358812544001599989752520749162892454551296n
const WAD_LN_2 = 1062244963371879310175186301324412638028404515790072203386117983949335760n
const WAD_OFFSET = 207886963166917589124857440708260533608819918297232413532207372514292027392n
const ROOT_2 = 81877371507464127617551201542979628307507432471243237061821853600756754782485n

export class LnInputOutsideDomain extends Error {
  override readonly name = 'LnInputOutsideDomain'
  constructor(x: bigint) {
    super(`ln is defined for 0 < x < 2^128 wad, not for ${x}.`)
  }
}

/** ln(x) in wad, rounded to nearest. */
export const lnWad = (x: bigint): bigint => {
  if (x <= 0n || x >> 128n !== 0n) throw new LnInputOutsideDomain(x)
  const shift = clz(x)
  const m = x << shift
  const t = (m - ROOT_2) / ((m >> 96n) + (ROOT_2 >> 96n))
  return (WAD_OFFSET - shift * WAD_LN_2 + t * (WAD_A0 + WAD_A1 / denominator(t))) >> 180n
}

/** ln(a/b) in Q96 for a/b below 2^120. */
export const lnRatioQ96 = (a: bigint, b: bigint): bigint => {
  const r = b === 0n ? 0n : (a << 128n) / b
  const shift = clz(r * 181n)
  const m = shl(shift, r)
  const t = (m - ONE) / ((m + ONE) >> 96n)
  return (120n - shift) * LN_2 + ((t * (A0 + A1 / denominator(t))) >> 96n)
}

/** What a1 is divided by in 2·artanh(t)/t, in Q96 for |t| <= 0.1716 in Q96. */
const denominator = (t: bigint): bigint => {
  const u = (t * t) >> 96n
  return C1 - u - A2 / (C2 - u - A3 / (C3 - u))
}
