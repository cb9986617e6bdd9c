import { auditorAbi } from '@keel/contracts/generated/local'
import type { SeriesId } from '@keel/model'
import type { Reader } from '@keel/sdk'
import { KeelError, readContract } from '@keel/sdk'
import type { Address } from 'viem'
import type { Cast } from './cast.ts'
import type { Foundation } from './found.ts'

export class ConservationBrokenError extends KeelError {
  override readonly name = 'World.ConservationBrokenError'
  constructor({ what, expected, found, time }: { what: string; expected: bigint; found: bigint; time: number }) {
    super(
      `At ${new Date(time * 1000).toISOString()} ${what} comes to ${found} where ${expected} was to be. This is a defect of the contracts: keep the seed and file, and report both.`,
    )
  }
}

/** Everybody on the chain who can hold a token or a long. */
export function holdersOf(cast: Cast, { deployment, uniswap, pool, reactor }: Foundation): readonly Address[] {
  return [
    cast.deployer,
    cast.keeper,
    cast.liquidity,
    cast.visitor,
    ...cast.depositors,
    ...cast.traders,
    ...Object.values(deployment.contracts),
    ...Object.values(uniswap),
    pool.address,
    reactor,
  ]
}

/**
 * Counts every unit: collateral, underlying and shares against their supply; clearing's and the vault's books against
 * their balances; longs of each series against what is outstanding. Throws `ConservationBrokenError` at the first that
 * does not match. Clearing and vault may hold more than they account for only by gifts, and nobody gives here.
 */
export async function auditWorld(
  reader: Reader,
  { foundation, holders, longHolders, series, time }: auditWorld.Parameters,
): Promise<auditWorld.ReturnType> {
  const { deployment, usdc, weth, auditor } = foundation
  const { clearing, vault, share } = deployment.contracts
  const result = await readContract(reader, {
    address: auditor,
    abi: auditorAbi,
    functionName: 'audit',
    args: [{ clearing, vault, tokens: [usdc, weth, share], holders, longHolders, series }],
  })
  const check = (what: string, expected: bigint, found: bigint) => {
    if (expected !== found) throw new ConservationBrokenError({ what, expected, found, time })
  }
  for (const [i, name] of ['collateral', 'underlying', 'shares'].entries())
    check(`the sum of all ${name} balances`, result.supply[i]!, result.held[i]!)
  check('what clearing accounts for', result.clearingBalance, result.clearingAccounted)
  check('what the vault accounts for', result.vaultBalance, result.vaultAccounted)
  for (const [i, id] of series.entries())
    check(`the longs of series 0x${id.toString(16)}`, result.outstanding[i]!, result.longs[i]!)
  return { finished: series.filter((_, i) => result.finished[i]) }
}

export declare namespace auditWorld {
  type Parameters = {
    readonly foundation: Foundation
    readonly holders: readonly Address[]
    readonly longHolders: readonly Address[]
    readonly series: readonly SeriesId[]
    readonly time: number
  }
  /** Series of which nothing is left anywhere. */
  type ReturnType = { readonly finished: readonly SeriesId[] }
}
