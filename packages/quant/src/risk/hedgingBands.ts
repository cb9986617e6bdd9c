import { exp } from '../math/exp.ts'
import { log } from '../math/log.ts'

/** What a band depends on. */
export interface BandInputs {
  /** Spot or forward the hedge trades at, quote currency per underlying. Positive. */
  readonly spot: number
  /** Gamma of the position in the underlying, ∂²value/∂spot²; only its size counts. */
  readonly gamma: number
  /** Cost of trading as a share of the amount traded, e.g. 0.0005. Zero or more. */
  readonly costRate: number
  /** Absolute risk aversion, per unit of quote currency: 1 over the loss one would rather not take. Positive. */
  readonly riskAversion: number
  /** Price today of one unit of quote currency at expiry. Default 1. */
  readonly discount?: number
}

/** A delta to aim at and how far from it to let the hedge drift, both in units of the underlying. */
export interface HedgingBand {
  /** Rebalance when |hedge − target| exceeds this; then trade to the edge of the band, not to its middle. */
  readonly halfWidth: number
  /** Share by which the variance that target delta is computed at differs from the market's: σ²·(1 + adjustment). */
  readonly varianceAdjustment: number
}

/**
 * Band for small costs: halfWidth = (3/2 · discount · cost · spot · Γ² / riskAversion)^⅓ around the Black delta.
 *
 * Source: Whalley and Wilmott 1997, "An asymptotic analysis of an optimal hedging model for option pricing with transaction
 * costs", Mathematical Finance 7, 307–324.
 *
 * @returns `halfWidth` `NaN` outside the domain
 */
export function whalleyWilmottBand({ spot, gamma, costRate, riskAversion, discount = 1 }: BandInputs): HedgingBand {
  const cube = (1.5 * discount * costRate * spot * gamma * gamma) / riskAversion
  return { halfWidth: power(cube, 1 / 3), varianceAdjustment: 0 }
}

/**
 * Band fitted to the numerical solution of the same problem over realistic costs; wider near the money than the asymptotic one and
 * never quite closed far from it:
 *
 *     halfWidth = cost/(riskAversion·spot·σ²·τ) + 1.12·cost^0.31·τ^0.05·(discount/σ)^0.25·(|Γ|/riskAversion)^0.5
 *     σ_m² = σ²·(1 + K),  K = ±4.76·cost^0.78/τ^0.02·(discount/σ)^0.25·(riskAversion·spot²·|Γ|)^0.15
 *
 * with + for a short position (gamma < 0) and − for a long one: costs make a writer hedge as if volatility were higher. Source:
 * Zakamouline 2006, "European option pricing and hedging with both fixed and proportional transaction costs", J. Economic
 * Dynamics and Control 30, 1–25; constants also in Sinclair 2008, "Volatility trading", ch. 4.
 *
 * @returns `halfWidth` `NaN` outside the domain
 */
export function zakamoulineBand(
  inputs: BandInputs,
  { volatility, years }: { volatility: number; years: number },
): HedgingBand {
  const { spot, gamma, costRate, riskAversion, discount = 1 } = inputs
  const size = Math.abs(gamma)
  const minimum = costRate / (riskAversion * spot * volatility * volatility * years)
  const flatness = power(discount / volatility, 0.25)
  const curved = 1.12 * power(costRate, 0.31) * power(years, 0.05) * flatness * power(size / riskAversion, 0.5)
  const adjustment =
    ((4.76 * power(costRate, 0.78)) / power(years, 0.02)) * flatness * power(riskAversion * spot * spot * size, 0.15)
  return { halfWidth: minimum + curved, varianceAdjustment: gamma > 0 ? -adjustment : adjustment }
}

/** x^p for x ≥ 0 by this library's own logarithm: `Math.pow` may differ between engines. */
function power(x: number, p: number): number {
  return x === 0 ? 0 : exp(p * log(x))
}
