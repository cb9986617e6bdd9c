import { catalogueAbi, marketAbi, spotOracleAbi } from '@keel/contracts/generated'
import type { Grid } from '@keel/model'
import { gridExpiries, gridStrikes } from '@keel/model'
import type { Abi, Address } from 'viem'
import { decodeFunctionData, encodeFunctionResult } from 'viem'
import { describe, expect, test } from 'vitest'
import type { Reader } from '../src/index.ts'
import { readGridBoards } from '../src/index.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'

const WAD = 10n ** 18n
const NOW = Date.UTC(2026, 2, 18, 9) / 1000
const DAY = 86_400
const SPOT = 2_500n * WAD
const { contracts } = DEPLOYMENT
const OWN_ORACLE = addressOf(0x3001)
const FINE: Grid = { tick: 25n * WAD, step: WAD / 10n, strikes: 5, fridays: 4, lastFridays: 2 }
const EXPIRIES = gridExpiries(FINE, NOW)

type World = { readonly grid?: Grid; readonly listed?: readonly number[]; readonly mode?: number }

/** A market whose spot oracle is not the deployment's, which is shut and has another price. */
function readerOf({ grid = FINE, listed = [], mode = 0 }: World): Reader {
  const modules = { pricer: OWN_ORACLE, spotOracle: OWN_ORACLE, surfaceOracle: OWN_ORACLE }
  const boards = listed.map((expiry) => ({ expiry, strikes: [], calls: [], puts: [] }))
  const read = { mark: SPOT, average: SPOT, markUpdatedAt: NOW, mode }
  const answers: Readonly<Record<Address, readonly [Abi, Readonly<Record<string, unknown>>]>> = {
    [contracts.catalogue]: [
      catalogueAbi,
      { grid, MAX_BOARDS: 8n, modules: { ...modules, settlementOracle: OWN_ORACLE, orders: contracts.orders } },
    ],
    [contracts.market]: [marketAbi, { boards }],
    [OWN_ORACLE]: [spotOracleAbi, { read }],
    [contracts.spotOracle]: [spotOracleAbi, { read: { ...read, mark: 9n * SPOT, mode: 1 } }],
  }
  return async ({ to, data }) => {
    const [abi, of] = answers[to]!
    const { functionName } = decodeFunctionData({ abi, data })
    return encodeFunctionResult({ abi, functionName, result: of[functionName] } as never)
  }
}

const read = (world: World) => readGridBoards(readerOf(world), DEPLOYMENT, { market: 1, now: NOW })
const boardsOf = (grid: Grid, expiries: readonly number[]) =>
  expiries.map((expiry) => ({ expiry, strikes: gridStrikes(grid, { expiry, now: NOW, spot: SPOT }) }))

describe('boards that anyone may list', () => {
  test('are those of the grid that are not listed, around the spot of the market’s own oracle', async () => {
    expect(EXPIRIES).toHaveLength(5)
    expect(await read({})).toEqual(boardsOf(FINE, EXPIRIES))
    expect(await read({ listed: EXPIRIES.slice(1) })).toEqual(boardsOf(FINE, EXPIRIES.slice(0, 1)))
    expect(await read({ mode: 1 })).toEqual([])
  })

  test('are none where the market has as many as it may', async () => {
    const others = (count: number) => Array.from({ length: count }, (_, i) => NOW + (400 + i) * DAY)
    expect(await read({ listed: others(7) })).toEqual(boardsOf(FINE, EXPIRIES))
    expect(await read({ listed: others(8) })).toEqual([])
  })

  test('are without those alone for which the grid is too coarse', async () => {
    const coarse: Grid = { ...FINE, tick: WAD, step: (3n * WAD) / 2n, fridays: 0, lastFridays: 6, strikes: 5 }
    const reaches = (expiry: number) => {
      try {
        return boardsOf(coarse, [expiry]).length === 0
      } catch {
        return true
      }
    }
    const expiries = gridExpiries(coarse, NOW)
    const fine = expiries.filter((expiry) => !reaches(expiry))
    expect(fine.length).toBeGreaterThan(0)
    expect(fine.length).toBeLessThan(expiries.length)
    expect(await read({ grid: coarse })).toEqual(boardsOf(coarse, fine))
  })
})
