import { delayedOrdersAbi } from '@keel/contracts/generated'
import type { Hex } from 'viem'
import { parseEventLogs } from 'viem'
import { prepareExecution } from '../calls/delayed.ts'
import type { WaitingOrder } from '../delayed/delayedOrder.ts'
import type { SignedPrice } from '../price/signedPrice.ts'
import type { SigningClient } from './client.ts'
import { send } from './send.ts'

/**
 * Executes a waiting order at the price signed for its second, for its tip. What the market refuses is found out before
 * anything is sent. Errors: those of `send`; `NotWaiting` where somebody else was first.
 */
export async function executeOrder(
  client: SigningClient,
  { waiting, price }: executeOrder.Parameters,
): Promise<executeOrder.ReturnType> {
  const { transactionHash, logs } = await send(client, prepareExecution(waiting, price))
  const [event] = parseEventLogs({ abi: delayedOrdersAbi, eventName: 'Executed', logs })
  const { netCash, refunded } = event!.args
  return { transactionHash, netCash, refunded }
}

export declare namespace executeOrder {
  type Parameters = { readonly waiting: WaitingOrder; readonly price: SignedPrice }
  type ReturnType = {
    readonly transactionHash: Hex
    /** Base units: paid from the escrow (positive), or to the recipient (negative). */
    readonly netCash: bigint
    /** Of the limit, back to the trader. */
    readonly refunded: bigint
  }
}
