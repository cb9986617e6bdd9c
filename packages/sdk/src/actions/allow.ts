import type { TransactionReceipt } from 'viem'
import { erc20Abi } from 'viem'
import { readContract } from 'viem/actions'
import { prepareApproval } from '../calls/trading.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { SigningClient } from './client.ts'
import { explainAction } from './errors.ts'
import { send } from './send.ts'

/** Lets clearing or the vault pull exactly `amount` of the collateral, unless it may already pull that much. */
export async function allow(
  client: SigningClient,
  deployment: Deployment,
  { spender, amount }: prepareApproval.Parameters,
): Promise<TransactionReceipt | undefined> {
  let allowance: bigint
  try {
    allowance = await readContract(client, {
      address: deployment.asset.address,
      abi: erc20Abi,
      functionName: 'allowance',
      args: [client.account.address, deployment.contracts[spender]],
    })
  } catch (error) {
    throw explainAction(error)
  }
  return allowance >= amount ? undefined : send(client, prepareApproval(deployment, { spender, amount }))
}
