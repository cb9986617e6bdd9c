import type { Deployment, PreparedCall } from '@keel/sdk'
import {
  prepareAdjust,
  prepareExecution,
  prepareListBoard,
  prepareObserve,
  prepareOrderRefund,
  prepareRaise,
  prepareRebalance,
  prepareRelayPrice,
  prepareRemoveBoard,
  prepareRoll,
  prepareSettle,
  prepareSync,
} from '@keel/sdk'
import type { Intent } from '../decide/intent.ts'

/** Intents that are one call and need nothing beyond themselves. */
export type PlainIntent = Exclude<Intent, { kind: 'report' | 'proveSettlement' }>

/** The call that carries out an intent. */
export function prepareIntent(
  deployment: Deployment,
  { market, intent }: { market: number; intent: PlainIntent },
): PreparedCall {
  switch (intent.kind) {
    case 'observe':
      return prepareObserve(deployment, market)
    case 'relayPrice':
      return prepareRelayPrice(intent.price)
    case 'executeOrder':
      return prepareExecution(intent.waiting, intent.price)
    case 'refundOrder':
      return prepareOrderRefund(intent.waiting)
    case 'sync':
      return prepareSync(deployment, market)
    case 'rebalance':
      return prepareRebalance(deployment, market)
    case 'adjust':
      return prepareAdjust(deployment, intent.series)
    case 'listBoard':
      return prepareListBoard(deployment, { market, ...intent })
    case 'removeBoard':
      return prepareRemoveBoard(deployment, { market, expiry: intent.expiry })
    case 'settle':
      return prepareSettle(deployment, intent.series)
    case 'raise':
      return prepareRaise(deployment, { market, amount: intent.amount })
    case 'roll':
      return prepareRoll(deployment)
  }
}
