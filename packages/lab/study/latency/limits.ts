import { type BookValue, type LegInput, type Priced, type PricingInput, sumOfMagnitudes, WAD } from '@keel/model'
import { type Listed, positionOf, type Venue } from './market.ts'
import type { Setting } from './setting.ts'
import { ATTACH } from './spotMirror.ts'

const LOT = 10n ** 15n
const VEGA_UNIT = 10n ** 9n
const REDUCE_ONLY = 2

/** `Figure` of IMarket.sol. */
const FIGURE = { delta: 1, vega: 3, expiryVega: 4, gamma: 5, utilisation: 6, expirySize: 7 }
type Figure = keyof typeof FIGURE

type Held = {
  readonly figure: Figure
  readonly before: bigint
  readonly after: bigint
  readonly limit: bigint | undefined
}

const size = (x: bigint): bigint => (x < 0n ? -x : x)

/** A leg closes when the vault's position comes nearer to zero without crossing it. */
export function closes(board: Listed, leg: LegInput): boolean {
  const position = positionOf(board, { node: Number(leg.node), call: leg.call })
  return position < 0n ? leg.lots < 0n && leg.lots >= position : leg.lots > 0n && leg.lots <= position
}

/**
 * Why `Market.sol` would refuse an order, by the name of its error; undefined when it would not. Hedges are as fresh and
 * venues as deep as anybody could wish, and nothing is paused.
 */
export function refusal(venue: Venue, setting: Setting, order: Order): string | undefined {
  const { input, legs, priced } = order
  if (input.spot.mode >= ATTACH) return 'SpotUnavailable'
  const closing = legs.every((leg) => closes(venue.boards[Number(leg.board)]!, leg))
  for (const [i, leg] of legs.entries()) {
    const board = venue.boards[Number(leg.board)]!
    if (input.timestamp + setting.window >= board.expiry) return 'TradingClosed'
    if (closes(board, leg)) continue
    const reason = openingRefusal(setting, { input, board, leg, callDelta: priced.callDelta[i]! })
    if (reason !== undefined) return reason
  }
  const figures = [...bookFigures(setting, order, closing), ...expiryFigures(venue, setting, order)]
  const judged = judge(figures)
  if (typeof judged === 'string') return judged
  if (input.spot.mode >= REDUCE_ONLY && !closing && !(judged.improved && !judged.worsened)) return 'ReduceOnly'
  const opened = vegaOpened(venue, order)
  return !closing && opened.some && opened.total > setting.terms.limits.vegaPerReport
    ? 'VegaPerReportExceeded'
    : undefined
}

export type Order = { readonly input: PricingInput; readonly legs: readonly LegInput[]; readonly priced: Priced }

function openingRefusal(
  { terms: { limits: l }, window }: Setting,
  at: { input: PricingInput; board: Listed; leg: LegInput; callDelta: bigint },
): string | undefined {
  const { input, board, leg, callDelta } = at
  const { timestamp } = input
  if (timestamp + 2 * window >= board.expiry) return 'TradingClosed'
  const { reportedAt } = input.slices[Number(leg.board)]!
  if (timestamp > reportedAt + l.maxSliceAge) return 'SurfaceStale'
  const options = size(leg.lots) * LOT
  if (options < l.minTradeSize || options > l.maxTradeSize) return 'SizeNotAllowed'
  if (callDelta < l.minDelta || callDelta > l.maxDelta) return 'MoneynessNotAllowed'
  const position = positionOf(board, { node: Number(leg.node), call: leg.call }) - leg.lots
  return size(position) * LOT > l.maxSeriesSize ? 'SeriesLimit' : undefined
}

function bookFigures({ terms: { limits: l } }: Setting, { input, priced }: Order, closing: boolean): readonly Held[] {
  const { before, afterwards } = priced
  const { mark } = input.spot
  const over = (of: (book: BookValue) => bigint, figure: Figure, limit: bigint | undefined): Held => ({
    figure,
    before: (of(before) * WAD) / input.equity,
    after: (of(afterwards) * WAD) / input.equity,
    limit,
  })
  const gamma = ({ gamma }: BookValue) => (gamma >= 0n ? 0n : (((gamma * mark) / WAD) * mark) / WAD / 100n)
  return [
    over(({ delta }) => ((delta + input.hedgeDelta) * mark) / WAD, 'delta', closing ? undefined : l.maxNetDelta),
    over(({ vega }) => vega, 'vega', l.maxNetVega),
    over(gamma, 'gamma', l.maxGamma),
    over(({ requiredMargin }) => requiredMargin, 'utilisation', l.maxUtilisation),
  ]
}

function expiryFigures(
  venue: Venue,
  { terms: { limits: l } }: Setting,
  { input, legs, priced }: Order,
): readonly Held[] {
  return [...new Set(legs.map((leg) => Number(leg.board)))].flatMap((b) => {
    const board = venue.boards[b]!
    const options = board.lots.reduce((sum, word) => sum + sumOfMagnitudes(word), 0n) * LOT
    const grown = legs
      .filter((leg) => Number(leg.board) === b)
      .map((leg) => {
        const position = positionOf(board, { node: Number(leg.node), call: leg.call })
        return size(position - leg.lots) - size(position)
      })
      .reduce((sum, lots) => sum + lots * LOT, 0n)
    const vega = (wad: bigint): bigint => (wad * WAD) / input.equity
    return [
      {
        figure: 'expiryVega' as const,
        before: vega(priced.vegaBefore[b]!),
        after: vega(priced.vegaAfter[b]!),
        limit: l.maxExpiryVega,
      },
      { figure: 'expirySize' as const, before: options, after: options + grown, limit: l.maxExpirySize },
    ]
  })
}

/** `PostTrade.judge`. */
function judge(figures: readonly Held[]): string | { readonly improved: boolean; readonly worsened: boolean } {
  let improved = false
  let worsened = false
  let reduced = false
  let over: Held | undefined
  for (const held of figures) {
    const { before, after, limit } = held
    if (size(after) > size(before)) worsened = true
    if (size(after) < size(before)) improved = true
    if (limit !== undefined && size(before) > limit && size(after) < size(before)) reduced = true
    if (limit === undefined || size(after) <= limit) continue
    const inherited = size(before) > limit && size(after) <= size(before) && before < 0n === after < 0n
    if (!inherited) return `PostTradeLimit ${FIGURE[held.figure]}`
    over ??= held
  }
  return over !== undefined && !reduced ? `PostTradeLimit ${FIGURE[over.figure]}` : { improved, worsened }
}

/** Vega that an order opens and that was opened since the newest report it trades on, share of equity. */
export function vegaOpened(venue: Venue, { input, legs, priced }: Order): Opened {
  const newest = Math.max(venue.vegaSince, ...legs.map((leg) => input.slices[Number(leg.board)]!.reportedAt))
  const sofar = newest > venue.vegaSince ? 0n : venue.vegaOpened
  const grown = priced.vegaBefore
    .map((before, b) => size(priced.vegaAfter[b]!) - size(before))
    .reduce((sum, more) => (more > 0n ? sum + more : sum), 0n)
  if (grown === 0n) return { some: false, since: newest, total: sofar }
  return { some: true, since: newest, total: ((grown * WAD) / input.equity / VEGA_UNIT + 1n) * VEGA_UNIT + sofar }
}

export type Opened = { readonly some: boolean; readonly since: number; readonly total: bigint }
