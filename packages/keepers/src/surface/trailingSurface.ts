import type { SviSlice } from '@keel/quant'
import { essviToSvi, exp, SECONDS_PER_YEAR } from '@keel/quant'
import type { TrailingVolatility } from './trailingVolatility.ts'

/** Shape of a surface known only by two volatilities. */
export type SurfaceShape = {
  /** Speed at which short volatility goes over into long, per year. */
  readonly meanReversion: number
  /** Correlation of the smile: negative leans towards puts. */
  readonly rho: number
  /** Curvature: slope of the wings is eta·sqrt(theta), so that butterflies stay free of arbitrage for eta²(1+|rho|) ≤ 4. */
  readonly eta: number
}

export const SURFACE_SHAPE: SurfaceShape = { meanReversion: 12, rho: -0.2, eta: 1 }

/**
 * At-the-money total variance to a horizon when volatility reverts from short to long: the integral of its square, which
 * never falls with time. Seconds in, variance out.
 */
export function atmVariance(
  volatility: TrailingVolatility,
  { tauSecs, shape }: { tauSecs: number; shape: SurfaceShape },
): number {
  const years = tauSecs / SECONDS_PER_YEAR
  const long = volatility.long * volatility.long
  const excess = volatility.short * volatility.short - long
  const k = shape.meanReversion
  return long * years + (excess * (1 - exp(-k * years))) / k
}

/**
 * One slice of the trailing surface as raw SVI: a power-law SSVI slice with psi = eta·sqrt(theta) (Gatheral and Jacquier
 * 2014, §4), free of butterfly arbitrage everywhere and of calendar arbitrage because theta rises.
 */
export function trailingSlice(
  volatility: TrailingVolatility,
  { tauSecs, shape = SURFACE_SHAPE }: { tauSecs: number; shape?: SurfaceShape },
): SviSlice {
  const theta = atmVariance(volatility, { tauSecs, shape })
  return essviToSvi({ theta, rho: shape.rho, psi: shape.eta * Math.sqrt(theta) })
}
