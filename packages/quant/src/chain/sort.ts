import { noRejections, type OptionQuote, type QuoteRejection, type RejectionCounts } from './quote.ts'

/** A price with two sides. */
export interface TwoSided {
  /** Coin per coin of notional, positive. */
  readonly bid: number
  /** Coin per coin of notional, above the bid. */
  readonly ask: number
}

/** A price with one side. */
export interface OneSided {
  /** The side that is quoted: a bid is a floor of the option's worth, an ask a ceiling. */
  readonly side: 'bid' | 'ask'
  /** Coin per coin of notional, positive. */
  readonly price: number
}

/** Both options of one strike, as far as they are soundly quoted. */
export interface StrikeQuotes {
  /** Quote currency per coin. */
  readonly strike: number
  /** The call, when it has both sides. */
  call?: TwoSided
  /** The put, when it has both sides. */
  put?: TwoSided
  /** The call, when it has one side only. */
  callBound?: OneSided
  /** The put, when it has one side only. */
  putBound?: OneSided
}

/** The sound quotes of one expiry. */
export interface ExpiryQuotes {
  /** Unix seconds. */
  readonly expiry: number
  /** Ascending in strike. */
  readonly strikes: readonly StrikeQuotes[]
  /** The venue's forward, when a usable one was given. */
  readonly future: number | undefined
  /** Rows of this expiry, sound or not. */
  readonly rows: number
}

/**
 * Groups rows by expiry and strike, leaving out and counting what cannot be a quote. Never throws on data.
 *
 * @param earliest the snapshot's time, Unix seconds; `earliestExpiry` is the first expiry kept
 */
export function sortQuotes(
  quotes: readonly OptionQuote[],
  { earliest, earliestExpiry }: { earliest: number; earliestExpiry: number },
): { expiries: readonly ExpiryQuotes[]; rejections: RejectionCounts } {
  const rejections = noRejections()
  const groups = new Map<
    number,
    { strikes: Map<number, StrikeQuotes>; seen: Set<number>; futures: number[]; rows: number }
  >()
  for (const quote of quotes) {
    const { expiry, strike, kind } = quote
    const reason = unusable(quote, { earliest, earliestExpiry })
    if (reason === 'malformed' || reason === 'expired') {
      rejections[reason]++
      continue
    }
    let group = groups.get(expiry)
    if (group === undefined) {
      group = { strikes: new Map(), seen: new Set(), futures: [], rows: 0 }
      groups.set(expiry, group)
    }
    group.rows++
    const key = kind === 'call' ? strike : -strike
    if (group.seen.has(key)) {
      rejections.duplicate++
      continue
    }
    group.seen.add(key)
    if (isPositive(quote.future)) group.futures.push(quote.future)
    if (reason !== undefined) {
      rejections[reason]++
      continue
    }
    const pair = group.strikes.get(strike) ?? { strike }
    const { bid, ask } = quote
    if (isPositive(bid) && isPositive(ask)) pair[kind] = { bid, ask }
    else pair[`${kind}Bound`] = isPositive(ask) ? { side: 'ask', price: ask } : { side: 'bid', price: bid! }
    group.strikes.set(strike, pair)
  }
  const expiries = [...groups].map(([expiry, { strikes, futures, rows }]) => ({
    expiry,
    strikes: [...strikes.values()].sort((a, b) => a.strike - b.strike),
    future: futures.length === 0 ? undefined : futures.sort((a, b) => a - b)[futures.length >> 1],
    rows,
  }))
  return { expiries: expiries.sort((a, b) => a.expiry - b.expiry), rejections }
}

function unusable(
  quote: OptionQuote,
  { earliest, earliestExpiry }: { earliest: number; earliestExpiry: number },
): QuoteRejection | undefined {
  const { expiry, strike, kind, bid, ask } = quote
  if (!(Number.isFinite(expiry) && isPositive(strike) && (kind === 'call' || kind === 'put'))) return 'malformed'
  if (!(isPrice(bid) && isPrice(ask) && Number.isFinite(earliest))) return 'malformed'
  if (!(expiry > earliest && expiry >= earliestExpiry)) return 'expired'
  const hasBid = isPositive(bid)
  const hasAsk = isPositive(ask)
  if (!hasBid && !hasAsk) return 'unquoted'
  if (!hasBid || !hasAsk) return undefined
  return bid < ask ? undefined : 'crossed'
}

/** Absent counts as a price of none; a negative or infinite number is a broken row. `NaN` is how some feeds write absent. */
function isPrice(value: number | null | undefined): boolean {
  return (
    value === undefined || value === null || Number.isNaN(value) || (value >= 0 && value < Number.POSITIVE_INFINITY)
  )
}

function isPositive(value: number | null | undefined): value is number {
  return typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY
}
