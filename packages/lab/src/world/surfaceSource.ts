import type { TrailingVolatility } from '@keel/keepers'
import { atmVariance, SURFACE_SHAPE, trailingSlice } from '@keel/keepers'
import type { SviSlice } from '@keel/quant'

/** A slice as signers put it into a report. */
export type ReportedSlice = {
  /** Unix seconds. */
  readonly expiry: number
  readonly svi: SviSlice
  /** Forward over spot. */
  readonly forwardRatio: number
}

/** What the surface's signers see, at any time of a run and from nothing later. */
export type SurfaceSource = {
  /** The slices to report now, ascending in expiry; an expiry that is not among them is not reported. */
  readonly slicesAt: (time: number, expiries: readonly number[]) => readonly ReportedSlice[]
  /** At-the-money total variance to a horizon. */
  readonly varianceTo: (time: number, expiry: number) => number
  /** Whether every signer signs, as a step beyond the contract's limit needs, or as many as an ordinary report needs. */
  readonly signers: 'all' | 'enough'
  /** Told of every slice that came into force. */
  readonly inForce?: (slice: ReportedSlice & { readonly reportedAt: number }) => void
  /** Told when the contract stopped opening in an expiry instead of taking a report. */
  readonly stopped?: (expiry: number) => void
}

/** A surface made of two trailing volatilities. All sign, so that it may step as far as prices do. */
export function trailingSource(volatilityAt: (time: number) => TrailingVolatility): SurfaceSource {
  return {
    slicesAt: (time, expiries) =>
      expiries.map((expiry) => ({
        expiry,
        svi: trailingSlice(volatilityAt(time), { tauSecs: expiry - time }),
        forwardRatio: 1,
      })),
    varianceTo: (time, expiry) => atmVariance(volatilityAt(time), { tauSecs: expiry - time, shape: SURFACE_SHAPE }),
    signers: 'all',
  }
}
