import type { ExpiryFigures, Priced } from '@keel/model'
import {
  afterTrade,
  assetScale,
  isStopped,
  judge,
  LOT,
  LOT_WORDS,
  magnitude,
  POSITION_LIMIT,
  sizeOfLots,
  sumOfMagnitudes,
  toAssetsUp,
  WAD,
} from '@keel/model'
import { refusal } from './refusal.ts'
import type { ResolvedLeg } from './resolveLegs.ts'
import type { Scene } from './sceneAt.ts'
import { MODES } from './spotAt.ts'

/** An order with its price. */
export type PricedOrder = {
  readonly scene: Scene
  readonly legs: readonly ResolvedLeg[]
  readonly priced: Priced
  /** Base units. */
  readonly netCash: bigint
}

const PAUSED = { newRisk: 1, trading: 2 } as const
const VEGA_UNIT = 1_000_000_000n

/** Throws what `Market.trade` would revert with, in the order in which it looks; all but what the trader owns or allows. */
export function checkTrade(order: PricedOrder): void {
  const closing = order.legs.every(({ closes }) => closes)
  checkPause(order.scene, closing)
  const { boards } = order.scene.snapshot
  // A stopped expiry stops every leg that opens, whichever leg it is of.
  const stopped = order.legs.some(({ board }) => boards[Number(board)]!.slices.openingStopped)
  order.legs.forEach((leg, i) => {
    if (!leg.closes) checkOpening(order.scene, leg, { callDelta: order.priced.callDelta[i]!, stopped })
  })
  checkFigures(order, closing)
  for (const { position, lots } of order.legs) checkLane(position - lots)
  checkVega(order, closing)
  checkCash(order)
}

function checkPause({ snapshot: { market, pause } }: Scene, closing: boolean): void {
  const least = closing ? PAUSED.trading : PAUSED.newRisk
  if (pause >= least) throw refusal('MarketPaused', [market, pause])
}

/** Time, a fresh slice, nothing stopped, size, moneyness, room in its series. */
function checkOpening(
  { snapshot, at }: Scene,
  leg: ResolvedLeg,
  { callDelta, stopped }: { readonly callDelta: bigint; readonly stopped: boolean },
): void {
  const { series, size, expiry, position, lots, node, call } = leg
  const { limits, window, boards } = snapshot
  const { slices, stops } = boards[Number(leg.board)]!
  const closesAt = expiry - 2 * window
  if (at >= closesAt) throw refusal('TradingClosed', [expiry, BigInt(closesAt)])
  const { reportedAt } = slices.inForce
  if (at > reportedAt + limits.maxSliceAge) throw refusal('SurfaceStale', [expiry, reportedAt, limits.maxSliceAge])
  if (stopped) throw refusal('OpeningStopped', [expiry])
  if (isStopped(stops, { node, call, buys: lots > 0n })) throw refusal('SeriesStopped', [series])
  if (magnitude(size) < limits.minTradeSize || magnitude(size) > limits.maxTradeSize)
    throw refusal('SizeNotAllowed', [series, size, limits.minTradeSize, limits.maxTradeSize])
  if (callDelta < limits.minDelta || callDelta > limits.maxDelta)
    throw refusal('MoneynessNotAllowed', [series, callDelta])
  const afterwards = sizeOfLots(position - lots)
  if (magnitude(afterwards) > limits.maxSeriesSize)
    throw refusal('SeriesLimit', [series, afterwards, limits.maxSeriesSize])
}

/** Figures of the book after the trade, and the reduce-only rule. */
function checkFigures({ scene, legs, priced }: PricedOrder, closing: boolean): void {
  const { snapshot, at, input } = scene
  const { limits, hedge, market } = snapshot
  const change = {
    before: priced.before,
    afterwards: priced.afterwards,
    hedge,
    spot: input.spot.mark,
    equity: equityOf(scene),
    closing,
    limits,
  }
  const expiries = snapshot.boards.flatMap((_, b) => {
    const own = legs.filter(({ board }) => Number(board) === b)
    return own.length === 0 ? [] : [expiryFigures(scene, { b, own, priced })]
  })
  const { refused, improved, worsened } = judge(change, expiries)
  if (refused) {
    const { figure, before, afterwards, limit } = refused
    throw refusal('PostTradeLimit', [figure, before, afterwards, limit])
  }
  const unsure = input.spot.mode >= MODES.reduceOnly || at > hedge.syncedAt + limits.maxSyncAge
  if (unsure && !closing && !(improved && !worsened)) throw refusal('ReduceOnly', [market])
}

