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
  const expiries = snapshot.boards.map(({ expiry }) => expiry).filter((expiry) => expiry > snapshot.time)
  if (!isReportDue(snapshot, { policy, expiries })) return []
  return [{ kind: 'report', expiries: expiries.sort((a, b) => a - b) }]
}

/**
 * Whether these open expiries call for a report. Asked again of those that can be reported, it keeps one that cannot, for want of
 * quotes, from having all the others reported over and over.
 */
export function isReportDue(
  { time, boards, spot, spotAtReport, cutOff }: Snapshot,
  { policy, expiries }: { policy: KeeperPolicy; expiries: readonly number[] },
): boolean {
  const wanted = boards.filter(({ expiry }) => expiry > time && expiries.includes(expiry))
  if (wanted.length === 0) return false
  const oldest = Math.min(...wanted.map(({ sliceAt }) => sliceAt))
  const rollWaits = time >= cutOff && oldest < cutOff
  return (
    oldest === 0 || time - oldest >= policy.reportEvery || rollWaits || moved(spotAtReport, spot, policy.reportMove)
  )
}
