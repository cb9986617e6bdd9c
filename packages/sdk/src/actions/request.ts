import { vaultAbi } from '@keel/contracts/generated'
import type { Hex } from 'viem'
import { parseEventLogs } from 'viem'
import { prepareDepositRequest, prepareRedeemRequest } from '../calls/vault.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { allow } from './allow.ts'
import type { SigningClient } from './client.ts'
import { send } from './send.ts'

/** A request the vault took. `requestId` is the epoch at whose roll it is executed. */
export type Requested = { readonly transactionHash: Hex; readonly requestId: bigint }

/** Asks to deposit collateral (base units): approves the vault for exactly it, sends the request and waits for it. */
export async function requestDeposit(
  client: SigningClient,
  deployment: Deployment,
  { amount }: { readonly amount: bigint },
): Promise<Requested> {
  await allow(client, deployment, { spender: 'vault', amount })
  const call = prepareDepositRequest(deployment, { amount, account: client.account.address })
  const { transactionHash, logs } = await send(client, call)
  const [event] = parseEventLogs({ abi: vaultAbi, eventName: 'DepositRequest', logs })
  return { transactionHash, requestId: event!.args.requestId }
}

/** Asks to redeem shares (18 decimals), sends the request and waits for it. */
export async function requestRedeem(
  client: SigningClient,
  deployment: Deployment,
  { amount }: { readonly amount: bigint },
): Promise<Requested> {
  const call = prepareRedeemRequest(deployment, { amount, account: client.account.address })
  const { transactionHash, logs } = await send(client, call)
  const [event] = parseEventLogs({ abi: vaultAbi, eventName: 'RedeemRequest', logs })
  return { transactionHash, requestId: event!.args.requestId }
}
