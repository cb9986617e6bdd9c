import { sqrtOrZero } from '../math/sqrtOrZero.ts'

/**
 * Raw SVI smile of one expiry, in total variance (volatility² × years) at log-moneyness k = ln(strike/forward):
 *
 *     w(k) = a + b·(ρ·(k − m) + √((k − m)² + σ²))
 *
 * Source: Gatheral 2004, "A parsimonious arbitrage-free implied volatility parameterization", Global Derivatives Madrid.
 */
export interface SviSlice {
  /** Level of total variance. May be negative as long as w stays positive. */
  readonly a: number
  /** Half the sum of the wings' slopes, b ≥ 0. */
  readonly b: number
  /** Tilt, −1 < ρ < 1. */
  readonly rho: number
  /** Horizontal position of the kink, in log-moneyness. */
  readonly m: number
  /** Roundness of the kink, σ > 0, in log-moneyness. */
  readonly sigma: number
}

/**
 * Total variance (volatility² × years) at a log-moneyness k = ln(strike/forward). Whatever the parameters give: negative or `NaN` for those
 * that `sliceFaults` refuses.
 */
export function sviTotalVariance({ a, b, rho, m, sigma }: SviSlice, k: number): number {
  const y = k - m
  return a + b * (rho * y + Math.sqrt(y * y + sigma * sigma))
}

/** Black volatility at a log-moneyness, as a decimal. Zero where total variance is not positive; `NaN` unless `years` > 0. */
export function sviVolatility(slice: SviSlice, { k, years }: { k: number; years: number }): number {
  return years > 0 ? sqrtOrZero(sviTotalVariance(slice, k) / years) : Number.NaN
}

/** Total variance with its first and second derivative in k. */
export interface VarianceShape {
  /** Total variance. */
  readonly w: number
  /** ∂w/∂k. */
  readonly slope: number
  /** ∂²w/∂k². */
  readonly curvature: number
}

/** {@link VarianceShape} of a slice at a log-moneyness. Domain: σ > 0; at σ = 0 the kink itself has a `NaN` slope. */
export function sviShape({ a, b, rho, m, sigma }: SviSlice, k: number): VarianceShape {
  const y = k - m
  const r = Math.sqrt(y * y + sigma * sigma)
  return { w: a + b * (rho * y + r), slope: b * (rho + y / r), curvature: (b * sigma * sigma) / (r * r * r) }
}

/**
 * Durrleman's function: the risk-neutral density of ln(strike/forward) is g·φ(d₂)/√w, so g < 0 anywhere is a butterfly that
 * costs less than nothing.
 *
 *     g = (1 − k·w′/(2w))² − (w′²/4)·(1/w + 1/4) + w″/2
 *
 * Domain: w > 0; `NaN` or infinite at w = 0. Source: Gatheral and Jacquier 2014, "Arbitrage-free SVI volatility surfaces", Quantitative
 * Finance 14(1), eq. 2.1.
 */
export function durrlemanG({ w, slope, curvature }: VarianceShape, k: number): number {
  const lean = 1 - (k * slope) / (2 * w)
  return lean * lean - 0.25 * slope * slope * (1 / w + 0.25) + 0.5 * curvature
}
