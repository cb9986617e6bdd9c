import type { SeriesId } from '@keel/model'
import { parseSeriesId, seriesId } from '@keel/model'
import type { Random } from '@keel/quant'
import { MARKET } from '../world/found.ts'
import type { MarketReading } from '../world/reading.ts'

/** How noise traders behave. */
export type TraderPolicy = {
  /** Orders an hour, on average, over all traders. */
  readonly ordersPerHour: number
  readonly callShare: number
  /** Chance that a trader who holds something sells some of it back rather than buys. */
  readonly sellShare: number
  /** Notional of a buy as a share of the vault's equity: uniform between the two. */
  readonly smallest: number
  readonly largest: number
  /** Strikes further than this from the money, in standard deviations, are left alone. */
  readonly reach: number
}

export const TRADER_POLICY: TraderPolicy = {
  ordersPerHour: 4,
  callShare: 0.6,
  sellShare: 0.35,
  smallest: 0.0005,
  largest: 0.006,
  reach: 1.5,
}

/** One order a trader wants: `size` in wad options, positive buys. */
export type Wish = { readonly series: SeriesId; readonly size: bigint }

const LOT = 10n ** 15n
const YEAR = 365 * 86_400
const CLOSING_SECS = 3 * 3_600

function choose<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random.uniform() * items.length)]!
}

function inLots(size: number): bigint {
  return BigInt(Math.floor(size * 1000)) * LOT
}

/** What one trader wants at a time; undefined when nothing suits it. */
export function decideWish(
  random: Random,
  { market, equity, volatility, time, holdings, policy }: decideWish.Parameters,
): Wish | undefined {
  const live = [...holdings].filter(([id, size]) => size >= LOT && parseSeriesId(id).expiry - time > CLOSING_SECS)
  const sells = random.uniform() < policy.sellShare
  if (sells && live.length > 0) {
    const [series, held] = choose(random, live)
    const part = 0.3 + 0.7 * random.uniform()
    const size = ((held * BigInt(Math.round(part * 1000))) / 1000n / LOT) * LOT
    return size > 0n ? { series, size: -size } : undefined
  }
  const spot = Number(market.spot.read.mark) / 1e18
  const boards = market.boards.filter(({ board, slice }) => board.expiry - time > CLOSING_SECS && slice.reportedAt > 0)
  if (boards.length === 0 || !(spot > 0)) return undefined
  const { board } = choose(random, boards)
  const reach = policy.reach * volatility * Math.sqrt((board.expiry - time) / YEAR)
  const strikes = board.strikes.filter((strike) => Math.abs(Math.log(Number(strike) / 1e18 / spot)) <= reach)
  const isCall = random.uniform() < policy.callShare
  const share = policy.smallest + (policy.largest - policy.smallest) * random.uniform()
  if (strikes.length === 0) return undefined
  const strike = choose(random, strikes)
  const size = inLots((equity * share) / spot)
  return size > 0n ? { series: seriesId({ market: MARKET, expiry: board.expiry, strike, isCall }), size } : undefined
}

export declare namespace decideWish {
  type Parameters = {
    readonly market: MarketReading
    /** Whole units of collateral. */
    readonly equity: number
    /** Decimal per √year. */
    readonly volatility: number
    readonly time: number
    /** What this trader holds, wad options. */
    readonly holdings: ReadonlyMap<SeriesId, bigint>
    readonly policy: TraderPolicy
  }
}
