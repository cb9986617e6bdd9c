import { packFloats, type TrailingVolatility } from '@keel/keepers'
import { nearestSpot, type SurfaceSlice, WAD } from '@keel/model'
import type { SviSlice } from '@keel/quant'
import { trueSlice } from './truth.ts'

/** A slice as the contract holds it and as floats. */
export type Fitted = { readonly slice: SurfaceSlice; readonly svi: SviSlice; readonly spotAtReport: number }

/** `SliceStore.sol`: the slice in force of each expiry, and the replaced ones still in grace. */
export type SurfaceMirror = {
  readonly put: (time: number, fitted: Fitted) => void
  readonly inForce: (expiry: number) => Fitted | undefined
  /** The newest first. */
  readonly previous: (expiry: number, time: number) => readonly SurfaceSlice[]
}

export function createSurfaceMirror(graceSecs: number): SurfaceMirror {
  const current = new Map<number, Fitted>()
  const replaced = new Map<number, { readonly slice: SurfaceSlice; readonly until: number }[]>()
  return {
    put(time, fitted) {
      const { expiry } = fitted.slice
      const before = current.get(expiry)
      const past = (replaced.get(expiry) ?? []).filter(({ until }) => until > time)
      if (before !== undefined) past.unshift({ slice: before.slice, until: time + graceSecs })
      replaced.set(expiry, past)
      current.set(expiry, fitted)
    },
    inForce: (expiry) => current.get(expiry),
    previous: (expiry, time) =>
      (replaced.get(expiry) ?? []).filter(({ until }) => until > time).map(({ slice }) => slice),
  }
}

/** What honest signers report: the true smile at the true price, both of the time they sign. */
export function fit(expiry: number, at: { time: number; spot: bigint; volatility: TrailingVolatility }): Fitted {
  const svi = trueSlice(at.volatility, expiry - at.time)
  const spotAtReport = nearestSpot(at.spot)
  const slice = { svi: packFloats(svi), forwardRatio: WAD, spotAtReport, expiry, reportedAt: at.time }
  return { slice, svi, spotAtReport: Number(spotAtReport) / 1e18 }
}
