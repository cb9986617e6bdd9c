import { catalogueAbi } from '@keel/contracts/generated'
import type { SeriesId } from '@keel/model'
import { seriesId } from '@keel/model'
import { createRandom } from '@keel/quant'
import type { Leg, MarketSnapshot } from '@keel/sdk'
import {
  ContractError,
  clearingAbi,
  decodeContractError,
  formatSnapshot,
  hedgerAbi,
  marketAbi,
  optionChain,
  parseSnapshot,
  prepareOpenBoard,
  prepareTrade,
  quoteOffline,
  readBook,
  readQuote,
  readSnapshot,
  simulateTrade,
  spotOracleAbi,
} from '@keel/sdk'
import type { Hex } from 'viem'
import { encodeFunctionData, maxInt256, parseEventLogs } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Call, Chain, Foundation, World } from '../src/index.ts'
import { createCast, foundKeel, MARKET, openChain, openWorld, RpcError, startAnvil } from '../src/index.ts'
import { signReport } from '../src/world/report.ts'
import { trailingSource } from '../src/world/surfaceSource.ts'
import { drawOrder } from './offline/orders.ts'

/** A market that has lived for two days; then every price and every refusal twice, by the chain and without it. */

const HOUR = 3_600
const DAY = 24 * HOUR
const START = Date.UTC(2026, 2, 20, 9) / 1000
const SPOT = 2_500
/** Of April. */
const LAST_FRIDAY = Date.UTC(2026, 3, 24, 8) / 1000
const ORDERS = Number(process.env.KEEL_PARITY_RUNS ?? 60)
const GRACE = 60
const WINDOW = 30 * 60
const RING_SPACING = 30
const CASH = 10n ** 15n
const WAD = 10n ** 18n
/** Limits as far apart as the box allows. */
const LOOSE = {
  minDelta: 0n,
  maxDelta: WAD,
  maxNetDelta: 100n * WAD,
  maxNetVega: 100n * WAD,
  maxExpiryVega: 100n * WAD,
  maxGamma: 100n * WAD,
  maxUtilisation: WAD,
  bufferShare: 0n,
  maxTradeSize: 1_000_000n * WAD,
  maxSeriesSize: 1_000_000n * WAD,
  maxExpirySize: 2_000_000n * WAD,
  vegaPerReport: 100n * WAD,
}
const volatilityAt = () => ({ short: 0.6, long: 0.6 })

const cast = createCast()
/** Holds all that the vault has sold, and cash without end: what is refused is refused by the market. */
const holder = cast.visitor
const seen = new Set<string>()
let chain: Chain
let foundation: Foundation
let world: World
let now = START
let seed = 0

type Answer = { readonly value: unknown } | { readonly error: string; readonly operands: readonly unknown[] }

function explained(error: unknown): Answer {
  const found =
    error instanceof RpcError && typeof error.data === 'string' ? decodeContractError(error.data as Hex) : error
  if (!(found instanceof ContractError)) throw error
  return { error: found.contractError, operands: found.operands }
}

async function answer(ask: () => unknown): Promise<Answer> {
  try {
    return { value: await ask() }
  } catch (error) {
    return explained(error)
  }
}

const take = () => readSnapshot((call) => chain.read(call), foundation.deployment, MARKET)

/** The chain and the snapshot, asked the same at one time. */
async function compare(snapshot: MarketSnapshot, legs: readonly Leg[], at = snapshot.timestamp): Promise<void> {
  const reader = (call: Parameters<Chain['read']>[0]) => chain.read({ ...call, timestamp: at })
  const { deployment } = foundation
  const order = { market: MARKET, legs, limit: maxInt256, deadline: at, recipient: holder }
  const [quoted, traded, offline] = await Promise.all([
    answer(() => readQuote(reader, deployment, { market: MARKET, legs })),
    answer(() => simulateTrade(reader, deployment, { from: holder, order })),
    answer(() => quoteOffline(snapshot, { legs, at })),
  ])
  const about = JSON.stringify({ at: at - snapshot.timestamp, legs }, (_, v) => (typeof v === 'bigint' ? `${v}` : v))
  if ('error' in offline) {
    seen.add(offline.error)
    expect(quoted, about).toEqual(offline)
    expect(traded, about).toEqual(offline)
    return
  }
  const { netCash, parts, before, afterwards, refusal } = offline.value as quoteOffline.ReturnType
  expect(quoted, about).toEqual({ value: { netCash, parts, before, afterwards } })
  if (refusal) seen.add(refusal.contractError)
  const verdict = refusal ? { error: refusal.contractError, operands: refusal.operands } : { value: netCash }
  expect(traded, about).toEqual(verdict)
}

