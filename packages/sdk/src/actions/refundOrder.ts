import { delayedOrdersAbi } from '@keel/contracts/generated'
import type { Hex } from 'viem'
import { parseEventLogs } from 'viem'
import { prepareOrderRefund } from '../calls/delayed.ts'
import type { WaitingOrder } from '../delayed/delayedOrder.ts'
import type { SigningClient } from './client.ts'
import { send } from './send.ts'

/** Gives everything of an expired order back to its trader, whoever sends it. Errors: those of `send`. */
export async function refundOrder(
  client: SigningClient,
  { waiting }: { readonly waiting: WaitingOrder },
): Promise<refundOrder.ReturnType> {
  const { transactionHash, logs } = await send(client, prepareOrderRefund(waiting))
  const [event] = parseEventLogs({ abi: delayedOrdersAbi, eventName: 'Refunded', logs })
  return { transactionHash, cash: event!.args.cash }
}

export declare namespace refundOrder {
  type ReturnType = {
    readonly transactionHash: Hex
    /** Base units: limit, tip, and the payoff of options that were settled meanwhile. Others came back as they were. */
    readonly cash: bigint
  }
}