function expiryFigures(
  { input }: Scene,
  on: { readonly b: number; readonly own: readonly ResolvedLeg[]; readonly priced: Priced },
): ExpiryFigures {
  const { b, own, priced } = on
  const words = input.lots.slice(b * LOT_WORDS, (b + 1) * LOT_WORDS)
  const before = words.reduce((sum, word) => sum + sumOfMagnitudes(word), 0n)
  const grown = own.reduce((sum, { position, lots }) => sum + magnitude(position - lots) - magnitude(position), 0n)
  return {
    vegaBefore: priced.vegaBefore[b]!,
    vegaAfter: priced.vegaAfter[b]!,
    sizeBefore: before * LOT,
    sizeAfter: (before + grown) * LOT,
  }
}

function checkLane(lots: bigint): void {
  if (lots < -POSITION_LIMIT || lots >= POSITION_LIMIT) throw refusal('PositionOutOfRange', [lots])
}

/** Vega opened since every expiry that can be opened was last reported anew. */
function checkVega({ scene, priced }: PricedOrder, closing: boolean): void {
  const { vegaSince, vegaOpened, limits } = scene.snapshot
  const already = oldestReport(scene) > vegaSince ? 0n : vegaOpened / VEGA_UNIT
  const opened = priced.vegaAfter.reduce((sum, vega, b) => {
    const [was, is] = [magnitude(priced.vegaBefore[b]!), magnitude(vega)]
    return is > was ? sum + is - was : sum
  }, 0n)
  if (opened === 0n || closing) return
  const units = (opened * WAD) / equityOf(scene) / VEGA_UNIT + 1n + already
  if (units * VEGA_UNIT > limits.vegaPerReport)
    throw refusal('VegaPerReportExceeded', [units * VEGA_UNIT, limits.vegaPerReport])
}

/** Of the slices in force of expiries in which options can be opened. */
function oldestReport({ snapshot: { boards, window, limits }, input: { timestamp } }: Scene): number {
  const opens = boards.filter(
    ({ board, slices: { inForce } }) =>
      timestamp + 2 * window < board.expiry && timestamp <= inForce.reportedAt + limits.maxSliceAge,
  )
  return Math.min(...opens.map(({ slices: { inForce } }) => inForce.reportedAt))
}

/** What clearing books: positions, compartments, the vault's free cash, and the buffer afterwards. */
function checkCash({ scene, legs, priced, netCash }: PricedOrder): void {
  const { boards, asset, vault, free, locked, limits } = scene.snapshot
  const scale = assetScale(asset.decimals)
  let locking = 0n
  legs.forEach(({ series, size, board, node, call, position, lots }, i) => {
    const { callCompartments, putCompartments } = boards[Number(board)]!
    const held = (call ? callCompartments : putCompartments)[Number(node)]!
    const left = position - lots
    if (left > 0n) throw refusal('VaultHasNoLong', [series, sizeOfLots(position), -size])
    const demanded = toAssetsUp(priced.collateral[i]!, scale)
    locking += afterTrade({ held, demanded, before: -position, left: -left }) - held
  })
  const freeAfter = free + netCash - locking
  if (freeAfter < 0n) throw refusal('InsufficientFree', [vault, free, locking - netCash])
  if (priced.afterwards.requiredMargin <= priced.before.requiredMargin) return
  const bufferOf = (held: bigint) => (held * limits.bufferShare + WAD - 1n) / WAD
  const lacking = (cash: bigint, buffer: bigint) => (cash >= buffer ? 0n : buffer - cash)
  const buffer = bufferOf(locked + locking)
  if (lacking(freeAfter, buffer) > lacking(free, bufferOf(locked))) throw refusal('BufferLimit', [freeAfter, buffer])
}

/** E, floored. */
function equityOf({ input: { equity } }: Scene): bigint {
  return equity > WAD ? equity : WAD
}
