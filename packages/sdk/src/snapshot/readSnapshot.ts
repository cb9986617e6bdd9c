import { lensAbi } from '@keel/contracts/generated'
import type { Deployment } from '../deployment/deployment.ts'
import { UnknownMarketIdError } from '../deployment/errors.ts'
import type { Reader } from '../views/read.ts'
import { readContract } from '../views/read.ts'
import type { MarketSnapshot } from './marketSnapshot.ts'
import { SNAPSHOT_FORMAT } from './marketSnapshot.ts'

/** A market as one block has it, in one call. */
export async function readSnapshot(
  reader: Reader,
  { contracts, markets, asset }: Deployment,
  market: number,
): Promise<MarketSnapshot> {
  const known = markets.find(({ id }) => id === market)
  if (!known)
    throw new UnknownMarketIdError(
      market,
      markets.map(({ id }) => id),
    )
  const read = await readContract(reader, {
    address: contracts.lens,
    abi: lensAbi,
    functionName: 'snapshot',
    args: [market],
  })
  const { symbol, decimals } = asset
  return {
    format: SNAPSHOT_FORMAT,
    symbol: known.symbol,
    asset: { symbol, decimals },
    vault: contracts.vault,
    ...read,
  }
}
