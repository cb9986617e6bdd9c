import { isRecord } from './message.ts'
import { positive, readPrice } from './price.ts'
import type { SummaryRow } from './rows.ts'

/** Best bids and asks of many options, kept from notifications. */
export type QuoteBook = {
  /** Takes rows of a whole chain; newer quotes already there stay. */
  seed(rows: readonly SummaryRow[]): void
  /** Takes one notification. */
  apply(channel: string, data: unknown): 'applied' | 'wrong-shape' | 'out-of-order'
  /** All quotes, as rows of a chain. */
  rows(): readonly SummaryRow[]
  /** Forgets options that are no longer listed. */
  retain(names: ReadonlySet<string>): void
  /** Forgets everything: what notifications were missed is not known. */
  clear(): void
}

/** The channel of an option's best bid and ask. */
export const quoteChannel = (name: string): string => `quote.${name}`
/** The channel of the index. */
export const indexChannel = (currency: string): string => `deribit_price_index.${currency.toLowerCase()}_usd`

type Quote = Pick<SummaryRow, 'name' | 'bid' | 'ask' | 'time'>

/**
 * A book of quotes by option. A quote stands until another replaces it, however old: the venue tells of changes only. The rows carry
 * the time of the newest notification, the index with it, and no forward: that comes from parity alone, as the venue's own
 * would be older than the quotes.
 */
export function createQuoteBook(): QuoteBook {
  const quotes = new Map<string, Quote>()
  let index: { price: number; time: number } | undefined
  let newest = 0

  return {
    seed(rows) {
      for (const { name, bid, ask, time, index: price } of rows) {
        const held = quotes.get(name)
        if (held === undefined || held.time < time) quotes.set(name, { name, bid, ask, time })
        if (price !== undefined && (index === undefined || index.time < time)) index = { price, time }
        newest = Math.max(newest, time)
      }
    },
    apply(channel, data) {
      if (!isRecord(data)) return 'wrong-shape'
      const time = positive(data.timestamp)
      if (time === undefined) return 'wrong-shape'
      const applied = channel.startsWith('quote.') ? applyQuote(data, time) : applyIndex(data, time)
      if (applied === 'applied') newest = Math.max(newest, time)
      return applied
    },
    rows: () =>
      [...quotes.values()].map((quote) => ({ ...quote, time: newest, index: index?.price, underlying: undefined })),
    retain(names) {
      for (const name of quotes.keys()) if (!names.has(name)) quotes.delete(name)
    },
    clear() {
      quotes.clear()
      index = undefined
      newest = 0
    },
  }

  function applyQuote(data: Record<string, unknown>, time: number): ReturnType<QuoteBook['apply']> {
    const { instrument_name: name } = data
    const [bid, ask] = [readPrice(data.best_bid_price), readPrice(data.best_ask_price)]
    if (typeof name !== 'string' || bid === 'unreadable' || ask === 'unreadable') return 'wrong-shape'
    if ((quotes.get(name)?.time ?? 0) > time) return 'out-of-order'
    quotes.set(name, { name, bid, ask, time })
    return 'applied'
  }

  function applyIndex(data: Record<string, unknown>, time: number): ReturnType<QuoteBook['apply']> {
    const price = positive(data.price)
    if (price === undefined) return 'wrong-shape'
    if ((index?.time ?? 0) > time) return 'out-of-order'
    index = { price, time }
    return 'applied'
  }
}
