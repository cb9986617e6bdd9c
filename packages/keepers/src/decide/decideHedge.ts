import type { Intent } from './intent.ts'
import type { KeeperPolicy } from './policy.ts'
import type { Snapshot } from './snapshot.ts'

/** Refreshes the hedge cache when it is old or a roll waits for it, and rebalances when a rule of the hedger fires. */
export function decideHedge(snapshot: Snapshot, { syncEvery }: KeeperPolicy): readonly Intent[] {
  const { time, hedgeSyncedAt, cutOff, hedgeDue, block, lastTradeBlock } = snapshot
  const intents: Intent[] = []
  // The hedger refuses the block of a trade and the one after it; `block` is the last mined one.
  if (hedgeDue && block + 1 > lastTradeBlock + 1) intents.push({ kind: 'rebalance' })
  if (time - hedgeSyncedAt >= syncEvery || (time >= cutOff && hedgeSyncedAt < cutOff)) intents.push({ kind: 'sync' })
  return intents
}
