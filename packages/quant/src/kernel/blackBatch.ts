import { type BlackColumns, type BlackResults, black76Batch, emptyResults, writeRow } from '../black/black76Batch.ts'
import { checkCapacity, checkRows } from './checkBatch.ts'
import { loadKernel } from './load.ts'

/** A place to price many options again and again. Fill `columns`, call `run`, read `results`. */
export interface BlackBatch {
  /** Fill these, then call `run`. */
  readonly columns: BlackColumns
  /** What the last `run` wrote. */
  readonly results: BlackResults
  /** Prices the first `rows` rows, 0 to the capacity. */
  readonly run: (rows: number) => void
  /** What does the work; the results do not depend on it. */
  readonly engine: 'wasm-simd' | 'typescript'
}

/**
 * Price and five Greeks of up to `capacity` options at a time, by a WebAssembly SIMD kernel where there is one, else by the
 * TypeScript reference: the same bits as the scalar `black76` either way.
 *
 * Columns live in the kernel's memory, so filling them costs no copy. Rows without variance, or outside the domain, are answered as
 * the scalar function answers them.
 *
 * @param capacity rows, 1 to 8,388,608
 * @throws BadBatchError when it is not such a number; `run` too, when asked for more rows than there are
 */
export function createBlackBatch(capacity: number): BlackBatch {
  checkCapacity(capacity)
  const kernel = loadKernel({ columns: 12, capacity }, { blackRow: (row) => writeRow(columns, results, row) })
  if (kernel === undefined) {
    const column = (): Float64Array => new Float64Array(capacity)
    const own = {
      sign: column(),
      forward: column(),
      strike: column(),
      years: column(),
      volatility: column(),
      discount: column(),
    }
    const out = emptyResults(capacity)
    const run = (rows: number): void => {
      checkRows(rows, capacity)
      black76Batch(own, head(out, rows))
    }
    return { columns: own, results: out, run, engine: 'typescript' }
  }
  const [sign, forward, strike, years, volatility, discount, price, delta, gamma, vega, theta, rho] =
    kernel.columns as unknown as Twelve
  const columns: BlackColumns = { sign, forward, strike, years, volatility, discount }
  const results: BlackResults = {
    price,
    forwardDelta: delta,
    forwardGamma: gamma,
    vegaPerUnitVol: vega,
    thetaPerYear: theta,
    rhoPerUnitRate: rho,
  }
  const run = (rows: number): void => {
    checkRows(rows, capacity)
    kernel.black(rows)
  }
  return { columns, results, run, engine: 'wasm-simd' }
}

type Column = Float64Array
type Twelve = [Column, Column, Column, Column, Column, Column, Column, Column, Column, Column, Column, Column]

function head(results: BlackResults, rows: number): BlackResults {
  return {
    price: results.price.subarray(0, rows),
    forwardDelta: results.forwardDelta.subarray(0, rows),
    forwardGamma: results.forwardGamma.subarray(0, rows),
    vegaPerUnitVol: results.vegaPerUnitVol.subarray(0, rows),
    thetaPerYear: results.thetaPerYear.subarray(0, rows),
    rhoPerUnitRate: results.rhoPerUnitRate.subarray(0, rows),
  }
}
