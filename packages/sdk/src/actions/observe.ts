import { spotOracleAbi } from '@keel/contracts/generated'
import type { Hex } from 'viem'
import { parseEventLogs } from 'viem'
import { prepareObserve } from '../calls/keeping.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { SigningClient } from './client.ts'
import { send } from './send.ts'

/**
 * Observes a market's spot: credits the price before this one to the ring and takes the checkpoint that trades read.
 * Harmless twice: a second one soon after only takes the checkpoint again.
 */
export async function observe(
  client: SigningClient,
  deployment: Deployment,
  { market }: { readonly market: number },
): Promise<observe.ReturnType> {
  const { transactionHash, logs } = await send(client, prepareObserve(deployment, market))
  const [event] = parseEventLogs({ abi: spotOracleAbi, eventName: 'Observed', logs })
  const { price, average, mode } = event!.args
  return { transactionHash, mark: price, average, mode }
}

export declare namespace observe {
  type ReturnType = {
    readonly transactionHash: Hex
    /** Wads; a mark of 0n is none. */
    readonly mark: bigint
    readonly average: bigint
    /** `OracleMode`: 0 open, 1 wide, 2 reduce only, 3 attach a price, 4 down. */
    readonly mode: number
  }
}