/** Position, mark and Greeks of every series that trades, by the lens and from the snapshot. */
async function compareBook(snapshot: MarketSnapshot, at: number): Promise<void> {
  const reader = (call: Parameters<Chain['read']>[0]) => chain.read({ ...call, timestamp: at })
  const { series } = await readBook(reader, foundation.deployment, MARKET)
  const rows = await answer(() => optionChain(snapshot, { size: WAD, at }))
  if ('error' in rows) return // nothing trades, nothing is quoted
  for (const row of rows.value as ReturnType<typeof optionChain>) {
    const { position, mark, greeks } = row
    const found = series.find((one) => one.series === row.series)
    expect(found).toEqual({ series: row.series, position, one: { mark, ...greeks } })
  }
}

async function compareMany(snapshot: MarketSnapshot, at = snapshot.timestamp, orders = ORDERS): Promise<void> {
  const random = createRandom(++seed)
  await compareBook(snapshot, at)
  for (let i = 0; i < orders; i++) await compare(snapshot, drawOrder(random, snapshot), at)
}

/** At the money, of the board that was listed last. */
function atTheMoney({ boards }: MarketSnapshot, isCall: boolean): SeriesId {
  const { expiry, strikes } = boards.at(-1)!.board
  return seriesId({ market: MARKET, expiry, strike: strikes.find((strike) => strike >= BigInt(SPOT) * WAD)!, isCall })
}

/** One series in ever larger orders, through the one that free cash no longer covers. */
async function compareLarger(snapshot: MarketSnapshot): Promise<void> {
  for (const isCall of [true, false]) {
    const series = atTheMoney(snapshot, isCall)
    for (let size = 100n; size < 3_000n; size += size / 40n + 1n)
      await compare(snapshot, [{ series, size: size * WAD }])
  }
}

async function step(time: number, { price = SPOT, trading = false, isClose = true } = {}): Promise<void> {
  await world.step({ time, price, isClose }, { trading })
  now = time
}

/** Mines calls of the governor, or of others, a few seconds later; throws where one fails. */
async function mine(...calls: readonly Omit<Call, 'label'>[]): Promise<void> {
  const { timestamp } = await chain.request('eth_getBlockByNumber', ['latest', false])
  const receipts = await chain.mine(
    Number(timestamp) + 2,
    calls.map((call) => ({ ...call, label: 'test' })),
  )
  for (const { ok, call } of receipts) if (!ok) await chain.read({ from: call.from, to: call.to!, data: call.data })
  expect(receipts.every(({ ok }) => ok)).toBe(true)
}

/** Of the boards that have not expired. */
const expiriesOf = ({ boards, timestamp }: MarketSnapshot) =>
  boards
    .map(({ board }) => board.expiry)
    .filter((expiry) => expiry > timestamp)
    .sort((a, b) => a - b)

const governs = (to: Hex, data: Hex) => ({ from: cast.deployer, to, data })

async function setLimits(limits: MarketSnapshot['limits']): Promise<void> {
  const data = encodeFunctionData({ abi: catalogueAbi, functionName: 'setLimits', args: [MARKET, limits] })
  await mine(governs(foundation.deployment.contracts.catalogue, data))
}

/** Gives the holder what the traders have bought, and a roomy allowance. */
async function collect(): Promise<void> {
  const { clearing } = foundation.deployment.contracts
  const moves = world.traders.flatMap(({ address, holdings }) =>
    [...holdings]
      .filter(([, size]) => size > 0n)
      .map(([series, size]) => ({
        from: address,
        to: clearing,
        data: encodeFunctionData({ abi: clearingAbi, functionName: 'transfer', args: [holder, series, size] }),
      })),
  )
  await mine(...moves)
  for (const { holdings } of world.traders) holdings.clear()
}

