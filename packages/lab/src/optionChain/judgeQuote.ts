import type { ExpiryQuotes, FittedExpiry, QuoteRejection } from '@keel/quant'
import { impliedVolatility, logRatio, readSmile, sortQuotes } from '@keel/quant'
import type { MarkedQuote } from './snapshots.ts'

/** A quote and what became of it. Volatilities are decimals per √year, absent where the price has none. */
export type JudgedQuote = {
  readonly strike: number
  readonly kind: 'call' | 'put'
  /** At or beyond the forward on its own side; false without a forward. */
  readonly isOutOfTheMoney: boolean
  /** The slice was fitted to it; held to its one side; or why neither. */
  readonly verdict: 'used' | 'bound' | QuoteRejection
  /** ln(strike/forward); NaN without a forward. */
  readonly k: number
  readonly bidVolatility: number | undefined
  readonly askVolatility: number | undefined
  readonly midVolatility: number | undefined
  readonly markVolatility: number | undefined
}

/** One expiry, as far as it was fitted. */
export type JudgedExpiry = {
  /** Of the snapshot, unix seconds. */
  readonly time: number
  readonly years: number
  readonly group: ExpiryQuotes | undefined
  readonly forward: number | undefined
  /** Absent where the expiry has no slice: sound quotes are then `unmade`. */
  readonly fitted: FittedExpiry | undefined
  readonly unmade: 'thin-expiry' | 'unfit-expiry'
}

/** Says of each quote of one expiry, in the order given, whether the slice rests on it, and if not why. */
export function judgeQuote(expiry: JudgedExpiry): (quote: MarkedQuote) => JudgedQuote {
  const { forward, years } = expiry
  const verdictOf = verdicts(expiry)
  return (quote) => {
    const { strike, kind, bid, ask, markVolatility } = quote
    const isOutOfTheMoney = forward !== undefined && (kind === 'call' ? strike >= forward : strike < forward)
    const volatilityOf = (price: number | null | undefined): number | undefined => {
      if (forward === undefined || typeof price !== 'number' || !(price > 0)) return undefined
      const volatility = impliedVolatility({ kind, forward: 1, strike: strike / forward, years, price })
      return volatility > 0 && volatility < Number.POSITIVE_INFINITY ? volatility : undefined
    }
    const isTwoSided = typeof bid === 'number' && typeof ask === 'number' && bid > 0 && ask > 0
    return {
      strike,
      kind,
      isOutOfTheMoney,
      verdict: verdictOf(quote, isOutOfTheMoney),
      k: forward === undefined ? Number.NaN : logRatio(strike, forward),
      bidVolatility: volatilityOf(bid),
      askVolatility: volatilityOf(ask),
      midVolatility: isTwoSided ? volatilityOf((bid + ask) / 2) : undefined,
      markVolatility: typeof markVolatility === 'number' && markVolatility > 0 ? markVolatility : undefined,
    }
  }
}

function verdicts({ time, years, group, forward, fitted, unmade }: JudgedExpiry) {
  const read = group && forward !== undefined ? readSmile(group.strikes, { forward, years }) : undefined
  const strikes = (rows: readonly { readonly strike: number }[] | undefined) => new Set(rows?.map((row) => row.strike))
  const [smile, bounds] = [strikes(read?.smile), strikes(read?.bounds)]
  const [used, held] = [strikes(fitted?.quotes), strikes(fitted?.bounds)]
  const seen = new Set<string>()

  return (quote: MarkedQuote, isOutOfTheMoney: boolean): JudgedQuote['verdict'] => {
    const { strike, kind } = quote
    const { expiries, rejections } = sortQuotes([quote], { earliest: time, earliestExpiry: time })
    const isRow = rejections.malformed + rejections.expired === 0
    if (isRow && seen.has(`${kind} ${strike}`)) return 'duplicate'
    if (isRow) seen.add(`${kind} ${strike}`)
    const unsound = firstOf(rejections)
    if (unsound !== undefined) return unsound
    const { call, put } = expiries[0]!.strikes[0]!
    const isTwoSided = call !== undefined || put !== undefined
    if (forward === undefined) return isTwoSided ? 'no-forward' : 'one-sided'
    if (!isOutOfTheMoney) return isTwoSided ? 'in-the-money' : 'one-sided'
    if (smile.has(strike)) return fitted === undefined ? unmade : used.has(strike) ? 'used' : 'outlier'
    if (!isTwoSided) {
      if (!bounds.has(strike)) return 'one-sided'
      if (fitted !== undefined) return held.has(strike) ? 'bound' : 'outlier'
      return unmade === 'thin-expiry' ? 'one-sided' : unmade
    }
    const alone = readSmile(expiries[0]!.strikes, { forward, years }).rejections
    return firstOf({ ...alone, 'too-far': 0 }) ?? 'too-far'
  }
}

function firstOf(counts: Readonly<Record<QuoteRejection, number>>): QuoteRejection | undefined {
  return (Object.keys(counts) as QuoteRejection[]).find((reason) => counts[reason] > 0)
}
