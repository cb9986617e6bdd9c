import { WrongShapeError } from './errors.ts'
import { isRecord } from './message.ts'
import { positive, readPrice } from './price.ts'

/** One row of `public/get_book_summary_by_currency` for options, as far as it is used. Times in Unix milliseconds. */
export type SummaryRow = {
  readonly name: string
  /** Coin per coin; absent where nobody bids or asks. */
  readonly bid: number | undefined
  readonly ask: number | undefined
  /** The venue's forward for the expiry, quote currency. */
  readonly underlying: number | undefined
  /** The venue's index, quote currency. */
  readonly index: number | undefined
  readonly time: number
}

/** One row of `public/get_instruments` for options, as far as it is used. */
export type InstrumentRow = {
  readonly name: string
  /** Unix seconds. */
  readonly expiry: number
  readonly strike: number
  readonly kind: 'call' | 'put'
  /** False for options quoted and settled in the quote currency: their prices mean something else. */
  readonly inverse: boolean
  readonly open: boolean
}

/** Rows that could be read, and how many could not. */
export type ReadRows<T> = { readonly rows: readonly T[]; readonly unreadable: number }

/** @throws WrongShapeError when the result is no list; single rows that cannot be read are counted */
export function readSummaries(result: unknown): ReadRows<SummaryRow> {
  return readRows(result, { method: 'public/get_book_summary_by_currency', read: readSummary })
}

/** @throws WrongShapeError when the result is no list; single rows that cannot be read are counted */
export function readInstruments(result: unknown): ReadRows<InstrumentRow> {
  return readRows(result, { method: 'public/get_instruments', read: readInstrument })
}

function readRows<T>(
  result: unknown,
  { method, read }: { method: string; read: (row: Record<string, unknown>) => T | undefined },
): ReadRows<T> {
  if (!Array.isArray(result)) throw new WrongShapeError({ method, expected: 'a list' })
  const rows = result.flatMap((row) => (isRecord(row) ? (read(row) ?? []) : []))
  if (rows.length === 0 && result.length > 0) throw new WrongShapeError({ method, expected: 'a list of known rows' })
  return { rows, unreadable: result.length - rows.length }
}

function readSummary(row: Record<string, unknown>): SummaryRow | undefined {
  const { instrument_name: name, creation_timestamp: time } = row
  if (typeof name !== 'string' || typeof time !== 'number' || !Number.isFinite(time) || time <= 0) return undefined
  const [bid, ask] = [readPrice(row.bid_price), readPrice(row.ask_price)]
  if (bid === 'unreadable' || ask === 'unreadable') return undefined
  return {
    name,
    bid,
    ask,
    underlying: positive(row.underlying_price),
    index: positive(row.estimated_delivery_price),
    time,
  }
}

function readInstrument(row: Record<string, unknown>): InstrumentRow | undefined {
  const { instrument_name: name, expiration_timestamp: expires, option_type: kind, kind: family } = row
  const strike = positive(row.strike)
  if (typeof name !== 'string' || family !== 'option' || strike === undefined) return undefined
  if (typeof expires !== 'number' || !Number.isFinite(expires) || expires <= 0) return undefined
  if (kind !== 'call' && kind !== 'put') return undefined
  const inverse = row.instrument_type === 'reversed'
  return { name, expiry: expires / 1000, strike, kind, inverse, open: row.is_active === true && row.state === 'open' }
}