beforeAll(async () => {
  chain = await openChain(await startAnvil({ timestamp: START - 1_000, accounts: 11 }))
  const spot = BigInt(SPOT) * WAD
  foundation = await foundKeel(chain, { cast, time: START - 900, spot, equity: 1_000_000n, poolDepth: 2_000_000n })
  const traders = {
    ordersPerHour: 14,
    callShare: 0.5,
    sellShare: 0.2,
    smallest: 0.001,
    largest: 0.01,
    reach: 1.5,
  }
  const plan = { seed: 7, lastExpiry: START + 60 * DAY, volatilityAt, traders }
  world = await openWorld(chain, { foundation, cast, plan })
  await world.mintFor(START, { accounts: [...cast.traders, holder], amount: CASH })
  await world.mintFor(START + 1, { accounts: cast.depositors, amount: 10n ** 12n })
  await step(START + HOUR)
  // Of the boards of the next days the keepers take care; one of the grid's months is listed by somebody.
  await mine({ from: holder, ...prepareOpenBoard(foundation.deployment, { market: MARKET, expiry: LAST_FRIDAY }) })
  for (const [i, who] of cast.depositors.entries()) await world.requestDeposit(now + 100 + i, who, 333_333_000_000n)
  for (let hour = 2; hour <= 24; hour++) await step(START + hour * HOUR)
  for (let hour = 25; hour <= 44; hour++)
    await step(START + hour * HOUR, { price: SPOT * (1 + 0.012 * Math.sin(hour)), trading: true })
  await step(START + 45 * HOUR)
  await collect()
}, 300_000)

afterAll(async () => {
  await chain?.close()
})

