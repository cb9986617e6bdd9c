import { log } from '../math/log.ts'
import { SECONDS_PER_YEAR } from '../time.ts'
import { type Bars, checkBars, medianStepSecs } from './bars.ts'

const FOUR_LN_2 = 2.772588722239781

/**
 * Realised volatility from the range of each bar, annualised on 365 days: σ² = mean(ln²(H/L)) / (4 ln 2) per bar.
 *
 * About five times as efficient as close-to-close for a driftless diffusion; it reads low when bars hold few trades. Outages
 * do not matter, since no bar looks at another. A bar lasts the median step between openings.
 *
 * Source: Parkinson 1980, "The extreme value method for estimating the variance of the rate of return", J. Business 53, 61–65.
 *
 * @returns volatility as a decimal
 * @throws BadBarError, TooFewObservationsError (fewer than two bars)
 */
export function parkinsonVolatility(bars: Bars): number {
  checkBars(bars)
  const barSecs = medianStepSecs(bars.ts)
  const n = bars.ts.length
  let sum = 0
  for (let i = 0; i < n; i++) {
    const range = log(bars.high[i]! / bars.low[i]!)
    sum += range * range
  }
  return Math.sqrt((sum / (FOUR_LN_2 * n)) * (SECONDS_PER_YEAR / barSecs))
}
