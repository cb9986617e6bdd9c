import {
  nearestFields,
  type PackedSlice,
  packSlice,
  type SviFields,
  sliceFieldFromFloat,
  sliceFieldToFloat,
  unpackSlice,
  wadToFloat,
} from '@keel/model'
import type { SviSlice } from '@keel/quant'

/** A slice as the surface contract stores it, each parameter to the nearest that it keeps. */
export function packFloats(slice: SviSlice): PackedSlice {
  return packSlice(storedFields(slice))
}

/** A packed slice as floats, exact. */
export function unpackFloats(packed: PackedSlice): SviSlice {
  return floatsOf(unpackSlice(packed))
}

/** The slice that comes back from the contract: rounded as it stores it, also where a parameter is beyond what it can store. */
export function roundSlice(slice: SviSlice): SviSlice {
  return floatsOf(storedFields(slice))
}

function storedFields({ a, b, rho, m, sigma }: SviSlice): SviFields {
  const field = sliceFieldFromFloat
  return nearestFields({ a: field(a), b: field(b), rho: field(rho), m: field(m), sigma: field(sigma) })
}

function floatsOf({ a, b, rho, m, sigma }: SviFields): SviSlice {
  const float = sliceFieldToFloat
  return { a: float(a), b: float(b), rho: float(rho), m: float(m), sigma: float(sigma) }
}

/** A slice the contract has in force. */
export type SliceInForce = {
  /** Unix seconds. */
  readonly expiry: number
  readonly reportedAt: number
  /** Total variance from the report to expiry. */
  readonly svi: SviSlice
  /** Forward over spot. */
  readonly forwardRatio: number
}

/** Slices as the contract's views give them, packed and in wads; expiries that were never reported are left out. */
export function slicesInForce(
  views: readonly {
    readonly expiry: number
    readonly reportedAt: number
    readonly svi: PackedSlice
    readonly forwardRatio: bigint
  }[],
): readonly SliceInForce[] {
  return views
    .filter(({ reportedAt }) => reportedAt > 0)
    .map(({ expiry, reportedAt, svi, forwardRatio }) => ({
      expiry,
      reportedAt,
      svi: unpackFloats(svi),
      forwardRatio: wadToFloat(forwardRatio),
    }))
}
