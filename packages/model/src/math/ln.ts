import { clz, shl } from './word.ts'

/** The natural logarithm: see Ln.sol. */

const C0 = 79228162514264337450545569513n
const C1 = -237684487542794621558808844429n
const C2 = 99035203141920930755769561177n
const C3 = -246487618116440813184138250537n
const C4 = 100272958467984532992676952546n
const C5 = -247975787509340333634318286905n
const C6 = 97766694848324805282877225104n
const LN_2 = 54916777467707473351141471128n
const ONE = 1n << 248n
const WAD_TWICE = 158456325028528675187087900672000000000000000000n
const WAD_LN_2 = 54916777467707473351141471128015426080500174288n
const WAD_OFFSET = 10747504095887474587633921059556279177240396400371n
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
  return (WAD_OFFSET - shift * WAD_LN_2 + (t * WAD_TWICE) / artanh(t)) >> 96n
}

/** ln(a/b) in Q96 for a/b below 2^120. */
export const lnRatioQ96 = (a: bigint, b: bigint): bigint => {
  const r = b === 0n ? 0n : (a << 128n) / b
  const shift = clz(r * 181n)
  const m = shl(shift, r)
  const t = (m - ONE) / ((m + ONE) >> 96n)
  return (120n - shift) * LN_2 + (t << 97n) / artanh(t)
}

/** t/artanh(t) in Q96 for |t| <= 0.1716 in Q96. */
const artanh = (t: bigint): bigint => {
  const u = t * t
  return C0 + u / (C1 + u / (C2 + u / (C3 + u / (C4 + u / (C5 + u / C6)))))
}
