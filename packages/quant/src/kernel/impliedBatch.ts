import { type ImpliedColumns, impliedVolatilities, impliedVolatilityOfRow } from '../implied/impliedVolatility.ts'
import { checkCapacity, checkRows } from './checkBatch.ts'
import { loadKernel } from './load.ts'

/** A place to invert many prices again and again. Fill `columns`, call `run`, read `volatility`. */
export interface ImpliedBatch {
  /** Fill these, then call `run`. */
  readonly columns: { readonly [Name in keyof ImpliedColumns]: Float64Array }
  /** What the last `run` wrote, decimals per √year. */
  readonly volatility: Float64Array
  /** Inverts the first `rows` rows. */
  readonly run: (rows: number) => void
  /** What does the work; the results do not depend on it. */
  readonly engine: 'wasm-simd' | 'typescript'
}

/**
 * Implied volatilities of up to `capacity` undiscounted prices at a time, by a WebAssembly SIMD kernel where there is one, else by
 * the TypeScript reference: the same bits as `impliedVolatilities` either way.
 *
 * @param capacity rows, 1 to 8,388,608
 * @throws BadBatchError when it is not such a number; `run` too, when asked for more rows than there are
 */
export function createImpliedBatch(capacity: number): ImpliedBatch {
  checkCapacity(capacity)
  const kernel = loadKernel(
    { columns: 6, capacity },
    {
      impliedRow: (row) => {
        volatility[row] = impliedVolatilityOfRow(columns, row)
      },
    },
  )
  const all = kernel?.columns ?? Array.from({ length: 6 }, () => new Float64Array(capacity))
  const [sign, forward, strike, years, price, volatility] = all as [Column, Column, Column, Column, Column, Column]
  const columns = { sign, forward, strike, years, price }
  return {
    columns,
    volatility,
    run: (rows) => {
      checkRows(rows, capacity)
      if (kernel === undefined) impliedVolatilities(columns, volatility.subarray(0, rows))
      else kernel.implied(rows)
    },
    engine: kernel === undefined ? 'typescript' : 'wasm-simd',
  }
}

type Column = Float64Array
