import { clearingAbi } from '@keel/contracts/generated'
import type { SeriesId } from '@keel/model'
import { prepareSettle } from '../calls/keeping.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { ContractError } from '../errors/ContractError.ts'
import { readContract } from '../views/read.ts'
import type { SigningClient } from './client.ts'
import { explainAction } from './errors.ts'
import { clientReader } from './reading.ts'
import { send } from './send.ts'

/**
 * Settles series of an expiry whose price is final, one transaction each. Those settled already are left alone, and one
 * that cannot be settled yet keeps nobody from the others. Errors: those of `send` that no contract gave.
 */
export async function settleSeries(
  client: SigningClient,
  deployment: Deployment,
  { series }: { readonly series: readonly SeriesId[] },
): Promise<settleSeries.ReturnType> {
  const settled: SeriesId[] = []
  const refused: { series: SeriesId; error: ContractError }[] = []
  for (const id of series) {
    if (await isSettled(client, deployment, id)) continue
    try {
      await send(client, prepareSettle(deployment, id))
      settled.push(id)
    } catch (error) {
      if (!(error instanceof ContractError)) throw error
      if (error.contractError !== 'AlreadySettled') refused.push({ series: id, error })
    }
  }
  return { settled, refused }
}

export declare namespace settleSeries {
  type ReturnType = {
    /** Settled here. */
    readonly settled: readonly SeriesId[]
    readonly refused: readonly { readonly series: SeriesId; readonly error: ContractError }[]
  }
}

async function isSettled(client: SigningClient, { contracts }: Deployment, series: SeriesId): Promise<boolean> {
  try {
    const { settled } = await readContract(clientReader(client), {
      address: contracts.clearing,
      abi: clearingAbi,
      functionName: 'settlement',
      args: [series],
    })
    return settled
  } catch (error) {
    throw explainAction(error)
  }
}
