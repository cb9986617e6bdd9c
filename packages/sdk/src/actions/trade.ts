import { marketAbi } from '@keel/contracts/generated'
import type { Address, Hex } from 'viem'
import { parseEventLogs } from 'viem'
import { prepareTrade } from '../calls/trading.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { readQuote } from '../views/views.ts'
import { allow } from './allow.ts'
import type { SigningClient } from './client.ts'
import { send } from './send.ts'

export type QuoteParts = Awaited<ReturnType<typeof readQuote>>['parts']

/**
 * Trades against the vault from the client's account: approves clearing for exactly the limit where the order may cost
 * something, sends the order and waits for it.
 */
export async function trade(
  client: SigningClient,
  deployment: Deployment,
  { recipient = client.account.address, ...order }: trade.Parameters,
): Promise<trade.ReturnType> {
  if (order.limit > 0n) await allow(client, deployment, { spender: 'clearing', amount: order.limit })
  const { transactionHash, logs } = await send(client, prepareTrade(deployment, { ...order, recipient }))
  const [event] = parseEventLogs({ abi: marketAbi, eventName: 'Trade', logs })
  const { netCash, parts } = event!.args
  return { transactionHash, netCash, parts }
}

export declare namespace trade {
  type Parameters = Omit<prepareTrade.Parameters, 'recipient'> & {
    /** Absent: the account itself. */
    readonly recipient?: Address
  }
  type ReturnType = {
    readonly transactionHash: Hex
    /** Base units: what was paid (positive) or received (negative). */
    readonly netCash: bigint
    /** The price by its parts, wads of collateral. */
    readonly parts: QuoteParts
  }
}
