import type { SurfaceSlice } from '../pricing/pricingInput.ts'
import { packSlice, unpackSlice } from '../sviSlice.ts'
import { WAD } from '../types/wad.ts'

/** A slice, all that prices under it need, in one word: see SliceWord.sol. */

type Place = { readonly from: bigint; readonly bits: number }

const A: Place = { from: 217n, bits: 39 }
const B: Place = { from: 188n, bits: 29 }
const RHO: Place = { from: 163n, bits: 25 }
const M: Place = { from: 133n, bits: 30 }
const SIGMA: Place = { from: 104n, bits: 29 }
const RATIO: Place = { from: 75n, bits: 29 }
const LIFETIME: Place = { from: 47n, bits: 28 }
const MANTISSA: Place = { from: 25n, bits: 22 }
const SHIFT: Place = { from: 18n, bits: 7 }
const TAG: Place = { from: 0n, bits: 18 }

/** Of each Q40 field, the bits of fraction that are not kept. */
export const DROPPED = { a: 7n, b: 13n, rho: 16n, m: 14n, sigma: 15n }
const RATIO_FRACTION_BITS = 27n

export class SliceNotStorableError extends Error {
  override readonly name = 'SliceNotStorableError'
  constructor(number: string, value: bigint | number) {
    super(
      `Slice ${number} = ${value} is not what a word can hold. Round it as the surface oracle does, within its ranges.`,
    )
  }
}

/**
 * The slice as a word, with a tag whose meaning is its keeper's; zero for one that was never reported. Throws
 * `SliceNotStorableError` naming the first number that the word would not give back.
 */
export const packSliceWord = (slice: SurfaceSlice, tag = 0n): bigint => {
  if (slice.reportedAt === 0) return 0n
  const { a, b, rho, m, sigma } = unpackSlice(slice.svi)
  const { forwardRatio, spotAtReport, expiry, reportedAt } = slice
  const shift = spotShift(spotAtReport)
  const word =
    put(a >> DROPPED.a, A) |
    put(b >> DROPPED.b, B) |
    put(rho >> DROPPED.rho, RHO) |
    put(m >> DROPPED.m, M) |
    put(sigma >> DROPPED.sigma, SIGMA) |
    put(ratioSteps(forwardRatio), RATIO) |
    put(BigInt(expiry - reportedAt), LIFETIME) |
    put(spotAtReport >> shift, MANTISSA) |
    put(shift, SHIFT) |
    put(tag, TAG)
  const given = { ...numbersOf(slice), tag }
  const kept = { ...numbersOf(unpackSliceWord(word, expiry)), tag: get(word, TAG) }
  for (const name of Object.keys(given) as (keyof typeof given)[])
    if (kept[name] !== given[name]) throw new SliceNotStorableError(name, given[name])
  return word
}

/** The slice of a word, whatever its tag; reported at zero where there is none. */
export const unpackSliceWord = (word: bigint, expiry: number): SurfaceSlice => {
  const lifetime = Number(get(word, LIFETIME))
  return {
    svi: packSlice({
      a: getSigned(word, A) << DROPPED.a,
      b: get(word, B) << DROPPED.b,
      rho: getSigned(word, RHO) << DROPPED.rho,
      m: getSigned(word, M) << DROPPED.m,
      sigma: get(word, SIGMA) << DROPPED.sigma,
    }),
    forwardRatio: ratioOf(get(word, RATIO)),
    spotAtReport: get(word, MANTISSA) << get(word, SHIFT),
    expiry,
    reportedAt: lifetime === 0 ? 0 : expiry - lifetime,
  }
}

/** A ratio, wad, in the steps that are kept, the nearest. */
export const ratioSteps = (ratio: bigint): bigint => ((ratio << RATIO_FRACTION_BITS) + WAD / 2n) / WAD

/** A number of steps as a ratio, wad, rounded down. */
export const ratioOf = (steps: bigint): bigint => (steps * WAD) >> RATIO_FRACTION_BITS

/** Bits of a spot that are not kept. */
export const spotShift = (spot: bigint): bigint => {
  const length = spot.toString(2).length
  return length > MANTISSA.bits ? BigInt(length - MANTISSA.bits) : 0n
}

const put = (value: bigint, { from, bits }: Place): bigint => BigInt.asUintN(bits, value) << from

const get = (word: bigint, { from, bits }: Place): bigint => BigInt.asUintN(bits, word >> from)

const getSigned = (word: bigint, { from, bits }: Place): bigint => BigInt.asIntN(bits, word >> from)

/** Each number on its own, and the packed slice last, which differs alone where bits lie above its fields. */
const numbersOf = ({ svi, forwardRatio, spotAtReport, reportedAt }: SurfaceSlice) => ({
  ...unpackSlice(svi),
  forwardRatio,
  spotAtReport,
  reportedAt,
  svi,
})
