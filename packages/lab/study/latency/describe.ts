import { atmVariance } from '@keel/keepers'
import { TRUE_SHAPE, type Truth } from './truth.ts'

const DAY = 86_400
const YEAR = 365 * DAY
const SIX_HOURS = 6 * 3_600
const HALF_HOUR = 1_800
const TENORS = [2, 7, 15, 30, 90]

/** How lively a path is: moves of the price over one tick, and of at-the-money volatility over six hours. */
export function describe(truth: Truth): string {
  const moves = Float64Array.from({ length: truth.ticks - 1 }, (_, i) =>
    Math.abs(Math.log(truth.priceOf(i + 1) / truth.priceOf(i))),
  ).sort()
  const quantile = (q: number): string => (moves[Math.floor(q * (moves.length - 1))]! * 1e4).toFixed(0)
  const perDay = (truth.timeOf(1) - truth.timeOf(0)) / DAY
  const ticksOf = (secs: number): number => Math.round(secs / DAY / perDay)
  const swings = TENORS.map((days) => {
    let [sum, count] = [0, 0]
    for (let tick = ticksOf(SIX_HOURS); tick < truth.ticks; tick += ticksOf(HALF_HOUR)) {
      sum += (pointsAt(truth, { tick, days }) - pointsAt(truth, { tick: tick - ticksOf(SIX_HOURS), days })) ** 2
      count++
    }
    return Math.sqrt(sum / count).toFixed(1)
  })
  return (
    `${truth.ticks} prices from ${new Date(truth.start * 1000).toISOString()}. From one to the next, bp: ` +
    `${quantile(0.5)} / ${quantile(0.99)} / ${quantile(0.999)} / ${quantile(1)} (50, 99, 99.9, 100 %). ` +
    `At-the-money volatility in six hours, points, root mean square at ${TENORS.join(' / ')} days: ${swings.join(' / ')}`
  )
}

const pointsAt = (truth: Truth, { tick, days }: { tick: number; days: number }): number => {
  const tauSecs = days * DAY
  return 100 * Math.sqrt((atmVariance(truth.volatilityOf(tick), { tauSecs, shape: TRUE_SHAPE }) * YEAR) / tauSecs)
}
