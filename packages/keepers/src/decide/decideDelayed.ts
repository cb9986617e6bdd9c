import type { Intent } from './intent.ts'
import type { Snapshot, WaitingView } from './snapshot.ts'

/**
 * Executes every order whose price is there, whatever its tip, the one priced first first, and gives back those that
 * expired. An order that nobody but its trader would execute lets him look at the price before he does; that none is left
 * lying is what the vault's own keeper is for. Of two keepers the later one's call reverts and moves nothing.
 */
export function decideDelayed({ time, delayed = [] }: Snapshot): readonly Intent[] {
  const inOrder = [...delayed].sort((a, b) => pricedAtOf(a) - pricedAtOf(b) || (idOf(a) < idOf(b) ? -1 : 1))
  return inOrder.flatMap((view): readonly Intent[] => {
    const { waiting, price } = view
    if (time > waiting.delayed.expiresAt) return [{ kind: 'refundOrder', waiting }]
    const serves = price !== undefined && price.signedAt === pricedAtOf(view) && price.signedAt <= time
    return serves ? [{ kind: 'executeOrder', waiting, price }] : []
  })
}

const pricedAtOf = ({ waiting }: WaitingView): number => waiting.delayed.pricedAt
const idOf = ({ waiting }: WaitingView): bigint => waiting.id
