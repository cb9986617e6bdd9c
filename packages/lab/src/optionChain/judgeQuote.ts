import type { FittedExpiry, QuoteRejection } from '@keel/quant'
import { impliedVolatility, logRatio, readSmile, sortQuotes } from '@keel/quant'
import type { MarkedQuote } from './snapshots.ts'

/** A quote and what became of it. Volatilities are decimals per √year, absent where the price has none. */
export type JudgedQuote = {
  readonly strike: number
  readonly kind: 'call' | 'put'
  /** At or beyond the forward on its own side; false without a forward. */
  readonly isOutOfTheMoney: boolean
  readonly verdict: 'used' | QuoteRejection
  /** ln(strike/forward); NaN without a forward. */
  readonly k: number
  readonly bidVolatility: number | undefined
  readonly askVolatility: number | undefined
  readonly midVolatility: number | undefined
  readonly markVolatility: number | undefined
}

/** Says of each quote of one expiry, in the order given, whether the slice rests on it, and if not why. */
export function judgeQuote({
  time,
  years,
  forward,
  fitted,
  unmade = 'unfit-expiry',
}: {
  time: number
  years: number
  forward: number | undefined
  /** Absent where the expiry has no slice: sound quotes are then `unmade`. */
  fitted: FittedExpiry | undefined
  unmade?: 'thin-expiry' | 'unfit-expiry'
}): (quote: MarkedQuote) => JudgedQuote {
  const used = new Set(fitted?.quotes.map(({ strike }) => strike))
  const outliers = new Set(fitted?.outliers.map(({ strike }) => strike))
  const seen = new Set<string>()

  function verdictOf(quote: MarkedQuote, isOutOfTheMoney: boolean): JudgedQuote['verdict'] {
    const { strike, kind } = quote
    const { expiries, rejections } = sortQuotes([quote], { earliest: time, earliestExpiry: time })
    const malformed = rejections.malformed + rejections.expired > 0
    const key = `${kind} ${strike}`
    if (!malformed && seen.has(key)) return 'duplicate'
    seen.add(key)
    const unsound = firstOf(rejections)
    if (unsound !== undefined) return unsound
    if (forward === undefined) return 'no-forward'
    if (!isOutOfTheMoney) return 'in-the-money'
    if (outliers.has(strike)) return 'outlier'
    if (used.has(strike)) return 'used'
    const { strikes } = expiries[0]!
    const unread = readSmile(strikes, { forward, years }).rejections
    return firstOf({ ...unread, 'too-far': 0 }) ?? (fitted === undefined ? unmade : 'too-far')
  }

  return (quote) => {
    const { strike, kind, bid, ask, markVolatility } = quote
    const isOutOfTheMoney = forward !== undefined && (kind === 'call' ? strike >= forward : strike < forward)
    const volatilityOf = (price: number | null | undefined): number | undefined => {
      if (forward === undefined || typeof price !== 'number' || !(price > 0)) return undefined
      const volatility = impliedVolatility({ kind, forward: 1, strike: strike / forward, years, price })
      return volatility > 0 && volatility < Number.POSITIVE_INFINITY ? volatility : undefined
    }
    return {
      strike,
      kind,
      isOutOfTheMoney,
      verdict: verdictOf(quote, isOutOfTheMoney),
      k: forward === undefined ? Number.NaN : logRatio(strike, forward),
      bidVolatility: volatilityOf(bid),
      askVolatility: volatilityOf(ask),
      midVolatility:
        typeof bid === 'number' && typeof ask === 'number' && bid > 0 ? volatilityOf((bid + ask) / 2) : undefined,
      markVolatility: typeof markVolatility === 'number' && markVolatility > 0 ? markVolatility : undefined,
    }
  }
}

function firstOf(counts: Readonly<Record<QuoteRejection, number>>): QuoteRejection | undefined {
  return (Object.keys(counts) as QuoteRejection[]).find((reason) => counts[reason] > 0)
}