describe('what is computed from a snapshot is what the chain answers', () => {
  test('a live book has been made', async () => {
    const { boards } = await take()
    const positions = boards.flatMap(({ board }) => [...board.calls, ...board.puts]).filter((size) => size !== 0n)
    expect(positions.length).toBeGreaterThan(30)
    expect(boards.length).toBeGreaterThan(3)
    const opened = boards.find(({ board }) => board.expiry === LAST_FRIDAY)!
    // 34 days: 0.2 · 2500 · sqrt(34.96/365) is 154.7, to the tick of 25
    expect(opened.board.strikes).toEqual([-4n, -3n, -2n, -1n, 0n, 1n, 2n, 3n, 4n].map((i) => (2_500n + 150n * i) * WAD))
    expect(opened.slices.inForce.reportedAt).toBeGreaterThan(START)
  })

  test('now, and as time passes, for random orders', { timeout: 300_000 }, async () => {
    await step(now + HOUR)
    const snapshot = await take()
    await compareMany(snapshot, snapshot.timestamp, 3 * ORDERS)
    for (const later of [1, 29 * 60, 30 * 60, 31 * 60, 59 * 60, 66 * 60, 5 * HOUR])
      await compareMany(snapshot, snapshot.timestamp + later, ORDERS / 3)
  })

  test('the same after a round trip through JSON', async () => {
    const snapshot = await take()
    expect(parseSnapshot(formatSnapshot(snapshot))).toEqual(snapshot)
    await compareMany(parseSnapshot(formatSnapshot(snapshot)), snapshot.timestamp, ORDERS / 4)
  })

  test('while replaced slices are in grace, to the second of its end', { timeout: 300_000 }, async () => {
    await step(now + HOUR)
    const open = expiriesOf(await take())
    for (const level of [0.61, 0.58]) {
      const source = trailingSource(() => ({ short: level, long: level }))
      const { timestamp } = await take()
      const spot = BigInt(SPOT) * WAD
      const time = timestamp + 1
      const slices = source.slicesAt(time, open)
      await mine(await signReport(foundation.deployment, { cast, slices, time, spot, signers: 'all' }))
    }
    const snapshot = await take()
    expect(Math.max(...snapshot.boards.map(({ slices }) => slices.previous.length))).toBeGreaterThan(1)
    for (const later of [0, 1, GRACE - 3, GRACE - 2, GRACE - 1, GRACE, GRACE + 1])
      await compareMany(snapshot, snapshot.timestamp + later, ORDERS / 3)
  })

  test('a price that wandered from its average, and from the report', { timeout: 300_000 }, async () => {
    for (const price of [SPOT * 1.004, SPOT * 1.01, SPOT * 1.03]) {
      const { timestamp } = await take()
      await chain.mine(timestamp + 5, [])
      const answerOfFeed = { price, isClose: false }
      await step(timestamp + 10, answerOfFeed)
      await compareMany(await take(), undefined, ORDERS / 2)
    }
    await step(now + HOUR)
    await step(now + HOUR)
  })

  test('under limits that bind, one after another', { timeout: 300_000 }, async () => {
    await step(now + HOUR)
    const { limits } = await take()
    const wide = { ...limits, ...LOOSE }
    const changes: readonly Partial<typeof limits>[] = [
      wide,
      { ...wide, bufferShare: WAD },
      { maxNetDelta: limits.maxNetDelta / 60n },
      { maxNetVega: limits.maxNetVega / 60n },
      { maxExpiryVega: limits.maxExpiryVega / 60n },
      { maxGamma: limits.maxGamma / 60n },
      { maxUtilisation: limits.maxUtilisation / 30n },
      { maxTradeSize: limits.maxTradeSize / 100n, minTradeSize: 10n ** 17n },
      { maxSeriesSize: limits.maxSeriesSize / 50n },
      { maxExpirySize: limits.maxExpirySize / 50n },
      { vegaPerReport: limits.vegaPerReport / 1000n },
      { minDelta: 2n * 10n ** 17n, maxDelta: 8n * 10n ** 17n },
      { maxSliceAge: 60, maxSyncAge: 60 },
      { maxSyncAge: 60, maxNetVega: limits.maxNetVega / 60n, maxGamma: limits.maxGamma / 60n },
    ]
    for (const part of changes) {
      const changed = { ...limits, ...part }
      await setLimits(changed)
      await compareMany(await take(), undefined, ORDERS / 2)
      const snapshot = await take()
      await compareMany(snapshot, snapshot.timestamp + 120, ORDERS / 4)
    }
    await setLimits(limits)
  })

  test('when hedges hold the cash that an order would lock', { timeout: 300_000 }, async () => {
    const { limits, timestamp, ...rest } = await take()
    await setLimits({ ...limits, ...LOOSE })
    const legs = [{ series: atTheMoney({ limits, timestamp, ...rest }, true), size: 300n * WAD }]
    const order = { market: MARKET, legs, limit: CASH, deadline: timestamp + 60, recipient: holder }
    await mine({ from: holder, ...prepareTrade(foundation.deployment, order) })
    await mine()
    const rebalance = encodeFunctionData({ abi: hedgerAbi, functionName: 'rebalance', args: [MARKET] })
    for (let times = 0; times < 2; times++)
      await mine({ from: cast.keeper, to: foundation.deployment.contracts.hedger, data: rebalance })
    await compareLarger(await take())
    await compareMany(await take())
    await setLimits(limits)
  })

  test('paused, and with series stopped', { timeout: 300_000 }, async () => {
    const { market, catalogue } = foundation.deployment.contracts
    const { boards } = await take()
    const stops = (1n << 256n) / 3n
    for (const { board } of boards)
      await mine(
        governs(
          catalogue,
          encodeFunctionData({ abi: catalogueAbi, functionName: 'setStops', args: [MARKET, board.expiry, stops] }),
        ),
      )
    await compareMany(await take())
    for (const level of [1, 2, 0]) {
      await mine(
        governs(market, encodeFunctionData({ abi: marketAbi, functionName: 'unpause', args: [MARKET, level] })),
      )
      await compareMany(await take(), undefined, ORDERS / 3)
    }
    for (const { board } of boards)
      await mine(
        governs(
          catalogue,
          encodeFunctionData({ abi: catalogueAbi, functionName: 'setStops', args: [MARKET, board.expiry, 0n] }),
        ),
      )
  })

  test('a report beyond the step stops opening', { timeout: 300_000 }, async () => {
    await step(now + HOUR)
    const snapshot = await take()
    const { timestamp } = snapshot
    const source = trailingSource(() => ({ short: 1, long: 1 }))
    const spot = BigInt(SPOT) * WAD
    const some = expiriesOf(snapshot)
    const time = timestamp + 1
    const slices = source.slicesAt(time, some)
    const report = await signReport(foundation.deployment, { cast, slices, time, spot, signers: 'enough' })
    const before = seen.has('OpeningStopped')
    const [receipt] = await chain.mine(timestamp + 2, [report])
    expect(receipt!.ok).toBe(true)
    await compareMany(await take())
    expect(before).toBe(false)
    await step(now + HOUR)
  })

  test('inside the averaging window of a board with positions', { timeout: 300_000 }, async () => {
    const expiry = (await take()).boards.find(
      ({ board }) => board.expiry > now && board.calls.some((size) => size < 0n),
    )!.board.expiry
    while (now < expiry - HOUR) await step(Math.min(now + HOUR, expiry - HOUR))
    const observe = encodeFunctionData({ abi: spotOracleAbi, functionName: 'observe', args: [MARKET] })
    for (const before of [WINDOW + 60, WINDOW - 300, WINDOW - 900, 300, 90]) {
      await step(expiry - before, { price: SPOT * (1 + before / 1e6), isClose: false })
      const observed = { from: cast.keeper, to: foundation.deployment.contracts.spotOracle, data: observe }
      await chain.mine((await take()).timestamp + RING_SPACING, [{ ...observed, label: 'observe' }])
      const snapshot = await take()
      // Only then does the oracle know the average up to this moment.
      expect(snapshot.observations[0]!.seenAt).toBe(snapshot.timestamp)
      for (const later of [0, 1, 45]) await compareMany(snapshot, snapshot.timestamp + later, ORDERS / 3)
    }
    const snapshot = await take()
    await compareMany(snapshot, expiry - 1, ORDERS / 3)
    await compareMany(snapshot, expiry, ORDERS / 3)
    await compareMany(snapshot, expiry + 600, ORDERS / 3)
    await step(expiry + HOUR)
  })

  test('what a mined trade charged is what was foretold for its block', { timeout: 300_000 }, async () => {
    const random = createRandom(99)
    let mined = 0
    for (let tries = 0; tries < 200 && mined < 12; tries++) {
      const snapshot = await take()
      const at = snapshot.timestamp + 7
      const legs = drawOrder(random, snapshot)
      const foretold = await answer(() => quoteOffline(snapshot, { legs, at }))
      if (!('value' in foretold)) continue
      const { refusal, netCash, parts } = foretold.value as quoteOffline.ReturnType
      if (refusal) continue
      const order = { market: MARKET, legs, limit: netCash, deadline: at, recipient: holder }
      const [receipt] = await chain.mine(at, [{ from: holder, ...prepareTrade(foundation.deployment, order) }])
      expect(receipt!.ok).toBe(true)
      const [event] = parseEventLogs({ abi: marketAbi, eventName: 'Trade', logs: receipt!.logs as never })
      expect(event!.args).toMatchObject({ netCash, parts })
      mined++
    }
    expect(mined).toBeGreaterThan(5)
  })

  test('every kind of answer has been met', () => {
    const expected = [
      'NoLegs',
      'TooManyLegs',
      'SpotUnavailable',
      'MalformedSeries',
      'MixedMarkets',
      'DuplicateLeg',
      'BoardNotListed',
      'StrikeNotListed',
      'TradingClosed',
      'SizeNotAllowed',
      'MarketPaused',
      'SurfaceStale',
      'OpeningStopped',
      'SeriesStopped',
      'MoneynessNotAllowed',
      'SeriesLimit',
      'PostTradeLimit',
      'ReduceOnly',
      'VegaPerReportExceeded',
      'VaultHasNoLong',
      'BufferLimit',
      'InsufficientFree',
    ]
    expect(expected.filter((name) => !seen.has(name))).toEqual([])
  })
})
