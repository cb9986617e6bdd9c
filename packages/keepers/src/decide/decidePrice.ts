import type { Intent } from './intent.ts'
import type { KeeperPolicy } from './policy.ts'
import type { QuickView, Snapshot } from './snapshot.ts'

/** Of the outage, so that a relay which fails can be made again in time. */
const SHARE_OF_OUTAGE = 2

/**
 * Relays the newest signed price when somebody asks for one, and now and then so that the signed feed never counts as
 * out: a market whose feed is out trades reduce-only on the pushed price.
 */
export function decidePrice({ time, quick }: Snapshot, policy: KeeperPolicy): readonly Intent[] {
  const price = quick?.offered
  if (quick === undefined || price === undefined) return []
  const isTakeable =
    price.signedAt > quick.latestAt && price.signedAt <= time && time - price.signedAt <= quick.freshness
  return isTakeable && isDue(quick, { time, policy }) ? [{ kind: 'relayPrice', price }] : []
}

function isDue(
  { isAsked, latestAt, outage }: QuickView,
  { time, policy }: { readonly time: number; readonly policy: KeeperPolicy },
): boolean {
  return isAsked || time - latestAt >= Math.min(policy.relayPriceEvery, outage / SHARE_OF_OUTAGE)
}
