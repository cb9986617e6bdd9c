import { exp } from '../math/exp.ts'
import { log } from '../math/log.ts'
import { logRatio } from '../math/logRatio.ts'

/** Parameters of SABR: dF = α·F^β dW, dα = ν·α dZ, correlation ρ. */
export interface SabrParameters {
  /** Initial level of volatility, α > 0; the at-the-money volatility when β = 1. */
  readonly alpha: number
  /** Exponent of the backbone, 0 ≤ β ≤ 1. */
  readonly beta: number
  /** Correlation of forward and volatility, −1 < ρ < 1. */
  readonly rho: number
  /** Volatility of volatility per √year, ν ≥ 0. */
  readonly nu: number
}

/** Where a smile is read. */
export interface SabrPoint {
  /** Quote currency per underlying, positive. */
  readonly forward: number
  /** In the unit of the forward, positive. */
  readonly strike: number
  /** Years of 365 days. */
  readonly years: number
}

/**
 * Lognormal (Black) volatility of SABR by Hagan's expansion.
 *
 * An expansion in ν²·years: fair below about 1 of it near the money, and known to give negative densities at low strikes for long
 * expiries. `NaN` when forward or strike is not positive, time is negative, or a parameter is outside its range.
 *
 * Source: Hagan, Kumar, Lesniewski and Woodward 2002, "Managing smile risk", Wilmott, September 2002, 84–108, eq. 2.17.
 */
export function sabrVolatility(
  { alpha, beta, rho, nu }: SabrParameters,
  { forward, strike, years }: SabrPoint,
): number {
  if (!(forward > 0 && strike > 0 && years >= 0 && alpha > 0 && nu >= 0)) return Number.NaN
  if (!(Math.abs(rho) < 1 && beta >= 0 && beta <= 1)) return Number.NaN
  const x = logRatio(forward, strike)
  const back = 1 - beta
  // (FK)^((1−β)/2)
  const middle = back === 0 ? 1 : exp(0.5 * back * (log(forward) + log(strike)))
  const xx = back * back * x * x
  const z = (nu / alpha) * middle * x
  const width = 1 + xx / 24 + (xx * xx) / 1920
  const drift =
    (back * back * alpha * alpha) / (24 * middle * middle) +
    (rho * beta * nu * alpha) / (4 * middle) +
    ((2 - 3 * rho * rho) * nu * nu) / 24
  return (alpha / (middle * width)) * zOverChi(z, rho) * (1 + drift * years)
}

/** z/χ(z), χ = ln((√(1 − 2ρz + z²) + z − ρ)/(1 − ρ)); 1 at z = 0, by series where the quotient would cancel. */
function zOverChi(z: number, rho: number): number {
  if (Math.abs(z) < 1e-4) return 1 - 0.5 * rho * z + ((2 - 3 * rho * rho) / 12) * z * z
  const root = Math.sqrt(1 - 2 * rho * z + z * z)
  // The product of both forms is 1 − ρ²; each is taken where it does not cancel.
  const chi = z >= rho ? log((root + z - rho) / (1 - rho)) : -log((root - z + rho) / (1 + rho))
  return z / chi
}
