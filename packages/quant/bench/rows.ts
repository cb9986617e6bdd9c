import { black76Price, createRandom } from '../src/index.ts'

/** One option of a benchmark. */
export interface BenchRow {
  readonly sign: 1 | -1
  readonly forward: number
  readonly strike: number
  readonly years: number
  readonly volatility: number
  /** Undiscounted. */
  readonly price: number
}

/**
 * Options as a chain has them: two days to a year, 30–120 % volatility, out of the money up to 2.5 deviations, calls and puts alike.
 * The same rows for every contestant.
 */
export function benchRows(count = 4096): readonly BenchRow[] {
  const random = createRandom(20_260)
  return Array.from({ length: count }, () => {
    const years = (2 + 363 * random.uniform()) / 365
    const volatility = 0.3 + 0.9 * random.uniform()
    const z = 5 * random.uniform() - 2.5
    const strike = 2000 * Math.exp(z * volatility * Math.sqrt(years))
    const sign = z >= 0 ? 1 : -1
    const kind = sign > 0 ? 'call' : 'put'
    return {
      sign,
      forward: 2000,
      strike,
      years,
      volatility,
      price: black76Price({ kind, forward: 2000, strike, years, volatility }),
    }
  })
}
