import { vaultAbi } from '@keel/contracts/generated'
import type { Hex } from 'viem'
import { erc20Abi, formatUnits, parseEventLogs } from 'viem'
import { readContract } from 'viem/actions'
import { prepareDepositRequest, prepareRedeemRequest } from '../calls/vault.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { KeelError } from '../errors/KeelError.ts'
import { allow } from './allow.ts'
import type { SigningClient } from './client.ts'
import { explainAction } from './errors.ts'
import { send } from './send.ts'

/** A request the vault took. `requestId` is the epoch at whose roll it is executed. */
export type Requested = { readonly transactionHash: Hex; readonly requestId: bigint }

/** Asks to deposit collateral (base units): approves the vault for exactly it, sends the request and waits for it. */
export async function requestDeposit(
  client: SigningClient,
  deployment: Deployment,
  { amount }: { readonly amount: bigint },
): Promise<Requested> {
  await requireBalance(client, deployment, amount)
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

async function requireBalance(client: SigningClient, { asset }: Deployment, amount: bigint): Promise<void> {
  let balance: bigint
  try {
    const args = [client.account.address] as const
    balance = await readContract(client, { address: asset.address, abi: erc20Abi, functionName: 'balanceOf', args })
  } catch (error) {
    throw explainAction(error)
  }
  if (balance < amount) throw new InsufficientBalanceError({ ...asset, balance, amount })
}

export class InsufficientBalanceError extends KeelError {
  override readonly name = 'Vault.InsufficientBalanceError'
  constructor(facts: { symbol: string; decimals: number; balance: bigint; amount: bigint }) {
    const { symbol, decimals, balance, amount } = facts
    super(
      `The account holds ${formatUnits(balance, decimals)} ${symbol}, and ${formatUnits(amount, decimals)} are asked for. Ask for less, or send it more.`,
    )
  }
}
