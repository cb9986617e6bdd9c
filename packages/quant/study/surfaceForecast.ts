// Forecasts of the implied surface itself, a day and a week ahead, out of sample, beside the random walk, as Markdown.
// node study/surfaceForecast.ts deribit-eth-chain-2026-01.csv.gz …
import {
  dieboldMariano,
  exp,
  type FittedExpiry,
  fitChain,
  fitHar,
  forecastHar,
  log,
  sviTotalVariance,
} from '../src/index.ts'
import { readChain } from './readChain.ts'

const DAY = 86_400
const TENORS = [7, 30, 90]
/** Days before the first forecast, all of which every fit sees. */
const LEAST_HISTORY = 60
const HALF_LIFE_DAYS = 2
const MODELS = ['random walk', 'EWMA, 2 d', 'reversion', 'HAR, log'] as const
type Model = (typeof MODELS)[number]

/** What is forecast: the logarithm of each, at a constant tenor. */
const FEATURES = {
  'volatility at the money': (at: Smile) => at(0),
  'put wing over the money, one deviation out': (at: Smile) => at(-1) / at(0),
  'call wing over the money, one deviation out': (at: Smile) => at(1) / at(0),
} as const

/** Volatility of a constant tenor at a number of deviations from the money. */
type Smile = (deviations: number) => number

const days = readDays(process.argv.slice(2))
console.log(`${days.length} days, forecasts from day ${LEAST_HISTORY}\n`)
console.log(`| | tenor | ahead | ${MODELS.join(' | ')} |\n|---|--:|--:|${MODELS.map(() => '--:|').join('')}`)
for (const [feature, of] of Object.entries(FEATURES)) {
  for (const tenor of TENORS) {
    const series = Float64Array.from(days, (expiries) => of(smileAt(expiries, tenor / 365)))
    for (const horizon of [1, 7]) report(`${feature} | ${tenor} d | ${horizon} d`, series, horizon)
  }
}

/** The last surface of each UTC day. */
function readDays(files: readonly string[]): readonly (readonly FittedExpiry[])[] {
  const byDay = new Map<number, readonly FittedExpiry[]>()
  for (const file of files) {
    for (const snapshot of readChain(file)) byDay.set(Math.floor(snapshot.time / DAY), fitChain(snapshot).expiries)
  }
  return [...byDay].sort(([a], [b]) => a - b).map(([, expiries]) => expiries)
}

/** Between expiries total variance at equal deviations is linear in time; outside them the nearest one's volatility. */
function smileAt(expiries: readonly FittedExpiry[], years: number): Smile {
  const after = Math.max(
    1,
    expiries.findIndex((one) => one.years >= years),
  )
  const [near, far] = [expiries[after - 1]!, expiries[after]!]
  const share = Math.min(1, Math.max(0, (years - near.years) / (far.years - near.years)))
  const reach = near.years + share * (far.years - near.years)
  const variance = (one: FittedExpiry, deviations: number): number =>
    sviTotalVariance(one.slice, deviations * Math.sqrt(sviTotalVariance(one.slice, 0)))
  return (deviations) =>
    Math.sqrt(((1 - share) * variance(near, deviations) + share * variance(far, deviations)) / reach)
}

/** Errors of forecasts of the average over the next `horizon` days, from every day on. */
function report(title: string, series: Float64Array, horizon: number): void {
  const errors = Object.fromEntries(MODELS.map((model) => [model, [] as number[]])) as Record<Model, number[]>
  for (let end = LEAST_HISTORY; end + horizon <= series.length; end++) {
    const realised = log(average(series, end, horizon))
    const history = series.subarray(0, end)
    const forecasts: Record<Model, number> = {
      'random walk': log(history[end - 1]!),
      'EWMA, 2 d': ewma(history),
      reversion: reversion(history, horizon),
      'HAR, log': har(history, horizon),
    }
    for (const model of MODELS) errors[model].push((100 * (forecasts[model] - realised)) ** 2)
  }
  const cells = MODELS.map((model) => {
    const rmse = Math.sqrt(average(errors[model], 0, errors[model].length)).toFixed(2)
    if (model === 'random walk') return rmse
    const test = dieboldMariano({ first: errors[model], second: errors['random walk'] }, { horizon })
    return `${rmse} (${test.statistic.toFixed(1)}, ${test.pValue.toFixed(3)})`
  })
  console.log(`| ${title} | ${cells.join(' | ')} |`)
}

function average(values: ArrayLike<number>, from: number, count: number): number {
  let sum = 0
  for (let i = from; i < from + count; i++) sum += values[i]!
  return sum / count
}

/** Level of an exponential average of the logarithms. */
function ewma(history: Float64Array): number {
  const keep = exp(-Math.LN2 / HALF_LIFE_DAYS)
  return history.reduce((level, value) => keep * level + (1 - keep) * log(value), log(history[0]!))
}

/** Regression of the average's distance from the level on the level, by least squares on all history. */
function reversion(history: Float64Array, horizon: number): number {
  const n = history.length - horizon
  let [x, y, xx, xy] = [0, 0, 0, 0]
  for (let i = 0; i < n; i++) {
    const level = log(history[i]!)
    const change = log(average(history, i + 1, horizon)) - level
    x += level
    y += change
    xx += level * level
    xy += level * change
  }
  const slope = (n * xy - x * y) / (n * xx - x * x)
  const last = log(history.at(-1)!)
  return last + y / n + slope * (last - x / n)
}

/** HAR on averages of 1, 5 and 20 days. Its forecast of a level is the median: no half of the error's variance. */
function har(history: Float64Array, horizon: number): number {
  const model = fitHar(history, { windows: [1, 5, 20], horizon })
  return log(forecastHar({ ...model, errorVariance: 0 }, history))
}
