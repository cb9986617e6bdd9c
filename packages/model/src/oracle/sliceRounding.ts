import { type PackedSlice, type SviFields, unpackSlice } from '../sviSlice.ts'
import { WAD } from '../types/wad.ts'

/** Of each Q40 field, the bits of fraction that the surface oracle does not keep. */
const DROPPED = { a: 0n, b: 4n, rho: 3n, m: 8n, sigma: 8n }
const FIELD_BITS = 48
const RATIO_FRACTION_BITS = 32n
const RATIO_LIMIT = 4n * WAD

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
  if (ratio >= RATIO_LIMIT) return ratio
  const steps = ((ratio << RATIO_FRACTION_BITS) + WAD / 2n) / WAD
  return (steps * WAD) >> RATIO_FRACTION_BITS
}

function nearest(field: bigint, dropped: bigint): bigint {
  return ((field + ((1n << dropped) >> 1n)) >> dropped) << dropped
}
