import type { LegInput } from '@keel/model'
import { isWholeLots, LOT, MalformedSeriesError, magnitude, parseSeriesId, toLots } from '@keel/model'
import type { Leg } from '../calls/trading.ts'
import { refusal } from './refusal.ts'
import type { Scene } from './sceneAt.ts'
import { positionOf } from './sceneAt.ts'
import { MODES } from './spotAt.ts'

const MAX_LEGS = 8
const MAX_LEG_LOTS = 1n << 40n

/** A leg of an order where it stands in a scene. */
export type ResolvedLeg = LegInput & {
  readonly series: bigint
  readonly size: bigint
  readonly expiry: number
  /** The vault's position before the order, lots. */
  readonly position: bigint
  /** It brings the vault's position nearer to zero without crossing it. */
  readonly closes: boolean
}

/** The legs of an order, or the error that `Market.quote` reverts with. */
export function resolveLegs(scene: Scene, legs: readonly Leg[]): readonly ResolvedLeg[] {
  if (legs.length === 0) throw refusal('NoLegs', [])
  if (legs.length > MAX_LEGS) throw refusal('TooManyLegs', [BigInt(legs.length), BigInt(MAX_LEGS)])
  const { market } = scene.snapshot
  if (scene.input.spot.mode >= MODES.attach) throw refusal('SpotUnavailable', [market])
  const resolved = legs.map((leg, i) => resolveLeg(scene, leg, legs.slice(0, i)))
  for (const { board, expiry } of resolved)
    if (scene.snapshot.boards[Number(board)]!.slices.inForce.reportedAt === 0)
      throw refusal('NoSurface', [market, expiry])
  return resolved
}

function resolveLeg(scene: Scene, { series, size }: Leg, before: readonly Leg[]): ResolvedLeg {
  const { snapshot, at } = scene
  const { market, expiry, strike, isCall } = parsed(series)
  if (market !== snapshot.market) throw refusal('MixedMarkets', [snapshot.market, market])
  if (before.some((leg) => leg.series === series)) throw refusal('DuplicateLeg', [series])
  const b = snapshot.boards.findIndex(({ board }) => board.expiry === expiry)
  const found = snapshot.boards[b]
  if (!found) throw refusal('BoardNotListed', [market, expiry])
  const closesAt = expiry - snapshot.window
  if (at >= closesAt) throw refusal('TradingClosed', [expiry, BigInt(closesAt)])
  const node = found.board.strikes.indexOf(strike)
  if (node < 0) throw refusal('StrikeNotListed', [series])
  if (size === 0n || !isWholeLots(size) || magnitude(toLots(size)) > MAX_LEG_LOTS)
    throw refusal('SizeNotAllowed', [series, size, LOT, MAX_LEG_LOTS * LOT])
  const leg: LegInput = { board: BigInt(b), node: BigInt(node), call: isCall, lots: toLots(size) }
  const position = positionOf(scene, leg)
  return { ...leg, series, size, expiry, position, closes: isClosing(position, leg.lots) }
}

function isClosing(position: bigint, lots: bigint): boolean {
  return position < 0n ? lots < 0n && lots >= position : lots > 0n && lots <= position
}

function parsed(series: bigint) {
  try {
    return parseSeriesId(series)
  } catch (error) {
    if (error instanceof MalformedSeriesError) throw refusal('MalformedSeries', [series])
    throw error
  }
}
