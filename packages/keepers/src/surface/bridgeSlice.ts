import {
  checkGrid,
  exp,
  fitSvi,
  logRatio,
  SECONDS_PER_YEAR,
  type SviSlice,
  sviTotalVariance,
  sviVolatility,
} from '@keel/quant'

/** A slice at its place in time: total variance from now to expiry, and ln(forward/spot). */
export type SliceInTime = {
  /** Unix seconds. */
  readonly expiry: number
  readonly svi: SviSlice
  readonly lnRatio: number
}

/** Error in volatility that the weights of a bridge stand for. */
const TOLERANCE = 0.002
/** Where a bridge is held to what it bridges: within so many at-the-money deviations, to so much volatility. */
const JUDGED_WITHIN = 2
const MOST_ERROR = 0.01

/** A slice `share` of the way to its expiry left: total variance runs off evenly, so volatility stays. A share of at most 1 breaks no check. */
export function scaleSlice({ a, b, rho, m, sigma }: SviSlice, share: number): SviSlice {
  return { a: a * share, b: b * share, rho, m, sigma }
}

/**
 * A slice between two: total variance linear in time at equal log-moneyness, as the surface contract has it between expiries.
 * Such a mixture is no SVI slice, so the nearest one that crosses neither neighbour is taken.
 *
 * @param earlier the nearer neighbour, which may itself be a bridge
 * @returns `undefined` when the nearest misses by a vol point or more within two deviations, or crosses
 */
export function bridgeSlice({ near, far, earlier, time, expiry }: bridgeSlice.Parameters): SviSlice | undefined {
  const share = (expiry - near.expiry) / (far.expiry - near.expiry)
  const mixed = (k: number): number =>
    (1 - share) * sviTotalVariance(near.svi, k) + share * sviTotalVariance(far.svi, k)
  const years = (expiry - time) / SECONDS_PER_YEAR
  const volatility = Math.sqrt(mixed(0) / years)
  const grid = checkGrid({ a: mixed(0), b: 0, rho: 0, m: 0, sigma: 1 })
  const w = grid.map(mixed)
  const weight = w.map((value) => volatility / (2 * TOLERANCE * value))
  const { slice, faults } = fitSvi({ k: grid, w, weight }, { earlier: earlier.svi, later: far.svi, pull: 0 })
  if (faults.length > 0) return undefined
  const reach = JUDGED_WITHIN * Math.sqrt(mixed(0))
  const worst = grid
    .filter((k) => Math.abs(k) <= reach)
    .reduce((most, k) => Math.max(most, Math.abs(sviVolatility(slice, { k, years }) - Math.sqrt(mixed(k) / years))), 0)
  return worst < MOST_ERROR ? slice : undefined
}

export declare namespace bridgeSlice {
  type Parameters = {
    readonly near: SliceInTime
    readonly far: SliceInTime
    readonly earlier: SliceInTime
    readonly time: number
    readonly expiry: number
  }
}

/** ln(forward/spot) at a share of the time to expiry: carry accrues evenly. */
export function lnRatioOf({ forward, index, share }: { forward: number; index: number; share: number }): number {
  return logRatio(forward, index) * share
}

/** A ratio of forward to spot from its logarithm. */
export const ratioOf = ({ lnRatio }: SliceInTime): number => exp(lnRatio)
