import { type LegInput, type Priced, quote } from '@keel/model'
import { printed } from './feed.ts'
import { refusal, vegaOpened } from './limits.ts'
import { inputOf, type Landed, type Listed, land, look, openVenue, type Venue } from './market.ts'
import { type Bot, type Deal, hedge, profitOf, settle, trade } from './run.ts'
import { survey } from './screen.ts'
import { keyOf } from './search.ts'
import { ratesOf, type Setting } from './setting.ts'
import { priceAt } from './signedPrices.ts'
import { ATTACH } from './spotMirror.ts'
import type { Truth } from './truth.ts'

const DAY = 86_400

/** How orders wait for their price: `DelayedOrders.sol`. */
export type Delayed = {
  /** From the order to the second whose price it trades at; no more than a step of the path. */
  readonly delaySecs: number
  /** As for `Pull`. */
  readonly moveSecs: number
  /** What a bot takes its order to trade at: the true price as it is, or the feed's, as if nothing waited. */
  readonly sees: 'truth' | 'feed'
  /** The most an order pays: what it would cost at that, or anything. */
  readonly limit: 'expected' | 'none'
}

/** An order with what it was to bring at the time it was made. */
export type Asked = {
  readonly time: number
  readonly legs: readonly LegInput[]
  /** Of `legs`, which count boards by place. */
  readonly boards: readonly Listed[]
  /** Wad. */
  readonly limit: bigint
  readonly expected: number
}

export type Executed = { readonly asked: Asked; readonly at: number; readonly price: bigint; readonly deal: Deal }

/** An order that the market refused, by the name of its error. */
export type Failed = { readonly asked: Asked; readonly at: number; readonly price: bigint; readonly reason: string }

export type DelayedOutcome = {
  readonly days: number
  readonly asked: number
  readonly executed: readonly Executed[]
  readonly failed: readonly Failed[]
  readonly profit: number
  /** What the orders were to bring by what was known when they were made. */
  readonly expected: number
}

/** Who watches: orders as they are made, as they end, and blocks. */
export type Observer = {
  readonly asked?: (asked: Asked) => void
  readonly ended?: (end: Executed | Failed) => void
  readonly landed?: (time: number, landed: readonly Landed[]) => void
}

/**
 * A path through one cell where every order trades at a price signed after it. The bot asks ahead of each block, for the
 * best it knows of if the price stays where it is; the order executes `delaySecs` later, at the price, on the surface and
 * at the true value of then, whatever that has become.
 */
