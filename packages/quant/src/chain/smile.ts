import type { OptionKind } from '../black/black76.ts'
import { impliedVolatility } from '../implied/impliedVolatility.ts'
import { logRatio } from '../math/logRatio.ts'
import { noRejections, type QuoteRejection, type RejectionCounts } from './quote.ts'
import type { OneSided, StrikeQuotes, TwoSided } from './sort.ts'

/** What one strike says about volatility. Volatilities are decimals per √year. */
export interface SmileQuote {
  /** Quote currency per coin. */
  readonly strike: number
  /** ln(strike/forward). */
  readonly k: number
  /** Of the bid, positive. */
  readonly bidVolatility: number
  /** Of the ask, at or above the bid's. */
  readonly askVolatility: number
  /** Of the middle price, not the middle volatility. */
  readonly midVolatility: number
}

/** A volatility the smile should not cross, from an option quoted on one side. */
export interface SmileBound {
  /** Quote currency per coin. */
  readonly strike: number
  /** ln(strike/forward). */
  readonly k: number
  /** `bid`: the smile should not lie below. `ask`: it should not lie above. */
  readonly side: OneSided['side']
  /** Of the price quoted, decimal per √year, positive. */
  readonly volatility: number
}

/** Furthest strike read, in at-the-money deviations. */
const FURTHEST = 8
/** Widest bid–ask read, in volatility over the middle volatility. */
const WIDEST = 0.6

/**
 * Volatilities of one expiry from its out-of-the-money options, by inversion of bid, ask and middle prices in coin.
 *
 * Never throws: what cannot be read is counted. An option quoted on one side bounds the smile there. A coin price times the forward is an undiscounted Black-76 price, so the chain is inverted at forward 1 and strike K/F.
 */
export function readSmile(
  strikes: readonly StrikeQuotes[],
  { forward, years }: { forward: number; years: number },
): { smile: readonly SmileQuote[]; bounds: readonly SmileBound[]; rejections: RejectionCounts } {
  const rejections = noRejections()
  const smile: SmileQuote[] = []
  const bounds: SmileBound[] = []
  for (const { strike, call, put, callBound, putBound } of strikes) {
    const [otm, itm] = strike >= forward ? [call, put] : [put, call]
    const [otmBound, itmBound] = strike >= forward ? [callBound, putBound] : [putBound, callBound]
    if (itm !== undefined) rejections['in-the-money']++
    if (itmBound !== undefined) rejections['one-sided']++
    if (otmBound !== undefined) {
      const bound = invertBound(otmBound, { kind: strike >= forward ? 'call' : 'put', strike, forward, years })
      if (bound === undefined) rejections['one-sided']++
      else bounds.push(bound)
    }
    if (otm === undefined) continue
    const read = invert(otm, { kind: strike >= forward ? 'call' : 'put', strike, forward, years })
    if (typeof read === 'string') rejections[read]++
    else smile.push(read)
  }
  const atm = nearestTheMoney(smile)
  if (atm === undefined) {
    rejections['one-sided'] += bounds.length
    return { smile, bounds: [], rejections }
  }
  const furthest = FURTHEST * atm.midVolatility * Math.sqrt(years)
  const near = smile.filter(({ k }) => Math.abs(k) <= furthest)
  rejections['too-far'] += smile.length - near.length
  const nearBounds = bounds.filter(({ k }) => Math.abs(k) <= furthest)
  rejections['one-sided'] += bounds.length - nearBounds.length
  return { smile: near, bounds: nearBounds, rejections }
}

interface ReadOption {
  readonly kind: OptionKind
  readonly strike: number
  readonly forward: number
  readonly years: number
}

function invertBound({ side, price }: OneSided, { kind, strike, forward, years }: ReadOption): SmileBound | undefined {
  const volatility = impliedVolatility({ kind, forward: 1, strike: strike / forward, years, price })
  if (!(volatility > 0 && volatility < Number.POSITIVE_INFINITY)) return undefined
  return { strike, k: logRatio(strike, forward), side, volatility }
}

function invert({ bid, ask }: TwoSided, option: ReadOption): SmileQuote | QuoteRejection {
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
