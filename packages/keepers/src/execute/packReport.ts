import { nearestRatio, nearestSpot, wadFromFloat } from '@keel/model'
import type { SviSlice } from '@keel/quant'
import type { SliceReport } from '@keel/sdk'
import { packFloats } from '../surface/contractSlice.ts'

/** Slices as signers sign and the contract stores them, ascending in expiry. */
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
      forwardRatio: nearestRatio(wadFromFloat(forwardRatio)),
      spotAtReport: nearestSpot(spotAtReport),
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
