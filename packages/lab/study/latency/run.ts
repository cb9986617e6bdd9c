import { type LegInput, type Priced, type PricingInput, quote } from '@keel/model'
import { type Opened, refusal, vegaOpened } from './limits.ts'
import { inputOf, type Landed, land, look, markOf, move, openVenue, positionOf, type Venue } from './market.ts'
import { type Bound, type Seen, survey } from './screen.ts'
import { bestOrder, keyOf, type Table } from './search.ts'
import { type Rates, ratesOf, type Setting } from './setting.ts'
import { type Signed, signedPrices } from './signedPrices.ts'
import { ATTACH } from './spotMirror.ts'
import type { Truth } from './truth.ts'

const DAY = 86_400
/** Of any option to spot, its smile moving with it. */
const MOST_DELTA = 1.5
const SHRINK = [1, 0.9, 0.7, 0.4, 0.1]
/** Less than this, collateral units, is no profit: the market rounds to base units. */
const LEAST_PROFIT = 1e-6

/** An order at a moment, with all that a pricer needs to price it again. */
export type Deal = {
  readonly time: number
  readonly input: PricingInput
  readonly legs: readonly LegInput[]
  readonly priced: Priced
  /** Collateral, net of the bot's hedge. */
  readonly profit: number
  /** Truth over mark less one. */
  readonly lag: number
}

export type Outcome = {
  readonly setting: Setting
  readonly days: number
  /** Moments looked at, those that passed the screen, and those with an order that pays without the potential. */
  readonly moments: number
  readonly passed: number
  readonly deals: readonly Deal[]
  readonly profit: number
  /** Largest distance of truth from a mark that trades, share. */
  readonly worstLag: number
}

/** A moment of a run, before the bot acts; where a price comes with the order, one for each that it looks at. */
export type Moment = {
  readonly venue: Venue
  readonly bounds: readonly Bound[]
  readonly held: ReadonlyMap<string, number>
  readonly heldOf: (bound: Bound) => number
  readonly tick: number
  readonly time: number
  readonly price: number
}

/** Who watches a run. `landed` comes once a block, after what was dealt ahead of it. */
export type Observer = {
  readonly moment?: (moment: Moment) => void
  readonly dealt?: (deal: Deal) => void
  readonly landed?: (time: number, landed: readonly Landed[]) => void
}

/** The trader: what it holds, what it did. */
export type Bot = {
  readonly held: Map<string, number>
  readonly deals: Deal[]
  /** Time of the price it relayed last: only newer ones can follow. */
  relayed: number
}

/**
 * A path through one cell: world and bot, tick by tick. The bot acts ahead of each block, and after a round in it, at
 * the mark or, where a price comes with the order, at whichever signed price brings most; the vault hedges where the bot
 * left the block alone.
 */
export function run(setting: Setting, truth: Truth, observer: Observer = {}): Outcome {
  const rates = ratesOf(setting)
  const venue = openVenue(setting, truth)
  const bot: Bot = { held: new Map(), deals: [], relayed: 0 }
  const heldOf = ({ seen }: { readonly seen: Seen }): number =>
    bot.held.get(keyOf(venue.boards[seen.board]!, seen)) ?? 0
  let [moments, passed, worstLag] = [0, 0, 0]
  let bounds: readonly Bound[] = []
  for (let tick = 0; tick < truth.ticks; tick++) {
    const at = { truth, tick }
    const time = truth.timeOf(tick)
    const price = truth.priceOf(tick)
    const dealsBefore = bot.deals.length
    const consider = (offer: Signed | undefined): Considered => {
      venue.attached = offer
      const seen = survey(venue, rates, at)
      observer.moment?.({ venue, bounds: seen, held: bot.held, heldOf, tick, time, price })
      const lag = price / markOf(venue).price - 1
      // Where a price must come with the order, nothing trades at the feed's.
      if ((setting.pull === undefined) === (offer === undefined)) worstLag = Math.max(worstLag, Math.abs(lag))
      const reach = Math.max(...seen.map((bound) => (heldOf(bound) > 0 ? Math.max(bound.buy, bound.sell) : bound.buy)))
      return { reach, turn: { venue, setting, rates, bot, bounds: seen, offer, time, price, lag } }
    }
    const act = (): void => {
      moments++
      const offers = offersOf(venue, setting, { truth, tick, after: bot.relayed })
      const newest = consider(offers[0])
      bounds = newest.turn.bounds
      const best = offers.length === 0 ? undefined : bestOf(newest, offers.slice(1))
      if (best !== undefined) {
        settle({ venue, bot, ...best })
        observer.dealt?.(best.deal)
      }
      venue.attached = offers[0]
    }
    /** The price passes from one end to the other: what pays between pays at an end, and then all are tried. */
    const bestOf = (newest: Considered, older: readonly (Signed | undefined)[]): Found | undefined => {
      const oldest = older.at(-1)
      // No option gains much more by another mark than the marks differ.
      const apart = oldest === undefined ? 0 : MOST_DELTA * Math.abs(oldest.price - newest.turn.offer!.price)
      if (newest.reach + apart <= 0) return undefined
      const ends = [newest, ...(oldest === undefined ? [] : [consider(oldest)])].filter(({ reach }) => reach > 0)
      if (ends.length === 0) return undefined
      passed++
      const found = ends.flatMap(({ turn }) => trade(turn) ?? [])
      if (found.length > 0)
        for (const offer of older.slice(0, -1)) {
          const between = consider(offer)
          if (between.reach > 0) found.push(...[trade(between.turn) ?? []].flat())
        }
      return found.sort((a, b) => b.deal.profit - a.deal.profit)[0]
    }
    if (tick > 0) act()
    if (bot.deals.length === dealsBefore) hedge(venue, setting, { bounds, time })
    const landed = land(venue, setting, at)
    observer.landed?.(time, landed)
    if (landed.some(({ kind }) => kind === 'round')) act()
    look(venue, setting, at)
  }
  const days = (truth.timeOf(truth.ticks - 1) - truth.start) / DAY
  const profit = bot.deals.reduce((sum, deal) => sum + deal.profit, 0)
  return { setting, days, moments, passed, deals: bot.deals, profit, worstLag }
}

