import { black76Price, createRandom, fitChain, fitEssvi, type OptionQuote, sviVolatility } from '../src/index.ts'

const DAY = 86_400
const TIME = 1_770_000_000
const DAYS = [1, 2, 3, 4, 7, 14, 21, 28, 56, 140, 230, 320]

/** Twelve expiries of 41 strikes, calls and puts, prices on a tick with a spread: the size of a live ETH chain. */
function chain(): readonly OptionQuote[] {
  const random = createRandom(12)
  return DAYS.flatMap((day) => {
    const years = day / 365
    const root = Math.sqrt(years)
    const slice = { a: 0.25 * years, b: 0.22 * root, rho: -0.25, m: 0.05 * root, sigma: 0.5 * root }
    return Array.from({ length: 41 }, (_, i) => Math.round(2000 * Math.exp(0.6 * root * (i - 20) * 0.15))).flatMap(
      (strike) =>
        (['call', 'put'] as const).map((kind) => {
          const volatility = sviVolatility(slice, { k: Math.log(strike / 2000), years })
          const coin = black76Price({ kind, forward: 2000, strike, years, volatility }) / 2000
          const half = 0.0002 + 0.02 * coin * random.uniform()
          const [bid, ask] = [Math.floor((coin - half) * 1e4) / 1e4, Math.ceil((coin + half) * 1e4) / 1e4]
          return { expiry: TIME + day * DAY, strike, kind, bid: bid > 0 ? bid : undefined, ask, future: 2000 }
        }),
    )
  })
}

/** Milliseconds of CPU for a whole surface, from quotes to checked slices. */
export async function run(): Promise<void> {
  console.log('\nA 12-expiry surface from 984 quotes (one thread, CPU time, median of 60)')
  const quotes = chain()
  const snapshot = { time: TIME, quotes }
  const { expiries } = fitChain(snapshot)
  const previous = new Map(expiries.map(({ expiry, slice }) => [expiry, slice]))
  print('fitChain: forwards, inversion, cleaning, SVI, checks', () => void fitChain(snapshot))
  print('fitChain, started from the last surface', () => void fitChain(snapshot, { previous }))
  const smiles = expiries.map(({ quotes: used, years }) => ({
    k: Float64Array.from(used, ({ k }) => k),
    w: Float64Array.from(used, ({ midVolatility }) => midVolatility ** 2 * years),
    weight: new Float64Array(used.length).fill(1000),
  }))
  print('fitEssvi on the same smiles', () => void fitEssvi(smiles))
}

function print(name: string, work: () => void): void {
  for (let i = 0; i < 20; i++) work()
  const times = Array.from({ length: 60 }, () => {
    const start = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }).sort((a, b) => a - b)
  console.log(`${name.padEnd(52)} ${times[30]!.toFixed(2).padStart(8)} ms`)
}
