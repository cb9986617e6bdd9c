import { MissingColumnsError } from './errors.ts'
import type { ChainRow } from './snapshots.ts'

const NEEDED = ['ts', 'instrument_name', 'underlying', 'bid_price', 'ask_price'] as const
const UNIX = /^\d{9,11}(\.\d+)?$/
const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?$/

/**
 * Rows of a chain history: CSV whose first line names at least `ts` (UTC, ISO or unix seconds), `instrument_name`, `underlying`
 * (forward of the expiry), `bid_price` and `ask_price`; `index_price` and `implied_volatility` (the
 * venue's, a decimal) where known. A row that stops short is given without what it
 * lacks. Errors: MissingColumns.
 */
export function* chainRowsOfCsv(file: string, text: string): Generator<ChainRow> {
  const lines = text.split(/\r?\n/)
  const names = lines[0]!.split(',').map((name) => name.trim())
  const missing = NEEDED.filter((name) => !names.includes(name))
  if (missing.length > 0) throw new MissingColumnsError(file, missing)
  const [ts, instrument, future, bid, ask] = NEEDED.map((name) => names.indexOf(name)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const index = names.indexOf('index_price')
  const mark = names.indexOf('implied_volatility')
  const moments = new Map<string, number>()
  const timeOf = (cell: string): number => {
    const known = moments.get(cell) ?? readTime(cell)
    moments.set(cell, known)
    return known
  }
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]!.trim() === '') continue
    const cells = lines[i]!.split(',')
    const isWhole = cells.length === names.length
    yield {
      time: isWhole ? timeOf(cells[ts]!) : Number.NaN,
      instrument: cells[instrument] ?? '',
      bid: price(cells[bid]),
      ask: price(cells[ask]),
      future: price(cells[future]),
      index: price(cells[index]),
      markVolatility: price(cells[mark]),
    }
  }
}

function readTime(cell: string): number {
  if (UNIX.test(cell)) return Number(cell)
  return MOMENT.test(cell) ? Date.parse(cell.endsWith('Z') ? cell : `${cell}Z`) / 1000 : Number.NaN
}

/** No price where the cell is empty; what is no number stays NaN, for whoever judges quotes. */
function price(cell: string | undefined): number | undefined {
  return cell === undefined || cell === '' ? undefined : Number(cell)
}