/** What the bot may trade at, the newest first: one that comes with the order and is taken, or the feed's mark. */
function offersOf(
  venue: Venue,
  { pull }: Setting,
  at: { readonly truth: Truth; readonly tick: number; readonly after: number },
): readonly (Signed | undefined)[] {
  if (pull === undefined) return [undefined]
  const time = at.truth.timeOf(at.tick)
  const primary = venue.feed.latest()
  return signedPrices(at.truth, { ...at, pull }).filter((each) => venue.spot.read(time, primary, each).mode < ATTACH)
}

export type Turn = {
  readonly offer: Signed | undefined
  readonly venue: Venue
  readonly setting: Setting
  readonly rates: Rates
  readonly bot: Bot
  readonly bounds: readonly Bound[]
  readonly time: number
  readonly price: number
  readonly lag: number
}

/** A price, and the most that one option of any series can bring at it. */
type Considered = { readonly reach: number; readonly turn: Turn }

export type Found = { readonly deal: Deal; readonly opened: Opened; readonly offer: Signed | undefined }

/** The best order that a search finds, if the exact price leaves a profit and no limit refuses it. */
export function trade({ venue, setting, rates, bot, bounds, offer, time, price, lag }: Turn): Found | undefined {
  venue.attached = offer
  const input = inputOf(venue, setting, time)
  if (input.spot.mode >= ATTACH) return undefined
  const { takerCost } = setting
  const table: Table = { venue, input, standing: quote(input, []), bounds, held: bot.held, rates, takerCost, price }
  const wanted = bestOrder(table)
  for (const part of SHRINK) {
    const legs = wanted
      .map((leg) => ({ ...leg, lots: BigInt(Math.trunc(Number(leg.lots) * part)) }))
      .filter(({ lots }) => lots !== 0n)
    if (legs.length === 0) return undefined
    const priced = quote(input, legs)
    const profit = profitOf({ bounds, legs, priced, price, takerCost })
    if (profit <= LEAST_PROFIT) return undefined
    const order = { input, legs, priced }
    if (refusal(venue, setting, order) !== undefined) continue
    return { deal: { time, ...order, profit, lag }, opened: vegaOpened(venue, order), offer }
  }
  return undefined
}

/** What an order is truly worth less what it costs, and less what hedging its delta costs. */
export function profitOf(of: {
  readonly bounds: readonly Bound[]
  readonly legs: readonly LegInput[]
  readonly priced: Priced
  readonly price: number
  readonly takerCost: number
}): number {
  const { bounds, legs, priced, price, takerCost } = of
  let [worth, delta] = [0, 0]
  for (const leg of legs) {
    const { seen } = bounds.find(
      ({ seen: s }) => s.board === Number(leg.board) && s.node === Number(leg.node) && s.call === leg.call,
    )!
    const options = Number(leg.lots) / 1000
    worth += options * seen.worth
    delta += options * seen.trueDelta
  }
  return worth - Number(priced.parts.net) / 1e18 - Math.abs(delta) * price * takerCost
}

/** Books a deal on both sides. */
export function settle({
  venue,
  bot,
  deal,
  opened,
  offer,
}: Found & { readonly venue: Venue; readonly bot: Bot }): void {
  for (const leg of deal.legs) {
    const board = venue.boards[Number(leg.board)]!
    const node = Number(leg.node)
    move(board, { node, call: leg.call, lots: -leg.lots })
    const key = keyOf(board, { node, call: leg.call })
    bot.held.set(key, (bot.held.get(key) ?? 0) + Number(leg.lots) / 1000)
  }
  venue.skew = deal.priced.parts.skewAfter
  venue.vegaSince = opened.since
  venue.vegaOpened = opened.total
  bot.relayed = offer?.updatedAt ?? 0
  bot.deals.push(deal)
}

/** The vault's own hedge: level again once beyond its band, at the price it sees. */
export function hedge(
  venue: Venue,
  setting: Setting,
  { bounds, time }: { bounds: readonly Bound[]; time: number },
): void {
  const delta = bounds.reduce((sum, { seen }) => {
    const held = positionOf(venue.boards[seen.board]!, seen)
    return held === 0n ? sum : sum + (Number(held) / 1000) * seen.delta
  }, Number(venue.hedgeDelta) / 1e18)
  const share = (delta * Number(markOf(venue).answer)) / Number(setting.equity)
  if (Math.abs(share) <= setting.band) return
  venue.hedgeDelta = -quote(inputOf(venue, setting, time), []).before.delta
}
