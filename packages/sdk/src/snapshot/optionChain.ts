import type { SeriesId, UnitGreeks } from '@keel/model'
import { greeks, seriesId } from '@keel/model'
import type { ContractError } from '../errors/ContractError.ts'
import type { MarketSnapshot } from './marketSnapshot.ts'
import { quoteOffline } from './quoteOffline.ts'
import type { Scene } from './sceneAt.ts'
import { sceneAt } from './sceneAt.ts'
import type { AttachedPrice } from './spotAt.ts'

/** What buying, or selling, would cost; and why the market would refuse it, if it would. */
export type SideQuote = { readonly netCash: bigint; readonly refusal?: ContractError }

/** One series of the chain of options. */
export type OptionRow = {
  readonly series: SeriesId
  readonly expiry: number
  /** Wad of collateral. */
  readonly strike: bigint
  readonly isCall: boolean
  /** The vault's, wad options, positive when it is long. */
  readonly position: bigint
  /** Of one option, wad of collateral. */
  readonly mark: bigint
  /** Greeks of one option held, as `Lens.viewBook` gives them. */
  readonly greeks: Omit<UnitGreeks, 'mark'>
  readonly buy: SideQuote
  readonly sell: SideQuote
}

/**
 * Every series that trades, with its mark, Greeks, and what buying and selling `size` of it would cost, all from one
 * snapshot. Boards that have closed, or have no slice yet, are left out. Throws where `quoteOffline` does.
 */
export function optionChain(
  snapshot: MarketSnapshot,
  { size, at, price }: optionChain.Parameters,
): readonly OptionRow[] {
  const scene = sceneAt(snapshot, { at: at ?? snapshot.timestamp, price })
  return snapshot.boards.flatMap(({ board, slices }, b) => {
    const trades = scene.at < board.expiry - snapshot.window && slices.inForce.reportedAt > 0
    if (!trades) return []
    return board.strikes.flatMap((_, node) => [true, false].map((isCall) => rowOf(scene, { b, node, isCall, size })))
  })
}

export declare namespace optionChain {
  type Parameters = {
    /** Wad options, whole lots. */
    readonly size: bigint
    /** Unix seconds. Absent: when the snapshot was taken. */
    readonly at?: number
    /** Relayed with the order, where the market has a signed feed. Absent: the one that the feed has. */
    readonly price?: AttachedPrice
  }
}

function rowOf(
  scene: Scene,
  {
    b,
    node,
    isCall,
    size,
  }: { readonly b: number; readonly node: number; readonly isCall: boolean; readonly size: bigint },
): OptionRow {
  const { snapshot, at, input } = scene
  const { expiry, strikes, calls, puts } = snapshot.boards[b]!.board
  const series = seriesId({ market: snapshot.market, expiry, strike: strikes[node]!, isCall })
  const side = (signed: bigint): SideQuote => {
    const { netCash, refusal } = quoteOffline(snapshot, { legs: [{ series, size: signed }], at })
    return { netCash, ...(refusal && { refusal }) }
  }
  const leg = { board: BigInt(b), node: BigInt(node), call: isCall, lots: 0n }
  const { mark, ...held } = greeks(input, [leg])[0]!
  return {
    series,
    expiry,
    strike: strikes[node]!,
    isCall,
    position: (isCall ? calls : puts)[node]!,
    mark,
    greeks: held,
    buy: side(size),
    sell: side(-size),
  }
}
