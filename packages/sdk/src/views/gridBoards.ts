import { catalogueAbi, marketAbi, spotOracleAbi } from '@keel/contracts/generated'
import type { Grid } from '@keel/model'
import { GridTooCoarseError, gridExpiries, gridStrikes } from '@keel/model'
import type { Deployment } from '../deployment/deployment.ts'
import type { Reader } from './read.ts'
import { readContract } from './read.ts'
import { SPOT_MODES } from './spot.ts'

/** A board that anyone may list: its expiry (unix seconds), and the strikes (wads) it would get now. */
export type GridBoard = { readonly expiry: number; readonly strikes: readonly bigint[] }

/**
 * The boards that anyone may list by `prepareOpenBoard` now, ascending: those of the market's grid that are not listed and
 * whose strikes stay above zero. None while the market's spot oracle is not open, or while it has as many boards as it may.
 * Each may be listed; all of them only while there are places for all.
 */
export async function readGridBoards(
  reader: Reader,
  { contracts }: Deployment,
  { market, now }: readGridBoards.Parameters,
): Promise<readonly GridBoard[]> {
  const catalogue = { address: contracts.catalogue, abi: catalogueAbi } as const
  const [grid, most, listed, { spotOracle }] = await Promise.all([
    readContract(reader, { ...catalogue, functionName: 'grid', args: [market] }),
    readContract(reader, { ...catalogue, functionName: 'MAX_BOARDS', args: [] }),
    readContract(reader, { address: contracts.market, abi: marketAbi, functionName: 'boards', args: [market] }),
    readContract(reader, { ...catalogue, functionName: 'modules', args: [market] }),
  ])
  const oracle = { address: spotOracle, abi: spotOracleAbi } as const
  const { mark, mode } = await readContract(reader, { ...oracle, functionName: 'read', args: [market] })
  if (SPOT_MODES[mode] !== 'open' || listed.length >= most) return []
  return gridExpiries(grid, now)
    .filter((expiry) => listed.every((board) => board.expiry !== expiry))
    .flatMap((expiry) => boardOf(grid, { expiry, now, spot: mark }))
}

export declare namespace readGridBoards {
  type Parameters = {
    readonly market: number
    /** The chain's time, unix seconds. */
    readonly now: number
  }
}

/** None where the grid is too coarse for this expiry: that of another may do. */
function boardOf(
  grid: Grid,
  at: { readonly expiry: number; readonly now: number; readonly spot: bigint },
): GridBoard[] {
  try {
    return [{ expiry: at.expiry, strikes: gridStrikes(grid, at) }]
  } catch (error) {
    if (error instanceof GridTooCoarseError) return []
    throw error
  }
}
