import type { LegInput, PricingInput, SurfaceSlice } from '@keel/model'
import { assetScale, averageCovered, getLots, LOT_WORDS, nodeOf, setLots, toLots, toWad } from '@keel/model'
import { BeforeSnapshotError } from './errors.ts'
import type { BoardSnapshot, MarketSnapshot } from './marketSnapshot.ts'
import type { AttachedPrice } from './spotAt.ts'
import { spotAt } from './spotAt.ts'

/** What an order meets at a time: the pricer's input without what depends on its legs. */
export type Scene = {
  readonly snapshot: MarketSnapshot
  readonly at: number
  readonly input: PricingInput
}

const NODES_PER_WORD = 4

/** The market of a snapshot at its own time or later, if nothing but time, and the relay of a price, happens until then. */
export function sceneAt(
  snapshot: MarketSnapshot,
  { at, price }: { readonly at: number; readonly price?: AttachedPrice | undefined },
): Scene {
  if (at < snapshot.timestamp) throw new BeforeSnapshotError({ at, taken: snapshot.timestamp })
  const { boards, window, params, margin, equity, hedge, skew, asset } = snapshot
  const input: PricingInput = {
    timestamp: at,
    spot: spotAt(snapshot, { at, price }),
    equity: toWad(equity, assetScale(asset.decimals)),
    hedgeDelta: hedge.delta,
    skew,
    margin,
    terms: {
      window,
      params,
      boards: boards.map(({ board }) => ({ expiry: board.expiry, nodes: board.strikes.map(nodeOf) })),
    },
    slices: boards.map(({ slices }) => slices.inForce),
    previous: [],
    averagesSoFar: boards.map(({ board }) => averageSoFar(snapshot, { expiry: board.expiry, at })),
    lots: boards.flatMap(({ board }) => lotsOf(board, at)),
  }
  return { snapshot, at, input }
}

/** The scene as these legs see it: with the replaced slices of their expiries that are still live. */
export function withPrevious({ snapshot, at, input }: Scene, legs: readonly LegInput[]): PricingInput {
  const touched = new Set(legs.map(({ board }) => Number(board)))
  return { ...input, previous: snapshot.boards.filter((_, b) => touched.has(b)).flatMap((b) => liveAt(b, at)) }
}

/** Position of the vault in a leg's series, lots. */
export function positionOf({ input }: Scene, { board, node, call }: LegInput): bigint {
  const i = Number(node)
  return getLots(input.lots[Number(board) * LOT_WORDS + Math.floor(i / NODES_PER_WORD)]!, { node: i, call })
}

function liveAt({ slices, graceEnds }: BoardSnapshot, at: number): readonly SurfaceSlice[] {
  return slices.previous.filter((_, i) => graceEnds[i]! > at)
}

function averageSoFar({ window, observations, sources }: MarketSnapshot, on: { expiry: number; at: number }): bigint {
  const left = on.expiry - on.at
  if (left <= 0 || left >= window) return 0n
  return averageCovered(observations, { from: on.expiry - window, to: on.at, maxGap: sources.maxGap })
}

/** The words of a board's positions, as the market packs them; an expired board is in no book. */
function lotsOf({ expiry, calls, puts }: BoardSnapshot['board'], at: number): readonly bigint[] {
  const words = Array.from({ length: LOT_WORDS }, () => 0n)
  if (expiry <= at) return words
  const put = (sizes: readonly bigint[], call: boolean) =>
    sizes.forEach((size, node) => {
      const w = Math.floor(node / NODES_PER_WORD)
      words[w] = setLots(words[w]!, { node, call, lots: toLots(size) })
    })
  put(calls, true)
  put(puts, false)
  return words
}
