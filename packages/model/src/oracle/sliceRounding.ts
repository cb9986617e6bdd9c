import { type PackedSlice, type SviFields, unpackSlice } from '../sviSlice.ts'
import { WAD } from '../types/wad.ts'
import { DROPPED, ratioOf, ratioSteps, spotShift } from './sliceWord.ts'

const FIELD_BITS = 48
const RATIO_LIMIT = 4n * WAD
const SPOT_LIMIT = 1n << 96n

/** A slice's fields as the surface oracle stores them: each to the nearest that it keeps, halves up. */
export function nearestFields({ a, b, rho, m, sigma }: SviFields): SviFields {
  return {
    a: nearest(a, DROPPED.a),
    b: nearest(b, DROPPED.b),
    rho: nearest(rho, DROPPED.rho),
    m: nearest(m, DROPPED.m),
    sigma: nearest(sigma, DROPPED.sigma),
  }
}

/** The same of a packed slice. A field that leaves its 48 bits comes back negative; what lies above the fields stays. */
export function nearestSlice(slice: PackedSlice): PackedSlice {
  const { a, b, rho, m, sigma } = nearestFields(unpackSlice(slice))
  const above = slice >> BigInt(5 * FIELD_BITS)
  return [a, b, rho, m, sigma].reduce(
    (word, field) => (word << BigInt(FIELD_BITS)) | BigInt.asUintN(FIELD_BITS, field),
    above,
  )
}

/** A forward ratio, wad, as the surface oracle stores it; one that is out of all range as it is. */
export function nearestRatio(ratio: bigint): bigint {
  return ratio >= RATIO_LIMIT ? ratio : ratioOf(ratioSteps(ratio))
}

/** The spot of a report, wad, as the surface oracle stores it: 22 significant bits; one that is out of all range as it is. */
export function nearestSpot(spot: bigint): bigint {
  return spot >= SPOT_LIMIT ? spot : nearest(spot, spotShift(spot))
}

function nearest(number: bigint, dropped: bigint): bigint {
  return ((number + ((1n << dropped) >> 1n)) >> dropped) << dropped
}
