import { LOT, seriesId } from '@keel/model'
import type { Random } from '@keel/quant'
import type { Leg, MarketSnapshot } from '@keel/sdk'

/** Orders that nobody would send and some that many would: any series listed or not, any side, any size. */

const DAY = 86_400
const MOST_LEGS = 5

function choose<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random.uniform() * items.length)]!
}

/** One order. About one in twelve has something wrong with it. */
export function drawOrder(random: Random, snapshot: MarketSnapshot): readonly Leg[] {
  const count = 1 + Math.floor(random.uniform() ** 2 * MOST_LEGS)
  const legs = Array.from({ length: count }, () => drawLeg(random, snapshot))
  const isApart = legs.every(({ series }, i) => legs.findIndex((leg) => leg.series === series) === i)
  const order = isApart ? legs : legs.slice(0, 1)
  return random.uniform() < 1 / 12 ? spoil(random, order) : order
}

function drawLeg(random: Random, { market, boards }: MarketSnapshot): Leg {
  const { board } = choose(random, boards)
  const place = Math.floor(random.uniform() * board.strikes.length)
  const isCall = random.uniform() < 0.5
  const position = (isCall ? board.calls : board.puts)[place]!
  const series = seriesId({ market, expiry: board.expiry, strike: board.strikes[place]!, isCall })
  // Where the vault is short, a part of it may be sold back, or all.
  if (position < 0n && random.uniform() < 0.45) {
    const part = choose(random, [1n, 1n, 2n, 3n, 10n])
    const lots = -position / LOT / part
    return { series, size: -(lots > 0n ? lots : 1n) * LOT }
  }
  const lots = BigInt(Math.ceil(10 ** (random.uniform() * 5.5)))
  return { series, size: (random.uniform() < 0.8 ? lots : -lots) * LOT }
}

function spoil(random: Random, legs: readonly Leg[]): readonly Leg[] {
  const [{ series, size }, ...rest] = legs as [Leg, ...Leg[]]
  return choose<() => readonly Leg[]>(random, [
    () => [],
    () => [...legs, { series, size }],
    () => Array.from({ length: 9 }, () => ({ series, size })),
    () => [{ series, size: 0n }, ...rest],
    () => [{ series, size: size + LOT / 2n }, ...rest],
    () => [{ series, size: (1n << 41n) * LOT }, ...rest],
    () => [{ series: series + 1n, size }, ...rest],
    () => [{ series: series + (1n << 160n), size }, ...rest],
    () => [{ series: series + (BigInt(DAY) << 120n), size }, ...rest],
    () => [{ series: series ^ (0xffn << 112n), size }, ...rest],
    () => [{ series: series | (1n << 200n), size }, ...rest],
  ])()
}
