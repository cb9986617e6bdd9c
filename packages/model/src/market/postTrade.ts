import { larger } from '../math/word.ts'
import { ratio } from '../pricing/potential.ts'
import type { BookValue } from '../pricing/priced.ts'
import { magnitude } from '../types/size.ts'
import { WAD } from '../types/wad.ts'
import type { MarketLimits } from './marketLimits.ts'

/** The risk limits that a trade must leave satisfied: see PostTrade.sol. */

/** What a limit limits: `Figure` of IMarket.sol. */
export const FIGURES = {
  delta: 1,
  venues: 2,
  vega: 3,
  expiryVega: 4,
  gamma: 5,
  utilisation: 6,
  expirySize: 7,
} as const

/** A figure of the book before and after a trade, and its limit; wads over E, sizes in wad options. */
export type Held = {
  readonly figure: number
  readonly before: bigint
  readonly afterwards: bigint
  readonly limit: bigint
}

/** The hedger's cache, as far as limits read it; wads of the underlying. */
export type Hedge = { readonly delta: bigint; readonly capacityUp: bigint; readonly capacityDown: bigint }

/** Vega and size of one expiry on both sides of a trade, wads. */
export type ExpiryFigures = {
  readonly vegaBefore: bigint
  readonly vegaAfter: bigint
  readonly sizeBefore: bigint
  readonly sizeAfter: bigint
}

/** What a trade did to the book as a whole. */
export type BookChange = {
  readonly before: BookValue
  readonly afterwards: BookValue
  readonly hedge: Hedge
  /** Wad, as `equity`, floored. */
  readonly spot: bigint
  readonly equity: bigint
  /** Every leg closes: the delta limits do not stop it. */
  readonly closing: boolean
  readonly limits: MarketLimits
}

const GAMMA_MOVE_DIVISOR = 100n

/** The first figure that refuses the trade, and which way the figures went. */
export const judge = (
  change: BookChange,
  expiries: readonly ExpiryFigures[],
): { readonly refused?: Held; readonly improved: boolean; readonly worsened: boolean } => {
  const venues = venuesRefuse(change)
  if (venues) return { refused: venues, improved: false, worsened: false }
  const held = [...ofBook(change), ...expiries.flatMap((expiry) => ofExpiry(change, expiry))]
  const moved = held.map((h) => ({ h, was: magnitude(h.before), is: magnitude(h.afterwards) }))
  const improved = moved.some(({ was, is }) => is < was)
  const worsened = moved.some(({ was, is }) => is > was)
  const over = moved.filter(({ h, is }) => is > h.limit)
  const isInherited = ({ h, was, is }: (typeof moved)[number]) =>
    was > h.limit && is <= was && h.before < 0n === h.afterwards < 0n
  const fresh = over.find((each) => !isInherited(each))
  if (fresh) return { refused: fresh.h, improved, worsened }
  const reduced = moved.some(({ h, was, is }) => was > h.limit && is < was)
  return { ...(over[0] && !reduced && { refused: over[0].h }), improved, worsened }
}

const ofBook = ({ before, afterwards, hedge, spot, equity, closing, limits }: BookChange): readonly Held[] => {
  const deltaOf = (book: BookValue) => ((book.delta + hedge.delta) * spot) / WAD
  const over = (figure: number, [from, to]: readonly [bigint, bigint], limit: bigint): Held => ({
    figure,
    before: ratio(from, equity),
    afterwards: ratio(to, equity),
    limit,
  })
  const delta = over(FIGURES.delta, [deltaOf(before), deltaOf(afterwards)], limits.maxNetDelta)
  return [
    ...(closing ? [] : [delta]),
    over(FIGURES.vega, [before.vega, afterwards.vega], limits.maxNetVega),
    over(FIGURES.gamma, [gammaOf(before.gamma, spot), gammaOf(afterwards.gamma, spot)], limits.maxGamma),
    over(FIGURES.utilisation, [before.requiredMargin, afterwards.requiredMargin], limits.maxUtilisation),
  ]
}

const ofExpiry = ({ equity, limits }: BookChange, e: ExpiryFigures): readonly Held[] => [
  {
    figure: FIGURES.expiryVega,
    before: ratio(e.vegaBefore, equity),
    afterwards: ratio(e.vegaAfter, equity),
    limit: limits.maxExpiryVega,
  },
  {
    figure: FIGURES.expirySize,
    before: ratio(e.sizeBefore, WAD),
    afterwards: ratio(e.sizeAfter, WAD),
    limit: limits.maxExpirySize,
  },
]

/** A trade that adds net delta must leave it within the limit less what venues could not take. */
const venuesRefuse = ({ before, afterwards, hedge, spot, equity, closing, limits }: BookChange): Held | undefined => {
  if (closing) return undefined
  const from = ((before.delta + hedge.delta) * spot) / WAD
  const to = ((afterwards.delta + hedge.delta) * spot) / WAD
  if (magnitude(to) <= magnitude(from)) return undefined
  const capacity = ((to > 0n ? hedge.capacityDown : hedge.capacityUp) * spot) / WAD
  if (magnitude(to) <= capacity) return undefined
  const left = larger(limits.maxNetDelta - ratio(magnitude(to) - capacity, equity), 0n)
  const x = ratio(to, equity)
  if (magnitude(x) <= left) return undefined
  return { figure: FIGURES.venues, before: ratio(from, equity), afterwards: x, limit: left }
}

const gammaOf = (gamma: bigint, spot: bigint): bigint =>
  gamma >= 0n ? 0n : (((gamma * spot) / WAD) * spot) / WAD / GAMMA_MOVE_DIVISOR
