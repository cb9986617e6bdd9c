import type { Intent } from './intent.ts'
import type { Snapshot } from './snapshot.ts'

/** Unwinds hedges for a redemption line that cash cannot pay, before its roll. */
export function decideRaise({ time, cutOff, cashWanted }: Snapshot): readonly Intent[] {
  return time >= cutOff && cashWanted > 0n ? [{ kind: 'raise', amount: cashWanted }] : []
}

/** Rolls once the cut-off has passed and everything the roll reads is from after it. */
export function decideRoll({ time, cutOff, boards, hedgeSyncedAt }: Snapshot): readonly Intent[] {
  if (time < cutOff || hedgeSyncedAt < cutOff) return []
  const open = boards.filter(({ expiry, series }) => expiry > time && series.some(({ position }) => position !== 0n))
  return open.every(({ sliceAt }) => sliceAt >= cutOff) ? [{ kind: 'roll' }] : []
}
