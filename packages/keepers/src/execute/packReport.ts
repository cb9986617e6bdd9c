import { packSlice, sliceFieldFromFloat, wadFromFloat } from '@keel/model'
import type { SviSlice } from '@keel/quant'
import type { SliceReport } from '@keel/sdk'

/** Slices as signers and contract write them, ascending in expiry. */
export function packReport(
  slices: readonly packReport.Slice[],
  { market, reportedAt, spotAtReport }: packReport.Parameters,
): readonly SliceReport[] {
  return [...slices]
    .sort((a, b) => a.expiry - b.expiry)
    .map(({ expiry, svi, forwardRatio }) => ({
      market,
      expiry,
      reportedAt,
      svi: packFloats(svi),
      forwardRatio: wadFromFloat(forwardRatio),
      spotAtReport,
    }))
}

export declare namespace packReport {
  type Slice = { readonly expiry: number; readonly svi: SviSlice; readonly forwardRatio: number }
  type Parameters = {
    readonly market: number
    /** Unix seconds. */
    readonly reportedAt: number
    /** Wad. */
    readonly spotAtReport: bigint
  }
}

function packFloats({ a, b, rho, m, sigma }: SviSlice): bigint {
  const field = sliceFieldFromFloat
  return packSlice({ a: field(a), b: field(b), rho: field(rho), m: field(m), sigma: field(sigma) })
}
