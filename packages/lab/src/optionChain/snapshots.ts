import type { IndexedSnapshot } from '@keel/keepers'
import type { OptionQuote } from '@keel/quant'
import { parseDeribitName } from '@keel/quant'
import { NoQuotesError, SeveralUnderlyingsError } from './errors.ts'

/** One row of a chain as its source gives it. Prices are `undefined` where there is none. */
export type ChainRow = {
  /** Unix seconds; NaN when it cannot be read. */
  readonly time: number
  readonly instrument: string
  readonly bid: number | undefined
  readonly ask: number | undefined
  readonly future: number | undefined
  readonly index: number | undefined
  /** The venue's own volatility, decimal per √year. */
  readonly markVolatility: number | undefined
}

/** A quote with the venue's own volatility beside it, which no fit looks at. */
export type MarkedQuote = OptionQuote & { readonly markVolatility?: number | undefined }

export type MarkedSnapshot = IndexedSnapshot & { readonly quotes: readonly MarkedQuote[] }

/** Snapshots of one underlying's options, ascending in time. */
export type ChainHistory = {
  /** As in the options' names. */
  readonly underlying: string
  readonly snapshots: readonly MarkedSnapshot[]
  /** Rows without a time or without the name of an option: left out. */
  readonly unread: number
}

type Draft = { readonly quotes: MarkedQuote[]; index: number | undefined }

/** Groups rows by their time. Errors: NoQuotes, SeveralUnderlyings. */
export function collectSnapshots(file: string, rows: Iterable<ChainRow>): ChainHistory {
  const drafts = new Map<number, Draft>()
  const underlyings = new Set<string>()
  let unread = 0
  for (const { time, instrument, bid, ask, future, index, markVolatility } of rows) {
    const option = parseDeribitName(instrument)
    if (option === undefined || !Number.isFinite(time)) {
      unread++
      continue
    }
    const { underlying, expiry, strike, kind } = option
    underlyings.add(underlying)
    const draft = drafts.get(time) ?? { quotes: [], index: undefined }
    drafts.set(time, draft)
    draft.quotes.push({ expiry, strike, kind, bid, ask, future, markVolatility })
    draft.index ??= index
  }
  if (drafts.size === 0) throw new NoQuotesError(file, unread)
  if (underlyings.size > 1) throw new SeveralUnderlyingsError(file, [...underlyings].sort())
  const snapshots = [...drafts].map(([time, { quotes, index }]) => ({ time, quotes, index }))
  return { underlying: [...underlyings][0]!, snapshots: snapshots.sort((a, b) => a.time - b.time), unread }
}
