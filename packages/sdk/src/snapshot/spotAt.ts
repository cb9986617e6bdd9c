import type { SpotRead } from '@keel/model'
import { zeroAddress } from 'viem'
import { OutlivedSnapshotError } from './errors.ts'
import type { MarketSnapshot } from './marketSnapshot.ts'

/** `OracleMode` and `SpotFault` of ISpotOracle.sol. */
export const MODES = { open: 0, wide: 1, reduceOnly: 2, attach: 3, down: 4 } as const
const FAULT = { checkpoint: 8, wide: 16, diverged: 32, quick: 64, quickOutage: 128 } as const
const OF_THE_MARK = FAULT.wide | FAULT.diverged | FAULT.quick | FAULT.quickOutage
const TIER_UNIT = 10n ** 13n
const WAD = 10n ** 18n

/** A price relayed with the order, as a wad, and when it was signed. */
export type AttachedPrice = { readonly wad: bigint; readonly signedAt: number }

/**
 * What `SpotOracle.read` gives at a later time, if no source prints and nobody observes until then, but for a price that
 * is relayed with the order. Throws `OutlivedSnapshotError` where the oracle would turn to a second source, which a
 * snapshot does not hold.
 */
export function spotAt(snapshot: MarketSnapshot, { at, price }: spotAt.Parameters): SpotRead {
  const { spot, sources } = snapshot
  const { read } = spot
  if (read.mode === MODES.down) return read
  const ofPrimary = spot.primary > 0n
  const until = ofPrimary
    ? spot.primaryUpdatedAt + sources.heartbeat
    : spot.secondaryUpdatedAt + sources.secondaryHeartbeat
  if (at > until) {
    if (ofPrimary && sources.secondary !== zeroAddress) throw new OutlivedSnapshotError({ at, until })
    return { mark: 0n, average: read.average, markUpdatedAt: 0, mode: MODES.down }
  }
  const isLate = at - spot.checkpointAt > sources.checkpointAge
  const late = isLate ? FAULT.checkpoint : 0
  if (sources.quick === zeroAddress) return { ...read, mode: modeOf(spot.faults | late) }
  const traded = tradedAt(snapshot, { at, price })
  const faults = (spot.faults & ~OF_THE_MARK) | late | traded.fault | divergenceFaults(snapshot, traded.mark)
  const { mark, markUpdatedAt } = traded
  return { mark, average: read.average, markUpdatedAt, mode: modeOf(faults) }
}

export declare namespace spotAt {
  type Parameters = { readonly at: number; readonly price: AttachedPrice | undefined }
}

type Traded = { readonly mark: bigint; readonly markUpdatedAt: number; readonly fault: number }

/** `_attach` of SpotOracle.sol: the quick price where it serves, or the pushed mark. */
function tradedAt({ spot, sources }: MarketSnapshot, { at, price }: spotAt.Parameters): Traded {
  const ofPrimary = spot.primary > 0n
  const mark = ofPrimary ? spot.primary : spot.secondary
  const markUpdatedAt = ofPrimary ? spot.primaryUpdatedAt : spot.secondaryUpdatedAt
  const isNewer = price !== undefined && price.signedAt > spot.quickUpdatedAt
  const quick = isNewer ? price.wad : spot.quick
  const signedAt = isNewer ? price.signedAt : spot.quickUpdatedAt
  const age = at - signedAt
  if (quick === 0n || age > sources.quickOutage) return { mark, markUpdatedAt, fault: FAULT.quickOutage }
  if (age > sources.quickAge || divergence(quick, mark) > tier(sources.reduceBeyond))
    return { mark, markUpdatedAt, fault: FAULT.quick }
  return { mark: quick, markUpdatedAt: signedAt, fault: 0 }
}

/** Of a mark that may be another than the snapshot's. The secondary as it was at the checkpoint is not in a snapshot: it counts as it is now. */
function divergenceFaults({ spot, sources }: MarketSnapshot, mark: bigint): number {
  const { average } = spot.read
  const apart = divergence(mark, average)
  const wide = apart > tier(sources.wideBeyond) ? FAULT.wide : 0
  const second = spot.secondary
  const most = tier(sources.reduceBeyond)
  const isDiverged = apart > most || (second > 0n && divergence(mark, second) > most)
  return wide | (isDiverged ? FAULT.diverged : 0)
}

const tier = (wad: bigint): bigint => (wad / TIER_UNIT) * TIER_UNIT
const divergence = (price: bigint, from: bigint): bigint => ((price > from ? price - from : from - price) * WAD) / from

function modeOf(faults: number): number {
  if (faults === 0) return MODES.open
  if ((faults & FAULT.quick) !== 0) return MODES.attach
  return faults === FAULT.wide ? MODES.wide : MODES.reduceOnly
}
