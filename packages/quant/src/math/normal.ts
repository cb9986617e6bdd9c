import { exp } from './exp.ts'
import { millsRatio } from './mills.ts'

const INVERSE_SQRT_TWO_PI = 0.3989422804014327
const SQRT_TWO_OVER_PI = 0.7978845608028654

/**
 * Density of the standard normal, φ(x).
 *
 * Domain: all numbers; 0 beyond |x| = 40, `NaN` in, `NaN` out. Relative error about 1e-16 where x² is moderate, 1e-15 everywhere else.
 */
export function normalPdf(x: number): number {
  return INVERSE_SQRT_TWO_PI * expOfMinusHalfSquare(Math.abs(x))
}

/**
 * Distribution function of the standard normal, Φ(x).
 *
 * Domain: all numbers. Absolute error below 2e-16; relative error below 2e-15 far into the lower tail, down to the smallest
 * subnormal at x = −38.5. `NaN` in, `NaN` out.
 */
export function normalCdf(x: number): number {
  const magnitude = Math.abs(x)
  const tail = normalPdf(magnitude) * millsRatio(magnitude)
  if (magnitude > 38.6) return x > 0 ? 1 : 0
  return x > 0 ? 1 - tail : tail
}

/**
 * Scaled complementary error function, erfcx(x) = e^{x²}·erfc(x).
 *
 * Domain: all numbers; overflows to `Infinity` below −26.6, `NaN` in, `NaN` out. Relative error below 2e-15 for x ≥ 0, 5e-15 below.
 */
export function erfcx(x: number): number {
  const magnitude = Math.abs(x)
  const scaled = SQRT_TWO_OVER_PI * millsRatio(Math.SQRT2 * magnitude)
  if (!(x < 0)) return scaled
  const coarse = Math.floor(magnitude * 16) / 16
  return 2 * exp(coarse * coarse) * exp((magnitude - coarse) * (magnitude + coarse)) - scaled
}

/** e^{−x²/2} with x² formed in two parts, so that the exponential does not magnify its rounding. x ≥ 0. */
function expOfMinusHalfSquare(x: number): number {
  if (!(x < 40)) return x >= 40 ? 0 : Number.NaN
  const coarse = Math.floor(x * 16) / 16
  const rest = (x - coarse) * (x + coarse)
  return exp(-0.5 * coarse * coarse) * exp(-0.5 * rest)
}
