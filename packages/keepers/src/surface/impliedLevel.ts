import { exp, SECONDS_PER_YEAR } from '@keel/quant'
import { SURFACE_SHAPE, type SurfaceShape } from './trailingSurface.ts'
import { TRAILING_POLICY, type TrailingPolicy, type TrailingVolatility } from './trailingVolatility.ts'

/** Total variance at the money to one horizon. */
export type AtTheMoney = { readonly tauSecs: number; readonly variance: number }

/**
 * The two volatilities with which the trailing surface comes nearest to what a surface shows at the money, by least squares of
 * the relative error in variance, each held between floor and cap.
 *
 * At-the-money variance is linear in the squares of both: short²·A + long²·(τ − A), A = (1 − exp(−kτ))/k.
 *
 * @returns `undefined` with no usable horizon
 */
export function impliedLevel(
  points: readonly AtTheMoney[],
  { shape = SURFACE_SHAPE, policy = TRAILING_POLICY }: { shape?: SurfaceShape; policy?: TrailingPolicy } = {},
): TrailingVolatility | undefined {
  const usable = points.filter(({ tauSecs, variance }) => tauSecs > 0 && variance > 0 && variance < 1e3)
  if (usable.length === 0) return undefined
  let [xx, xy, yy, x1, y1] = [0, 0, 0, 0, 0]
  for (const { tauSecs, variance } of usable) {
    const years = tauSecs / SECONDS_PER_YEAR
    const early = (1 - exp(-shape.meanReversion * years)) / shape.meanReversion
    const [x, y] = [early / variance, (years - early) / variance]
    xx += x * x
    xy += x * y
    yy += y * y
    x1 += x
    y1 += y
  }
  const flat = Math.sqrt((x1 + y1) / (xx + 2 * xy + yy))
  const determinant = xx * yy - xy * xy
  const [short, long] =
    determinant > 1e-6 * xx * yy
      ? [(x1 * yy - y1 * xy) / determinant, (y1 * xx - x1 * xy) / determinant].map((square) =>
          Math.sqrt(Math.max(0, square)),
        )
      : [flat, flat]
  return { short: clamp(short!, policy), long: clamp(long!, policy) }
}

/**
 * A level that was seen, moved as realised volatility has moved since: what the market asked above what happened stays the same
 * share. Each volatility held between floor and cap.
 */
export function moveLevel(
  level: TrailingVolatility,
  { before, now, policy = TRAILING_POLICY }: moveLevel.Parameters,
): TrailingVolatility {
  return {
    short: clamp((level.short * now.short) / before.short, policy),
    long: clamp((level.long * now.long) / before.long, policy),
  }
}

export declare namespace moveLevel {
  type Parameters = {
    /** Trailing volatilities when the level was seen, and now. */
    readonly before: TrailingVolatility
    readonly now: TrailingVolatility
    readonly policy?: TrailingPolicy
  }
}

function clamp(volatility: number, { floor, cap }: TrailingPolicy): number {
  return Math.min(cap, Math.max(floor, volatility))
}
