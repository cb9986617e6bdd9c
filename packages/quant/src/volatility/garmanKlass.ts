import { log } from '../math/log.ts'
import { SECONDS_PER_YEAR } from '../time.ts'
import { type Bars, checkBars, medianStepSecs } from './bars.ts'

const TWO_LN_2_LESS_1 = 0.3862943611198906

/**
 * Realised volatility from open, high, low and close of each bar, annualised on 365 days:
 * σ² = mean(½·ln²(H/L) − (2 ln 2 − 1)·ln²(C/O)) per bar.
 *
 * About 7.4 times as efficient as close-to-close for a driftless diffusion. Moves between a close and the next open are not
 * seen, so outages do not matter. A bar lasts the median step between openings.
 *
 * Source: Garman and Klass 1980, "On the estimation of security price volatilities from historical data", J. Business 53,
 * 67–78, the practical form of eq. 20.
 *
 * @returns volatility as a decimal
 * @throws BadBarError, TooFewObservationsError (fewer than two bars)
 */
export function garmanKlassVolatility(bars: Bars): number {
  checkBars(bars)
  const barSecs = medianStepSecs(bars.ts)
  const n = bars.ts.length
  let sum = 0
  for (let i = 0; i < n; i++) {
    const range = log(bars.high[i]! / bars.low[i]!)
    const move = log(bars.close[i]! / bars.open[i]!)
    sum += 0.5 * range * range - TWO_LN_2_LESS_1 * move * move
  }
  return Math.sqrt((sum / n) * (SECONDS_PER_YEAR / barSecs))
}
