import { log } from '../math/log.ts'
import { SECONDS_PER_YEAR } from '../time.ts'
import { type Closes, checkCloses, longestStepSecs, type Spacing, TooFewObservationsError } from './bars.ts'

/**
 * Realised volatility from log returns of closes, annualised on 365 days, mean return taken as zero.
 *
 * σ² = Σ r² / Σ Δt over the returns that do not span an outage, so unequal steps carry unequal time.
 *
 * @returns volatility as a decimal (0.65 is 65 %)
 * @throws BadBarError, BadSpanError, TooFewObservationsError (fewer than one return)
 */
export function closeToCloseVolatility(closes: Closes, spacing: Spacing = {}): number {
  checkCloses(closes)
  const { ts, close } = closes
  const longest = longestStepSecs(ts, spacing)
  let sum = 0
  let secs = 0
  for (let i = 1; i < ts.length; i++) {
    const step = ts[i]! - ts[i - 1]!
    if (step > longest) continue
    const r = log(close[i]! / close[i - 1]!)
    sum += r * r
    secs += step
  }
  if (secs === 0) throw new TooFewObservationsError({ found: 0, needed: 1 })
  return Math.sqrt((sum / secs) * SECONDS_PER_YEAR)
}
