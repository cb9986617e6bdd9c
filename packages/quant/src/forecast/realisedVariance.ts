import { log } from '../math/log.ts'
import { BadSpanError, type Closes, checkCloses, longestStepSecs, type Spacing } from '../volatility/bars.ts'

/** Periods of one history at most: their columns are of this length. */
const MOST_PERIODS = 10_000_000

/** Realised variance of each period, columns of equal length. */
export interface VarianceSeries {
  /** Start of each period, Unix seconds. */
  readonly ts: Float64Array
  /** Sum of squared log returns, per period (not annualised); `NaN` where too little of the period was seen. */
  readonly variance: Float64Array
}

/**
 * Realised variance of consecutive periods, by default days of UTC: squared log returns summed and scaled up by the share of
 * the period they cover. Returns across an outage are left out with their time; a period seen for less than half is `NaN`.
 *
 * A return counts for the period in which it ends. Source: Andersen, Bollerslev, Diebold and Labys 2003, "Modeling and forecasting
 * realized volatility", Econometrica 71, 579–625.
 *
 * @throws BadBarError, TooFewObservationsError, BadSpanError
 */
export function realisedVariances(
  closes: Closes,
  options: Spacing & { readonly periodSecs?: number } = {},
): VarianceSeries {
  checkCloses(closes)
  const { periodSecs = 86_400 } = options
  const { ts, close } = closes
  const longest = longestStepSecs(ts, options)
  const first = Math.floor(ts[0]! / periodSecs)
  const periods = Math.floor(ts[ts.length - 1]! / periodSecs) - first + 1
  if (!(periodSecs > 0 && periods <= MOST_PERIODS)) {
    const needed = `a positive number of seconds that splits the history into ${MOST_PERIODS} periods at most`
    throw new BadSpanError({ span: 'periodSecs', value: periodSecs, needed })
  }
  const sum = new Float64Array(periods)
  const seen = new Float64Array(periods)
  for (let i = 1; i < ts.length; i++) {
    const step = ts[i]! - ts[i - 1]!
    if (step > longest) continue
    const period = Math.ceil(ts[i]! / periodSecs) - 1 - first
    if (period < 0) continue
    const r = log(close[i]! / close[i - 1]!)
    sum[period]! += r * r
    seen[period]! += step
  }
  const variance = sum.map((value, i) => (seen[i]! >= 0.5 * periodSecs ? (value * periodSecs) / seen[i]! : Number.NaN))
  return { ts: Float64Array.from({ length: periods }, (_, i) => (first + i) * periodSecs), variance }
}
