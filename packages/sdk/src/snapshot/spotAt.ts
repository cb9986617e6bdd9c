import type { SpotRead } from '@keel/model'
import { zeroAddress } from 'viem'
import { OutlivedSnapshotError } from './errors.ts'
import type { MarketSnapshot } from './marketSnapshot.ts'

/** `OracleMode` and `SpotFault` of ISpotOracle.sol. */
export const MODES = { open: 0, wide: 1, reduceOnly: 2, down: 3 } as const
const FAULT_CHECKPOINT = 8
const FAULT_WIDE = 16

/**
 * What `SpotOracle.read` gives at a later time, if no source prints and nobody observes until then. Throws
 * `OutlivedSnapshotError` where the oracle would turn to a second source, which a snapshot does not hold.
 */
export function spotAt({ spot, sources }: MarketSnapshot, at: number): SpotRead {
  const { read, faults } = spot
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
  return { ...read, mode: modeOf(faults | (isLate ? FAULT_CHECKPOINT : 0)) }
}

function modeOf(faults: number): number {
  if (faults === 0) return MODES.open
  return faults === FAULT_WIDE ? MODES.wide : MODES.reduceOnly
}
