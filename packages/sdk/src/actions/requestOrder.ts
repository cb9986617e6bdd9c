import { delayedOrdersAbi } from '@keel/contracts/generated'
import type { Address, Hex } from 'viem'
import { prepareDelayedOrder, prepareEscrow } from '../calls/delayed.ts'
import type { prepareTrade } from '../calls/trading.ts'
import type { WaitingOrder } from '../delayed/delayedOrder.ts'
import { waitingOrders } from '../delayed/delayedOrder.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { readContract } from '../views/read.ts'
import type { SigningClient } from './client.ts'
import { clientReader } from './reading.ts'
import { send } from './send.ts'

/**
 * Asks for a trade at a price signed after it: approves the queue for exactly what the order may cost, sends it and waits
 * until it is there. Keep what it gives: executing and refunding take the order in the same words.
 */
export async function requestOrder(
  client: SigningClient,
  deployment: Deployment,
  { queue, order, tip, recipient = client.account.address }: requestOrder.Parameters,
): Promise<requestOrder.ReturnType> {
  const wanted = { queue, order: { ...order, recipient }, tip: tip ?? (await leastTip(client, queue)) }
  for (const call of prepareEscrow(deployment, wanted)) await send(client, call)
  const { transactionHash, logs } = await send(client, prepareDelayedOrder(wanted))
  const [waiting] = waitingOrders({ queue, logs })
  return { transactionHash, waiting: waiting! }
}

export declare namespace requestOrder {
  type Parameters = {
    readonly queue: Address
    readonly order: Omit<prepareTrade.Parameters, 'recipient'>
    /** Absent: the least that is taken. */
    readonly tip?: bigint
    /** Absent: the account itself. */
    readonly recipient?: Address
  }
  type ReturnType = { readonly transactionHash: Hex; readonly waiting: WaitingOrder }
}

async function leastTip(client: SigningClient, queue: Address): Promise<bigint> {
  const at = { address: queue, abi: delayedOrdersAbi } as const
  return (await readContract(clientReader(client), { ...at, functionName: 'terms', args: [] })).leastTip
}
