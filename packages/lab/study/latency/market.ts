import { atmVariance, KEEPER_POLICY, strikesAround, wantedExpiries } from '@keel/keepers'
import { type Board, getLots, LOT_WORDS, nodeOf, type PricingInput, setLots, wadFromFloat } from '@keel/model'
import { createFeed, type Feed, printed } from './feed.ts'
import type { Setting } from './setting.ts'
import type { Signed } from './signedPrices.ts'
import { createSpotMirror, type SpotMirror } from './spotMirror.ts'
import { createSurfaceMirror, type Fitted, fit, type SurfaceMirror } from './surfaceMirror.ts'
import { TRUE_SHAPE, type Truth } from './truth.ts'

const DAY = 86_400
const FAR_DAYS = 91
const FRIDAY = 1

/** A listed board and the vault's positions on it. */
export type Listed = Board & { readonly strikes: readonly number[]; lots: readonly bigint[] }

/** Everything the contracts would hold, in the model's units. */
export type Venue = {
  readonly feed: Feed
  readonly spot: SpotMirror
  readonly surface: SurfaceMirror
  /** The price relayed last, where one comes with the order; undefined at a mark of the feed's. */
  attached: Signed | undefined
  boards: readonly Listed[]
  hedgeDelta: bigint
  skew: bigint
  vegaSince: number
  /** Share of equity, wad. */
  vegaOpened: bigint
  /** Signed but not yet relayed. */
  waiting: { readonly lands: number; readonly fits: readonly Fitted[] } | undefined
  reportedAt: number
  observedAt: number
}

export function openVenue(setting: Setting, truth: Truth): Venue {
  const first = { price: truth.priceOf(0), time: truth.start }
  return {
    feed: createFeed(setting.feed, first),
    spot: createSpotMirror(setting.terms.spot),
    surface: createSurfaceMirror(setting.terms.surface.graceSecs),
    attached: undefined,
    boards: [],
    hedgeDelta: 0n,
    skew: 0n,
    vegaSince: 0,
    vegaOpened: 0n,
    waiting: undefined,
    reportedAt: 0,
    observedAt: 0,
  }
}

/** What a block held, in its order. */
export type Landed =
  | { readonly kind: 'round'; readonly answer: bigint }
  | { readonly kind: 'observe' }
  | { readonly kind: 'report'; readonly fits: readonly Fitted[] }
  | { readonly kind: 'list'; readonly boards: readonly Listed[] }

/** Lets the block of a tick come: a round, an observation, a report, new boards. */
export function land(venue: Venue, setting: Setting, at: { truth: Truth; tick: number }): readonly Landed[] {
  const time = at.truth.timeOf(at.tick)
  const landed: Landed[] = []
  if (venue.feed.land(time)) landed.push({ kind: 'round', answer: venue.feed.latest().answer })
  if (time - venue.observedAt >= setting.observeEverySecs) {
    venue.spot.observe(time, venue.feed.latest())
    venue.observedAt = time
    landed.push({ kind: 'observe' })
  }
  if (venue.waiting !== undefined && time >= venue.waiting.lands) {
    const { fits } = venue.waiting
    for (const fitted of fits) if (fitted.slice.expiry > time) venue.surface.put(time, fitted)
    venue.waiting = undefined
    landed.push({ kind: 'report', fits })
  }
  const boards = list(venue, at)
  return boards.length > 0 ? [...landed, { kind: 'list', boards }] : landed
}

/** What feed and signers see at a tick, and send. */
export function look(venue: Venue, setting: Setting, at: { truth: Truth; tick: number }): void {
  const { truth, tick } = at
  const time = truth.timeOf(tick)
  venue.feed.look(time, truth.priceOf(tick))
  const missing = venue.boards.some(({ expiry }) => venue.surface.inForce(expiry) === undefined)
  const due = missing || time - venue.reportedAt >= setting.reportEverySecs
  if (venue.waiting !== undefined || !due) return
  const seen = { time, spot: printed(truth.priceOf(tick)), volatility: truth.volatilityOf(tick) }
  const fits = venue.boards.map(({ expiry }) => fit(expiry, seen))
  venue.reportedAt = time
  venue.waiting = { lands: time + setting.reportDelaySecs, fits }
}

