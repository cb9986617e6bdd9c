// Forecasts of realised variance on hourly prices, out of sample, HAR beside its baselines, as Markdown.
// node study/forecast.ts eth-spot-1h.csv.gz eth-dvol-daily.csv
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  type Closes,
  dieboldMariano,
  ewmaVolatility,
  fitHar,
  forecastHar,
  qlike,
  randomWalkForecast,
  realisedVariances,
} from '../src/index.ts'

const DAY = 86_400
const LEAST_HISTORY = 365
const MODELS = ['HAR, log', 'HAR, variance', 'EWMA, 11 d', 'random walk', 'implied, DVOL'] as const
type Model = (typeof MODELS)[number]

const [spotFile, impliedFile] = process.argv.slice(2) as [string, string]
const closes = readCloses(spotFile)
const implied = readImplied(impliedFile)
const { ts, variance } = realisedVariances(closes)
const ewma = dailyEwma(closes)

for (const horizon of [1, 7, 30]) report(horizon)

/** Loss of each model at every `horizon`-th day, refitted on all that came before; only days every model could forecast. */
function report(horizon: number): void {
  const losses = Object.fromEntries(MODELS.map((model) => [model, [] as number[]])) as Record<Model, number[]>
  for (let end = LEAST_HISTORY; end + horizon <= variance.length; end += horizon) {
    const realised = variance.subarray(end, end + horizon).reduce((a, b) => a + b, 0) / horizon
    const history = variance.subarray(0, end)
    const dvol = implied.get(ts[end - 1]!) ?? Number.NaN
    const forecasts: Record<Model, number> = {
      'HAR, log': forecastHar(fitHar(history, { horizon }), history),
      'HAR, variance': forecastHar(fitHar(history, { horizon, form: 'variance' }), history),
      'EWMA, 11 d': (ewma.get(ts[end - 1]!) ?? Number.NaN) ** 2 / 365,
      'random walk': randomWalkForecast(history, { horizon }),
      'implied, DVOL': (dvol / 100) ** 2 / 365,
    }
    const row = MODELS.map((model) => qlike({ forecast: forecasts[model], realised }))
    if (row.every(Number.isFinite)) MODELS.forEach((model, i) => void losses[model].push(row[i]!))
  }
  const count = losses['HAR, log'].length
  console.log(`\n## Next ${horizon} day${horizon > 1 ? 's' : ''}: ${count} forecasts\n`)
  console.log('| | QLIKE | against random walk: statistic | p | against HAR, log: statistic | p |')
  console.log('|---|--:|--:|--:|--:|--:|')
  for (const model of MODELS) {
    const mean = losses[model].reduce((a, b) => a + b, 0) / count
    const tests = (['random walk', 'HAR, log'] as const).map((other) => {
      if (other === model) return ' | '
      const { statistic, pValue } = dieboldMariano({ first: losses[model], second: losses[other] })
      return `${statistic.toFixed(2)} | ${pValue.toFixed(3)}`
    })
    console.log(`| ${model} | ${mean.toFixed(4)} | ${tests.join(' | ')} |`)
  }
}

function readCloses(file: string): Closes {
  const [, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n')
  const rows = lines.map((line) => line.split(','))
  // A bar's close is an hour after its opening time.
  return { ts: rows.map((row) => Number(row[0]) + 3600), close: rows.map((row) => Number(row[4])) }
}

function readImplied(file: string): ReadonlyMap<number, number> {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  return new Map(lines.map((line) => line.split(',')).map(([date, value]) => [Date.parse(date!) / 1000, Number(value)]))
}

/** The average as it stood at the end of each day. */
function dailyEwma(prices: Closes): ReadonlyMap<number, number> {
  const volatility = ewmaVolatility(prices, { halfLifeSecs: 11.2 * DAY })
  const byDay = new Map<number, number>()
  for (let i = 0; i < volatility.length; i++) {
    if (prices.ts[i]! % DAY === 0) byDay.set(prices.ts[i]! - DAY, volatility[i]!)
  }
  return byDay
}
