import type { Intent } from './intent.ts'
import type { KeeperPolicy } from './policy.ts'
import type { Snapshot } from './snapshot.ts'

function moved(from: bigint, to: bigint, share: bigint): boolean {
  const distance = to > from ? to - from : from - to
  return distance * 10n ** 18n > from * share
}

/** Keeps the spot checkpoint fresh. */
export function decideObserve({ time, observedAt }: Snapshot, { observeEvery }: KeeperPolicy): readonly Intent[] {
  return time - observedAt >= observeEvery ? [{ kind: 'observe' }] : []
}

/**
 * Asks for a report of every open expiry when one of them has no slice or an old one, the spot has moved away from the
 * report, or a roll waits for the first report after its cut-off.
 */
export function decideReport(snapshot: Snapshot, policy: KeeperPolicy): readonly Intent[] {
  const { time, boards, spot, spotAtReport, cutOff } = snapshot
  const open = boards.filter(({ expiry }) => expiry > time)
  if (open.length === 0) return []
  const oldest = Math.min(...open.map(({ sliceAt }) => sliceAt))
  const rollWaits = time >= cutOff && oldest < cutOff
  const due =
    oldest === 0 || time - oldest >= policy.reportEvery || rollWaits || moved(spotAtReport, spot, policy.reportMove)
  return due ? [{ kind: 'report', expiries: open.map(({ expiry }) => expiry).sort((a, b) => a - b) }] : []
}
