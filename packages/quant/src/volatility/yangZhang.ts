import { log } from '../math/log.ts'
import { SECONDS_PER_YEAR } from '../time.ts'
import { type Bars, checkBars, longestStepSecs, medianStepSecs, type Spacing, TooFewObservationsError } from './bars.ts'

/**
 * Realised volatility that allows both a drift and a jump between a close and the next open, annualised on 365 days:
 * σ² = V(open to previous close) + k·V(close to open) + (1 − k)·V(Rogers–Satchell) per bar, k = 0.34/(1.34 + (n+1)/(n−1)).
 *
 * Only bars that directly follow their predecessor count, so an outage is never taken for an overnight jump.
 *
 * Source: Yang and Zhang 2000, "Drift-independent volatility estimation based on high, low, open, and close prices",
 * J. Business 73, 477–491, eqs. 7–10.
 *
 * @returns volatility as a decimal
 * @throws BadBarError, BadSpanError, TooFewObservationsError (fewer than two bars that follow another)
 */
export function yangZhangVolatility(bars: Bars, spacing: Spacing = {}): number {
  checkBars(bars)
  const { ts, open, high, low, close } = bars
  const longest = longestStepSecs(ts, spacing)
  let n = 0
  let gapSum = 0
  let gapSquares = 0
  let moveSum = 0
  let moveSquares = 0
  let rogersSatchell = 0
  for (let i = 1; i < ts.length; i++) {
    if (ts[i]! - ts[i - 1]! > longest) continue
    const gap = log(open[i]! / close[i - 1]!)
    const move = log(close[i]! / open[i]!)
    const up = log(high[i]! / open[i]!)
    const down = log(low[i]! / open[i]!)
    n++
    gapSum += gap
    gapSquares += gap * gap
    moveSum += move
    moveSquares += move * move
    rogersSatchell += up * (up - move) + down * (down - move)
  }
  if (n < 2) throw new TooFewObservationsError({ found: n, needed: 2 })
  const k = 0.34 / (1.34 + (n + 1) / (n - 1))
  const variance =
    sampleVariance(gapSum, gapSquares, n) + k * sampleVariance(moveSum, moveSquares, n) + (1 - k) * (rogersSatchell / n)
  return Math.sqrt(variance * (SECONDS_PER_YEAR / medianStepSecs(ts)))
}

/** Scalars, not an object: three sums of one loop. */
function sampleVariance(sum: number, squares: number, n: number): number {
  return Math.max(0, (squares - (sum * sum) / n) / (n - 1))
}
