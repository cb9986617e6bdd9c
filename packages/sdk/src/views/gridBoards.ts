import { catalogueAbi, marketAbi, spotOracleAbi } from '@keel/contracts/generated'
import { gridExpiries, gridStrikes } from '@keel/model'
import type { Deployment } from '../deployment/deployment.ts'
import type { Reader } from './read.ts'
import { readContract } from './read.ts'
import { SPOT_MODES } from './spot.ts'

/** A board that anyone may list: its expiry (unix seconds), and the strikes (wads) it would get now. */
export type GridBoard = { readonly expiry: number; readonly strikes: readonly bigint[] }

/**
 * The boards that anyone may list by `prepareOpenBoard` now, ascending: those of the market's grid that are not listed, and
 * none while the spot oracle is not open. Throws the model's `GridTooCoarseError` where strikes would reach zero.
 */
export async function readGridBoards(
  reader: Reader,
  { contracts }: Deployment,
  { market, now }: readGridBoards.Parameters,
): Promise<readonly GridBoard[]> {
  const catalogue = { address: contracts.catalogue, abi: catalogueAbi } as const
  const [grid, listed, { mark, mode }] = await Promise.all([
    readContract(reader, { ...catalogue, functionName: 'grid', args: [market] }),
    readContract(reader, { address: contracts.market, abi: marketAbi, functionName: 'boards', args: [market] }),
    readContract(reader, { address: contracts.spotOracle, abi: spotOracleAbi, functionName: 'read', args: [market] }),
  ])
  if (SPOT_MODES[mode] !== 'open') return []
  return gridExpiries(grid, now)
    .filter((expiry) => listed.every((board) => board.expiry !== expiry))
    .map((expiry) => ({ expiry, strikes: gridStrikes(grid, { expiry, now, spot: mark }) }))
}

export declare namespace readGridBoards {
  type Parameters = {
    readonly market: number
    /** The chain's time, unix seconds. */
    readonly now: number
  }
}
