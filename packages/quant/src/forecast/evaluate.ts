import { QuantError } from '../errors.ts'
import { log } from '../math/log.ts'
import { normalCdf } from '../math/normal.ts'

/**
 * QLIKE loss of a variance forecast, r − ln r − 1 with r = realised/forecast: zero when right, steeper for forecasts too low.
 * It ranks forecasts as the true variance would, though realised variance is only a noisy proxy for it.
 *
 * Source: Patton 2011, "Volatility forecast comparison using imperfect volatility proxies", J. Econometrics 160, 246–256.
 *
 * @returns a number ≥ 0; `NaN` unless both are positive
 */
export function qlike({ forecast, realised }: { forecast: number; realised: number }): number {
  const ratio = realised / forecast
  return ratio > 0 ? ratio - log(ratio) - 1 : Number.NaN
}

/** The verdict of {@link dieboldMariano}. */
export interface DieboldMariano {
  /** Mean of first loss minus second: negative when the first forecast is better. */
  readonly meanDifference: number
  /** Standardised difference, about standard normal when both are equally good. */
  readonly statistic: number
  /** Two-sided, from the normal distribution. */
  readonly pValue: number
  /** Pairs compared. */
  readonly observations: number
}

/**
 * Test of equal accuracy of two series of losses: the mean difference over its long-run standard error (Bartlett weights up to
 * `horizon − 1` lags, at least the cube root of n), with the small-sample correction.
 *
 * Pairs with a `NaN` are left out. Sources: Diebold and Mariano 1995, J. Business & Economic Statistics 13, 253–263; Harvey,
 * Leybourne and Newbold 1997, Int. J. Forecasting 13, 281–291, eq. 9; Newey and West 1987, Econometrica 55, 703–708.
 *
 * @param horizon periods that each forecast reaches ahead where forecasts overlap, a whole number; 1 where they do not
 * @throws TooFewLossesError with fewer than ten pairs, or fewer than twice the horizon
 */
export function dieboldMariano(
  { first, second }: { first: ArrayLike<number>; second: ArrayLike<number> },
  { horizon = 1 }: { horizon?: number } = {},
): DieboldMariano {
  const differences = Array.from(first, (loss, i) => loss - second[i]!).filter(Number.isFinite)
  const n = differences.length
  const needed = Math.max(10, 2 * horizon)
  if (!(Number.isInteger(horizon) && horizon >= 1 && n >= needed)) throw new TooFewLossesError({ found: n, needed })
  const mean = differences.reduce((a, b) => a + b, 0) / n
  const lags = Math.min(n - 1, Math.max(horizon - 1, wholeCubeRoot(n)))
  let longRun = covariance(differences, mean, 0)
  for (let lag = 1; lag <= lags; lag++) longRun += 2 * (1 - lag / (lags + 1)) * covariance(differences, mean, lag)
  const correction = Math.sqrt((n + 1 - 2 * horizon + (horizon * (horizon - 1)) / n) / n)
  const statistic = mean === 0 ? 0 : (correction * mean) / Math.sqrt(Math.max(0, longRun) / n)
  return { meanDifference: mean, statistic, pValue: 2 * normalCdf(-Math.abs(statistic)), observations: n }
}

/** The largest whole number whose cube is at most n, counted up: the engine's own root may be an ulp off. */
function wholeCubeRoot(n: number): number {
  let root = 0
  while ((root + 1) * (root + 1) * (root + 1) <= n) root++
  return root
}

/** Too few pairs of losses to test anything. */
export class TooFewLossesError extends QuantError {
  override readonly name = 'Quant.TooFewLossesError'
  constructor({ found, needed }: { found: number; needed: number }) {
    super(
      `${found} pairs of losses, ${needed} needed. Forecast over a longer span, with a whole number of periods ahead.`,
    )
  }
}

function covariance(values: readonly number[], mean: number, lag: number): number {
  let sum = 0
  for (let i = lag; i < values.length; i++) sum += (values[i]! - mean) * (values[i - lag]! - mean)
  return sum / values.length
}
