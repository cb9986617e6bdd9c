import { catalogueAbi, marketAbi } from '@keel/contracts/generated'
import type { Grid } from '@keel/model'
import { GridTooCoarseError, gridExpiries, gridHas, gridStrikes } from '@keel/model'
import { createRandom } from '@keel/quant'
import { decodeContractError, prepareObserve, prepareOpenBoard, readContract, readGridBoards } from '@keel/sdk'
import type { Hex, Log } from 'viem'
import { encodeFunctionData, numberToHex, parseEventLogs } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Chain, Foundation } from '../src/index.ts'
import { createCast, foundKeel, MARKET, openChain, startAnvil } from '../src/index.ts'

/** The catalogue itself, asked at drawn moments and spots to list boards of drawn grids; nothing of it is kept. */

const RUNS = Number(process.env.KEEL_PARITY_RUNS ?? 150)
const START = Date.UTC(2026, 2, 20, 9) / 1000
const DAY = 86_400
const EIGHT = 8 * 3_600
const WAD = 10n ** 18n
const MOST_STRIKES = 16
const MOST_BOARDS = 6
/** Beyond what any grid reaches. */
const YEARS = 40

const cast = createCast()
const random = createRandom(11)
let chain: Chain
let foundation: Foundation

beforeAll(async () => {
  chain = await openChain(await startAnvil({ timestamp: START - 1_000, accounts: 11 }))
  const spot = 2_500n * WAD
  foundation = await foundKeel(chain, { cast, time: START - 900, spot, equity: 1_000_000n, poolDepth: 2_000_000n })
})

afterAll(() => chain?.close())

type Asked = { readonly grid: Grid; readonly expiry: number; readonly now: number; readonly spot: bigint }
type Listed = { readonly strikes: readonly bigint[] } | { readonly error: string }

/** What a spot oracle returns that is open: mark, average, time and mode, each stored and the four returned. */
function openOracle(spot: bigint): Hex {
  const word = spot.toString(16).padStart(64, '0')
  return `0x7f${word}5f527f${word}60205260805ff3`
}

/** Sets the grid and lists a board in one block that is never mined. */
async function onChain({ grid, expiry, now, spot }: Asked): Promise<Listed> {
  const { catalogue, spotOracle } = foundation.deployment.contracts
  const set = encodeFunctionData({ abi: catalogueAbi, functionName: 'setGrid', args: [MARKET, grid] })
  const { to, data } = prepareOpenBoard(foundation.deployment, { market: MARKET, expiry })
  const block = {
    blockOverrides: { time: numberToHex(now) },
    stateOverrides: { [spotOracle]: { code: openOracle(spot) } },
    calls: [
      { from: cast.deployer, to: catalogue, input: set },
      { from: cast.visitor, to, input: data },
    ],
  }
  const [{ calls }] = await chain.request('eth_simulateV1', [{ blockStateCalls: [block] }, 'latest'])
  const [made, opened] = calls as readonly {
    readonly status: Hex
    readonly returnData: Hex
    readonly error?: { readonly data?: Hex }
    readonly logs: readonly Log[]
  }[]
  expect(made?.status, JSON.stringify(made)).toBe('0x1')
  if (opened!.status !== '0x1') {
    const error = decodeContractError(opened!.error?.data ?? opened!.returnData)
    return { error: error?.contractError ?? JSON.stringify(opened) }
  }
  const [event] = parseEventLogs({ abi: catalogueAbi, eventName: 'BoardListed', logs: [...opened!.logs] })
  return { strikes: event!.args.strikes }
}

function inModel({ grid, expiry, now, spot }: Asked): Listed {
  if (!gridHas(grid, { expiry, now })) return { error: 'NotOnGrid' }
  try {
    return { strikes: gridStrikes(grid, { expiry, now, spot }) }
  } catch (error) {
    if (error instanceof GridTooCoarseError) return { error: 'GridTooCoarse' }
    throw error
  }
}

/** A whole number, ends included. */
const whole = (least: number, most: number): number => least + Math.floor(random.uniform() * (most - least + 1))

function drawGrid(spot: bigint): Grid {
  const strikes = whole(1, MOST_STRIKES)
  const boards = whole(1, MOST_BOARDS)
  const lastFridays = whole(0, boards)
  const widest = strikes < 2 ? (9n * WAD) / 10n : (9n * WAD) / 10n / BigInt(Math.floor(strikes / 2))
  const step = (widest * BigInt(whole(1, 1_000))) / 1_000n
  const tick = spot / BigInt(whole(2, 2 ** whole(1, 11))) + BigInt(whole(1, 1_000))
  return { tick, step, strikes, fridays: boards - lastFridays, lastFridays }
}

