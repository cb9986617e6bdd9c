import { marketAbi } from '@keel/contracts/generated'
import { readContract } from '@keel/sdk'
import type { KeelConnection } from './connect.ts'

/** Expiries of the boards a market lists now, ascending. */
export async function listedExpiries(
  { deployment, reader }: KeelConnection,
  market: number,
): Promise<readonly number[]> {
  const boards = await readContract(reader, {
    address: deployment.contracts.market,
    abi: marketAbi,
    functionName: 'boards',
    args: [market],
  })
  return boards.map(({ expiry }) => expiry).toSorted((a, b) => a - b)
}
