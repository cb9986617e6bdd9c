import {
  DuplicateTimestampError,
  EmptyHistoryError,
  MalformedHistoryError,
  NonPositivePriceError,
  UnsortedHistoryError,
} from './errors.ts'

/** One bar of spot history. Prices in collateral per underlying, `ts` unix seconds of the bar's open. */
export type Bar = {
  readonly ts: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

const COLUMNS = ['ts', 'open', 'high', 'low', 'close', 'volume'] as const
const PRICES = ['open', 'high', 'low', 'close'] as const
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

function parseBar(line: string, number: number): Bar {
  const cells = line.split(',')
  if (cells.length !== COLUMNS.length)
    throw new MalformedHistoryError(number, `${cells.length} cells instead of ${COLUMNS.length}`)
  const values = cells.map((cell, i) => {
    if (!NUMBER.test(cell.trim()) || !Number.isFinite(Number(cell)))
      throw new MalformedHistoryError(number, `${COLUMNS[i]} "${cell}" is not a number`)
    return Number(cell)
  })
  const [ts, open, high, low, close, volume] = values as [number, number, number, number, number, number]
  const bar = { ts, open, high, low, close, volume }
  for (const column of PRICES) if (bar[column] <= 0) throw new NonPositivePriceError(number, column, bar[column])
  if (!Number.isSafeInteger(ts) || ts <= 0)
    throw new MalformedHistoryError(number, `ts ${cells[0]} is not unix seconds`)
  if (low > Math.min(open, close) || high < Math.max(open, close))
    throw new MalformedHistoryError(
      number,
      `low ${low} and high ${high} do not enclose open ${open} and close ${close}`,
    )
  return bar
}

/**
 * Bars of a CSV text with the header `ts,open,high,low,close,volume`, strictly ascending.
 * Errors: Malformed, Unsorted, DuplicateTimestamp, NonPositivePrice, Empty: each names the line.
 */
export function parseBars(text: string, name = 'The history'): readonly Bar[] {
  const lines = text.split(/\r?\n/)
  const header = lines[0]?.trim()
  if (!header) throw new EmptyHistoryError(name)
  if (header !== COLUMNS.join(',')) throw new MalformedHistoryError(1, `the header is "${header.slice(0, 80)}"`)
  const bars: Bar[] = []
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!
    if (line.trim() === '') continue
    const bar = parseBar(line, i + 1)
    const previous = bars.at(-1)
    if (previous && bar.ts === previous.ts) throw new DuplicateTimestampError(i + 1, bar.ts)
    if (previous && bar.ts < previous.ts) throw new UnsortedHistoryError(i + 1, previous.ts, bar.ts)
    bars.push(bar)
  }
  if (bars.length === 0) throw new EmptyHistoryError(name)
  return bars
}