const drawSpot = (): bigint => BigInt(Math.floor(10 ** (2 + 4 * random.uniform()) * 1e6)) * 10n ** 12n

const drawTime = (): number => START + DAY + whole(0, YEARS * 365 * DAY)

describe('the model lists what the catalogue lists', () => {
  test('strikes and refusals alike, at any moment, for any grid and spot', { timeout: 120_000 }, async () => {
    const seen = new Map<string, number>()
    for (let i = 0; i < RUNS; i++) {
      const [now, spot] = [drawTime(), drawSpot()]
      const grid = drawGrid(spot)
      const expiries = gridExpiries(grid, now)
      const morning = Math.floor(now / DAY) * DAY + EIGHT + whole(0, 180) * DAY
      const friday = morning - (((morning - EIGHT) / DAY + 6) % 7) * DAY
      const near = whole(0, 3) === 0 ? [morning - 1] : []
      const some = expiries.length === 0 ? [] : [expiries[whole(0, expiries.length - 1)]!]
      for (const expiry of [morning, friday, ...near, ...some]) {
        if (expiry <= now) continue
        const asked = { grid, expiry, now, spot }
        const model = inModel(asked)
        const kind = 'error' in model ? model.error : 'listed'
        seen.set(kind, (seen.get(kind) ?? 0) + 1)
        expect(
          model,
          JSON.stringify(asked, (_, v) => (typeof v === 'bigint' ? `${v}` : v)),
        ).toEqual(await onChain(asked))
      }
    }
    expect([...seen.keys()].sort()).toEqual(['GridTooCoarse', 'NotOnGrid', 'listed'])
    for (const count of seen.values()) expect(count).toBeGreaterThan(RUNS / 20)
  })

  test('every expiry of a grid, and no other morning', { timeout: 120_000 }, async () => {
    const spot = 2_500n * WAD
    const grid: Grid = { tick: 25n * WAD, step: WAD / 5n, strikes: 1, fridays: 3, lastFridays: 3 }
    // A day before a Friday at eight and a second later, just before it and at it, the day after, and a leap day.
    const moments = [
      Date.UTC(2027, 0, 14, 8),
      Date.UTC(2027, 0, 14, 8, 0, 1),
      Date.UTC(2027, 0, 15, 7, 59, 59),
      Date.UTC(2027, 0, 15, 8),
      Date.UTC(2027, 0, 16),
      Date.UTC(2028, 1, 29),
    ]
    for (const now of moments.map((time) => time / 1000)) {
      const first = Math.floor(now / DAY) * DAY + EIGHT
      const listed: number[] = []
      for (let day = 0; day <= 3 * 28 + 8; day++) {
        const expiry = first + day * DAY
        if ('strikes' in (await onChain({ grid, expiry, now, spot }))) listed.push(expiry)
      }
      expect(listed).toEqual(gridExpiries(grid, now))
      expect(listed.length).toBeGreaterThanOrEqual(4)
    }
  })

  test('what anyone may list is listed with the strikes foreseen, once', async () => {
    const { deployment } = foundation
    const read = async (now: number) =>
      readGridBoards((call) => chain.read({ ...call, timestamp: now }), deployment, { market: MARKET, now })
    // Nobody has looked at the feed yet, so there is no average.
    expect(await read(START - 800)).toEqual([])
    const time = START - 600
    await chain.mine(time - 1, [{ from: cast.keeper, ...prepareObserve(deployment, MARKET) }])
    const foreseen = await read(time)
    expect(foreseen.length).toBeGreaterThan(3)
    for (const [i, { expiry }] of foreseen.entries()) {
      const open = prepareOpenBoard(deployment, { market: MARKET, expiry })
      const [receipt] = await chain.mine(time + i, [{ from: cast.visitor, ...open }])
      const now = (await read(time + i)).map((board) => board.expiry)
      expect({ ok: receipt!.ok, now }).toEqual({ ok: true, now: foreseen.slice(i + 1).map((board) => board.expiry) })
    }
    const { market } = deployment.contracts
    const call = { address: market, abi: marketAbi, functionName: 'boards', args: [MARKET] } as const
    const listed = await readContract((asked) => chain.read(asked), call)
    expect(listed.map(({ expiry, strikes }) => ({ expiry, strikes }))).toEqual(foreseen)
    // The feed's heartbeat is long past: nobody knows the price.
    expect(await read(time + 30 * DAY)).toEqual([])
  })
})
