import { impliedVolatility } from '../implied/impliedVolatility.ts'
import { logRatio } from '../math/logRatio.ts'
import { noRejections, type QuoteRejection, type RejectionCounts } from './quote.ts'
import type { StrikeQuotes, TwoSided } from './sort.ts'

/** What one strike says about volatility. Volatilities are decimals per √year. */
export interface SmileQuote {
  readonly strike: number
  /** ln(strike/forward). */
  readonly k: number
  readonly bidVolatility: number
  readonly askVolatility: number
  /** Of the middle price, not the middle volatility. */
  readonly midVolatility: number
}

/** Furthest strike read, in at-the-money deviations. */
const FURTHEST = 8
/** Widest bid–ask read, in volatility over the middle volatility. */
const WIDEST = 0.6

/**
 * Volatilities of one expiry from its out-of-the-money options, by inversion of bid, ask and middle prices in coin.
 *
 * A coin price times the forward is an undiscounted Black-76 price, so the chain is inverted at forward 1 and strike K/F.
 */
export function readSmile(
  strikes: readonly StrikeQuotes[],
  { forward, years }: { forward: number; years: number },
): { smile: readonly SmileQuote[]; rejections: RejectionCounts } {
  const rejections = noRejections()
  const smile: SmileQuote[] = []
  for (const { strike, call, put } of strikes) {
    const [otm, itm] = strike >= forward ? [call, put] : [put, call]
    if (itm !== undefined) rejections['in-the-money']++
    if (otm === undefined) continue
    const read = invert(otm, { kind: strike >= forward ? 'call' : 'put', strike, forward, years })
    if (typeof read === 'string') rejections[read]++
    else smile.push(read)
  }
  const atm = nearestTheMoney(smile)
  if (atm === undefined) return { smile, rejections }
  const furthest = FURTHEST * atm.midVolatility * Math.sqrt(years)
  const near = smile.filter(({ k }) => Math.abs(k) <= furthest)
  rejections['too-far'] += smile.length - near.length
  return { smile: near, rejections }
}

function invert(
  { bid, ask }: TwoSided,
  option: { kind: 'call' | 'put'; strike: number; forward: number; years: number },
): SmileQuote | QuoteRejection {
  const { kind, strike, forward, years } = option
  const inputs = { kind, forward: 1, strike: strike / forward, years }
  const askVolatility = impliedVolatility({ ...inputs, price: ask })
  if (!(askVolatility > 0 && askVolatility < Number.POSITIVE_INFINITY)) return 'out-of-bounds'
  const bidVolatility = impliedVolatility({ ...inputs, price: bid })
  const midVolatility = impliedVolatility({ ...inputs, price: 0.5 * (bid + ask) })
  if (!(bidVolatility > 0 && askVolatility - bidVolatility <= WIDEST * midVolatility)) return 'wide'
  return { strike, k: logRatio(strike, forward), bidVolatility, askVolatility, midVolatility }
}

function nearestTheMoney(smile: readonly SmileQuote[]): SmileQuote | undefined {
  let nearest = smile[0]
  for (const quote of smile) if (Math.abs(quote.k) < Math.abs(nearest!.k)) nearest = quote
  return nearest
}