export function runDelayed(
  setting: Setting,
  truth: Truth,
  { terms, observer = {}, market = setting }: runDelayed.Plan,
): DelayedOutcome {
  const rates = ratesOf(setting)
  const venue = openVenue(setting, truth)
  const bot: Bot = { held: new Map(), deals: [], relayed: 0 }
  const [executed, failed]: [Executed[], Failed[]] = [[], []]
  let [count, expected] = [0, 0]
  let waiting: Asked | undefined

  /** What is known and signed at a second up to a tick. */
  const moment = (tick: number, time: number) => {
    const price = priceAt(truth, { tick, time, moveSecs: terms.moveSecs })
    const known = time < truth.timeOf(tick) ? tick - 1 : tick
    const still = { ...truth, timeOf: () => time, priceOf: () => price, volatilityOf: () => truth.volatilityOf(known) }
    venue.attached = { answer: printed(price), price, updatedAt: time }
    return { price, bounds: survey(venue, rates, { truth: still, tick }) }
  }

  const lagging = (tick: number, time: number) => {
    venue.attached = undefined
    const price = priceAt(truth, { tick, time, moveSecs: terms.moveSecs })
    return { price, bounds: survey(venue, rates, { truth, tick }) }
  }

  const ask = (tick: number): Asked | undefined => {
    const time = truth.timeOf(tick)
    const { price, bounds } = terms.sees === 'truth' ? moment(tick, time) : lagging(tick, time)
    const heldOf = (board: number, seen: { node: number; call: boolean }) =>
      bot.held.get(keyOf(venue.boards[board]!, seen)) ?? 0
    const pays = bounds.some(({ seen, buy, sell }) => buy > 0 || (sell > 0 && heldOf(seen.board, seen) > 0))
    if (!pays) return undefined
    const found = trade({ venue, setting, rates, bot, bounds, offer: venue.attached, time, price, lag: 0 })
    if (found === undefined) return undefined
    const { legs, priced, profit } = found.deal
    const limit = terms.limit === 'none' ? 1n << 200n : priced.parts.net
    return { time, legs, boards: venue.boards, limit, expected: profit }
  }

  const execute = (asked: Asked, tick: number): void => {
    const at = asked.time + terms.delaySecs
    const { price, bounds } = moment(tick, at)
    const end = { asked, at, price: venue.attached!.answer }
    const order = orderAt(venue, { setting: market, asked, at })
    if (typeof order === 'string') {
      failed.push({ ...end, reason: order })
      observer.ended?.(failed.at(-1)!)
      return
    }
    const { takerCost } = setting
    const profit = profitOf({ bounds, legs: order.legs, priced: order.priced, price, takerCost })
    const deal = { time: at, ...order, profit, lag: 0 }
    settle({ venue, bot, deal, opened: vegaOpened(venue, order), offer: venue.attached })
    executed.push({ ...end, deal })
    observer.ended?.(executed.at(-1)!)
  }

  for (let tick = 0; tick < truth.ticks; tick++) {
    const time = truth.timeOf(tick)
    const dealsBefore = executed.length
    if (waiting !== undefined) execute(waiting, tick)
    waiting = tick > 0 ? ask(tick) : undefined
    if (waiting !== undefined) {
      count++
      expected += waiting.expected
      observer.asked?.(waiting)
    }
    venue.attached = undefined // nothing but an order that executes sees a signed price
    const dealt = executed.length > dealsBefore
    // Level as it began until the first deal.
    if (executed.length > 0 && !dealt) hedge(venue, setting, { bounds: survey(venue, rates, { truth, tick }), time })
    const landed = land(venue, setting, { truth, tick })
    observer.landed?.(time, landed)
    look(venue, setting, { truth, tick })
  }
  const days = (truth.timeOf(truth.ticks - 1) - truth.start) / DAY
  const profit = executed.reduce((sum, { deal }) => sum + deal.profit, 0)
  return { days, asked: count, executed, failed, profit, expected }
}

export declare namespace runDelayed {
  type Plan = {
    readonly terms: Delayed
    readonly observer?: Observer
    /** What the market judges by, where the bot keeps within narrower limits than there are. */
    readonly market?: Setting
  }
}

/** The order as the market takes it then, or the name of the error with which it does not. */
function orderAt(
  venue: Venue,
  { setting, asked, at }: { readonly setting: Setting; readonly asked: Asked; readonly at: number },
):
  | { readonly input: ReturnType<typeof inputOf>; readonly legs: readonly LegInput[]; readonly priced: Priced }
  | string {
  const input = inputOf(venue, setting, at)
  if (input.spot.mode >= ATTACH) return 'SpotUnavailable'
  const legs = asked.legs.map((leg) => {
    const { expiry } = asked.boards[Number(leg.board)]!
    return { ...leg, board: BigInt(venue.boards.findIndex((board) => board.expiry === expiry)) }
  })
  if (legs.some(({ board }) => board < 0n)) return 'BoardNotListed'
  const priced = quote(input, legs)
  const order = { input, legs, priced }
  const refused = refusal(venue, setting, order)
  // The market looks at its clock before the price, and at everything else after the limit.
  if (refused !== 'TradingClosed' && baseUnits(priced.parts.net) > baseUnits(asked.limit)) return 'LimitExceeded'
  return refused ?? order
}

/** A wad as the market charges it, six decimals. */
export const baseUnits = (net: bigint): bigint => (net > 0n ? (net + 10n ** 12n - 1n) / 10n ** 12n : net / 10n ** 12n)
