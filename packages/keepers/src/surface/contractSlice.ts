import { sliceFieldFromFloat } from '@keel/model'
import { MAX_WING_SLOPE, type SviSlice, sviTotalVariance } from '@keel/quant'

const Q40 = 2 ** 40
const MAX_A = 16
const MAX_SHIFT = 4
const MAX_SIGMA = 8
const MIN_SIGMA = 1e-6
const MIN_VOLATILITY = 0.01
const MAX_VOLATILITY = 10

/** The slice as the surface contract stores it: each parameter a whole number of 2^−40. */
export function roundSlice({ a, b, rho, m, sigma }: SviSlice): SviSlice {
  const round = (x: number): number => Number(sliceFieldFromFloat(x)) / Q40
  return { a: round(a), b: round(b), rho: round(rho), m: round(m), sigma: round(sigma) }
}

/**
 * The parameter ranges of the surface contract that {@link sliceFaults} of `@keel/quant` does not look at: |a| ≤ 16, |m| ≤ 4,
 * 1e-6 ≤ σ ≤ 8, least variance a + bσ√(1 − ρ²) positive, at-the-money volatility from 1 % to 1000 %.
 *
 * @returns the first that is broken, in words; `undefined` when none is
 */
export function rangeFault(slice: SviSlice, { years }: { years: number }): string | undefined {
  const { a, b, rho, m, sigma } = slice
  if (![a, b, rho, m, sigma].every(Number.isFinite)) return 'a parameter is not a number'
  if (Math.abs(a) > MAX_A) return `a = ${a} beyond ±${MAX_A}`
  if (b < 0 || b > MAX_WING_SLOPE) return `b = ${b} outside 0..${MAX_WING_SLOPE}`
  if (Math.abs(rho) >= 1) return `rho = ${rho} not inside ±1`
  if (Math.abs(m) > MAX_SHIFT) return `m = ${m} beyond ±${MAX_SHIFT}`
  if (sigma < MIN_SIGMA || sigma > MAX_SIGMA) return `sigma = ${sigma} outside ${MIN_SIGMA}..${MAX_SIGMA}`
  const least = a + b * sigma * Math.sqrt(1 - rho * rho)
  if (!(least > 0)) return `least variance ${least} not positive`
  const volatility = Math.sqrt(sviTotalVariance(slice, 0) / years)
  if (!(volatility >= MIN_VOLATILITY && volatility <= MAX_VOLATILITY)) return `volatility ${volatility} at the money`
  return undefined
}
