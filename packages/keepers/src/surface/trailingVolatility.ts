import { ewmaVolatility } from '@keel/quant'

/** Volatilities the trailing surface is built from, decimals per √year. */
export type TrailingVolatility = {
  readonly short: number
  readonly long: number
}

export type TrailingPolicy = {
  /** Half-life of the fast estimate, seconds. */
  readonly shortHalfLifeSecs: number
  readonly longHalfLifeSecs: number
  /** Factor on realised volatility: what sellers ask above what happened. */
  readonly premium: number
  readonly floor: number
  readonly cap: number
  /** Used before there are `warmUpBars` returns to estimate from. */
  readonly fallback: number
  readonly warmUpBars: number
}

export const TRAILING_POLICY: TrailingPolicy = {
  shortHalfLifeSecs: 2 * 86_400,
  longHalfLifeSecs: 20 * 86_400,
  premium: 1.15,
  floor: 0.25,
  cap: 3,
  fallback: 0.8,
  warmUpBars: 48,
}

/** Volatility to quote after each close: realised, exponentially weighted at two speeds, times the premium, clamped. */
export function trailingVolatilities(
  closes: { readonly ts: readonly number[]; readonly close: readonly number[] },
  policy: TrailingPolicy = TRAILING_POLICY,
): readonly TrailingVolatility[] {
  const fast = ewmaVolatility(closes, { halfLifeSecs: policy.shortHalfLifeSecs })
  const slow = ewmaVolatility(closes, { halfLifeSecs: policy.longHalfLifeSecs })
  const quoted = (realised: number, bar: number): number => {
    const base = bar < policy.warmUpBars || Number.isNaN(realised) ? policy.fallback : realised * policy.premium
    return Math.min(policy.cap, Math.max(policy.floor, base))
  }
  return closes.ts.map((_, i) => ({ short: quoted(fast[i]!, i), long: quoted(slow[i]!, i) }))
}