/** The keepers' boards and one about three months away; those that expired are gone. Returns the new ones. */
function list(venue: Venue, { truth, tick }: { truth: Truth; tick: number }): readonly Listed[] {
  const time = truth.timeOf(tick)
  const open = venue.boards.filter(({ expiry }) => expiry > time)
  const wanted = [...wantedExpiries(time, KEEPER_POLICY)]
  if (!open.some(({ expiry }) => expiry - time > 60 * DAY)) wanted.push(fridayAfter(time + FAR_DAYS * DAY))
  const missing = wanted.filter((expiry) => !open.some((board) => board.expiry === expiry))
  if (missing.length === 0 && open.length === venue.boards.length) return []
  const { answer } = venue.feed.latest()
  const added = missing.map((expiry) => boardAt(expiry, { spot: answer, truth, tick }))
  venue.boards = [...open, ...added].sort((a, b) => a.expiry - b.expiry)
  return added
}

function fridayAfter(time: number): number {
  let day = Math.ceil(time / DAY)
  while (day % 7 !== FRIDAY) day++
  return day * DAY + DAY / 3
}

function boardAt(expiry: number, { spot, truth, tick }: { spot: bigint; truth: Truth; tick: number }): Listed {
  const tauSecs = expiry - truth.timeOf(tick)
  const deviation = Math.sqrt(atmVariance(truth.volatilityOf(tick), { tauSecs, shape: TRUE_SHAPE }))
  const strikes = strikesAround(spot, { deviation: wadFromFloat(deviation), policy: KEEPER_POLICY })
  return {
    expiry,
    nodes: strikes.map(nodeOf),
    strikes: strikes.map((strike) => Number(strike) / 1e18),
    lots: Array.from({ length: LOT_WORDS }, () => 0n),
  }
}

/** The arguments of the pricer at a time, as `Scene.sol` lays them out. Boards without a slice are priced as such. */
export function inputOf(venue: Venue, setting: Setting, time: number): PricingInput {
  const { boards, surface } = venue
  const none = (expiry: number) => ({ svi: 0n, forwardRatio: 0n, spotAtReport: 0n, expiry, reportedAt: 0 })
  return {
    timestamp: time,
    spot: venue.spot.read(time, venue.feed.latest(), venue.attached),
    equity: setting.equity,
    hedgeDelta: venue.hedgeDelta,
    skew: venue.skew,
    margin: setting.terms.margin,
    terms: {
      window: setting.window,
      params: setting.terms.pricing,
      boards: boards.map(({ expiry, nodes }) => ({ expiry, nodes })),
    },
    slices: boards.map(({ expiry }) => surface.inForce(expiry)?.slice ?? none(expiry)),
    previous: boards.flatMap(({ expiry }) => surface.previous(expiry, time)),
    averagesSoFar: boards.map(() => 0n),
    lots: boards.flatMap(({ lots }) => lots),
  }
}

/** What a trade is priced at. */
export const markOf = (venue: Venue): Signed => venue.attached ?? venue.feed.latest()

/** The vault's position, lots. */
export function positionOf(board: Listed, { node, call }: { node: number; call: boolean }): bigint {
  return getLots(board.lots[node >> 2]!, { node, call })
}

/** Adds to the vault's position. */
export function move(board: Listed, { node, call, lots }: { node: number; call: boolean; lots: bigint }): void {
  const place = node >> 2
  const after = positionOf(board, { node, call }) + lots
  board.lots = board.lots.map((word, i) => (i === place ? setLots(word, { node, call, lots: after }) : word))
}
