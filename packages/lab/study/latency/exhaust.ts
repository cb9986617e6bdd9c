import { type LegInput, type PricingInput, quote } from '@keel/model'
import { createRandom, type Random } from '@keel/quant'
import { refusal } from './limits.ts'
import { inputOf } from './market.ts'
import { type Moment, profitOf, run } from './run.ts'
import type { Bound } from './screen.ts'
import { bestOrder } from './search.ts'
import { ratesOf, type Setting } from './setting.ts'
import type { Truth } from './truth.ts'

const MAX_LEGS = 8
/** What floats may be off by, per option, collateral units. */
const TOLERANCE = 1e-6

export type Exhausted = {
  readonly moments: number
  readonly orders: number
  /** Exact orders that brought more than the screen's bound said any could. */
  readonly broken: number
  /** Of what was looked for by brute force at moments that passed the screen, and by the search. */
  readonly bruteProfit: number
  readonly searchProfit: number
}

/**
 * Quotes exactly, at sampled moments of a run, every series on both sides in several sizes and many random orders of
 * several legs, and holds each to the screen's bound; at sampled moments that passed the screen, also to the search.
 */
export function exhaust(
  setting: Setting,
  truth: Truth,
  plan: { seed: number; moments: number; orders: number },
): Exhausted {
  const random = createRandom(plan.seed, 1)
  const all = truth.ticks
  const chance = plan.moments / all
  const rates = ratesOf(setting)
  const sum = { moments: 0, orders: 0, broken: 0, bruteProfit: 0, searchProfit: 0 }
  run(setting, truth, {
    moment: (moment) => {
      const passes = moment.bounds.some((bound) => bound.buy > 0 || (bound.sell > 0 && moment.heldOf(bound) > 0))
      if (random.uniform() > (passes ? 20 * chance : chance) || moment.bounds.length === 0) return
      sum.moments++
      const input = inputOf(moment.venue, setting, moment.time)
      const tried = [...singles(moment.bounds, rates.maxTradeSize)]
      for (let i = 0; i < plan.orders; i++) tried.push(several(moment.bounds, { random, most: rates.maxTradeSize }))
      let brute = 0
      for (const legs of tried) {
        sum.orders++
        const { profit, within, allowed } = hold(moment, { input, legs, setting })
        if (!within) sum.broken++
        if (allowed && profit > brute && ownable(moment, legs)) brute = profit
      }
      if (!passes) return
      sum.bruteProfit += brute
      const standing = quote(input, [])
      const { bounds, venue, held, price } = moment
      const legs = bestOrder({ venue, input, standing, bounds, held, rates, takerCost: setting.takerCost, price })
      if (legs.length === 0) return
      const found = hold(moment, { input, legs, setting })
      if (found.allowed) sum.searchProfit += Math.max(0, found.profit)
    },
  })
  return sum
}

const lotsOf = (options: number): bigint => BigInt(Math.max(1, Math.floor(options * 1000)))

function* singles(bounds: readonly Bound[], most: number): Generator<readonly LegInput[]> {
  for (const { seen } of bounds) {
    for (const part of [1, 1 / 8, 1e-6]) {
      for (const side of [1n, -1n])
        yield [
          { board: BigInt(seen.board), node: BigInt(seen.node), call: seen.call, lots: side * lotsOf(most * part) },
        ]
    }
  }
}

/** Random sizes of both signs: straddles, boxes, calendars and everything between. */
export function several(
  bounds: readonly Bound[],
  { random, most }: { random: Random; most: number },
): readonly LegInput[] {
  const count = 2 + Math.floor(random.uniform() * (MAX_LEGS - 1))
  const legs = new Map<Bound, LegInput>()
  for (let i = 0; i < count; i++) {
    const bound = bounds[Math.floor(random.uniform() * bounds.length)]!
    const { board, node, call } = bound.seen
    const lots = lotsOf(most * 10 ** (-3 * random.uniform())) * (random.uniform() < 0.6 ? 1n : -1n)
    legs.set(bound, { board: BigInt(board), node: BigInt(node), call, lots })
  }
  return [...legs.values()]
}

/** An order that sells no more than the bot holds. */
function ownable({ bounds, heldOf }: Moment, legs: readonly LegInput[]): boolean {
  return legs.every((leg) => leg.lots > 0n || heldOf(boundOf(bounds, leg)) >= -Number(leg.lots) / 1000)
}

const boundOf = (bounds: readonly Bound[], leg: LegInput): Bound =>
  bounds.find(({ seen: s }) => s.board === Number(leg.board) && s.node === Number(leg.node) && s.call === leg.call)!

function hold(moment: Moment, of: { input: PricingInput; legs: readonly LegInput[]; setting: Setting }) {
  const { input, legs, setting } = of
  const { bounds, venue, price } = moment
  const priced = quote(input, legs)
  const profit = profitOf({ bounds, legs, priced, price, takerCost: setting.takerCost })
  let most = 0
  for (const leg of legs) {
    const options = Math.abs(Number(leg.lots)) / 1000
    const { buy, sell } = boundOf(bounds, leg)
    most += options * ((leg.lots > 0n ? buy : sell) + TOLERANCE)
  }
  const allowed = refusal(venue, setting, { input, legs, priced }) === undefined
  // A leg that may not open has no bound: the market must refuse it.
  return { profit, within: most === Number.NEGATIVE_INFINITY ? !allowed : profit <= most, allowed }
}
