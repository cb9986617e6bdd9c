import { ChainNotReadableError } from './errors.ts'
import type { ChainRow } from './snapshots.ts'

type Summary = Readonly<Record<string, unknown>>

/**
 * Rows of one reply to `public/get_book_summary_by_currency` of Deribit's JSON-RPC, options only. All are taken to be of the newest
 * `creation_timestamp` in it: the venue makes the rows of a reply one after the other. Errors: ChainNotReadable.
 */
export function chainRowsOfReply(file: string, text: string): readonly ChainRow[] {
  const summaries = resultOf(file, text)
  const times = summaries.map((row) => numberOf(row.creation_timestamp)).filter((time) => time !== undefined)
  const time = times.length === 0 ? Number.NaN : times.reduce((a, b) => Math.max(a, b)) / 1000
  return summaries.map((row) => ({
    time,
    instrument: typeof row.instrument_name === 'string' ? row.instrument_name : '',
    bid: numberOf(row.bid_price),
    ask: numberOf(row.ask_price),
    future: numberOf(row.underlying_price),
    index: numberOf(row.estimated_delivery_price),
    markVolatility: percent(row.mark_iv),
  }))
}

function resultOf(file: string, text: string): readonly Summary[] {
  let reply: unknown
  try {
    reply = JSON.parse(text)
  } catch {
    throw new ChainNotReadableError(file, 'it begins as JSON and is not whole')
  }
  const { error, result = reply } = reply as { error?: { code?: unknown; message?: unknown }; result?: unknown }
  if (error !== undefined)
    throw new ChainNotReadableError(file, `the reply is the error ${String(error?.message ?? error?.code)}`)
  if (!Array.isArray(result) || result.some((row) => typeof row !== 'object' || row === null))
    throw new ChainNotReadableError(file, 'the reply holds no list of book summaries')
  if (result.length > 0 && !result.some((row) => 'bid_price' in row && 'ask_price' in row))
    throw new ChainNotReadableError(file, 'the rows of the reply have neither bid_price nor ask_price')
  return result
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function percent(value: unknown): number | undefined {
  return typeof value === 'number' ? value / 100 : undefined
}
