import { catalogueAbi, delayedOrdersAbi, signedFeedAbi } from '@keel/contracts/generated'
import { delayedOrdersBytecode, signedFeedBytecode } from '@keel/contracts/generated/bytecode'
import { localAggregatorAbi, testTokenAbi } from '@keel/contracts/generated/local'
import { type LegInput, seriesId, strikeOf } from '@keel/model'
import type { Deployment, Leg, PreparedCall, Reader, WaitingOrder } from '@keel/sdk'
import {
  clearingAbi,
  decodeContractError,
  executeOrder,
  prepareApproval,
  prepareDelayedOrder,
  prepareDepositRequest,
  prepareExecution,
  prepareListBoard,
  prepareObserve,
  prepareOrderRefund,
  prepareRelay,
  prepareRelayPrice,
  prepareRoll,
  prepareSync,
  prepareTrade,
  readContract,
  readQuote,
  readQuoteAt,
  refundOrder,
  requestOrder,
  signPrice,
  spotOracleAbi,
  surfaceDigest,
  waitingOrders,
} from '@keel/sdk'
import { defaultTerms } from '@keel/sdk/deploy'
import type { Address, Hex, Log } from 'viem'
import { createClient, encodeDeployData, encodeFunctionData, erc20Abi, http, maxUint256, parseEventLogs } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAnvil } from '../src/chain/anvil.ts'
import { type Call, type Chain, openChain } from '../src/chain/chain.ts'
import { RpcError } from '../src/chain/errors.ts'
import { sendAllOrThrow } from '../src/chain/send.ts'
import { createCast } from '../src/world/cast.ts'
import { type Foundation, foundKeel, MARKET } from '../src/world/found.ts'
import { bp, CELLS, settingOf } from '../study/latency/cells.ts'
import { type Asked, baseUnits, type Executed, type Failed, runDelayed } from '../study/latency/delayed.ts'
import type { Landed } from '../study/latency/market.ts'
import { drawnMinutes, truthOf } from '../study/latency/truth.ts'

/** The study of orders that wait for their price, played on the contracts: what each cost, and why each failed. */

const HOUR = 3_600
const DAY = 24 * HOUR
const WAD = 10n ** 18n
const DEPOSIT = 5_000_000n * 10n ** 6n
const MINTED = 100n * DEPOSIT
/** More than any order of this test costs. */
const MOST = 10n ** 12n
const TIP = 50_000n
/** A tenth of what ships, so that a lagging price seems to pay often. */
const LATENCY = bp(10)
const DELAY = 5
const WINDOW = 10
const SYNC_EVERY = HOUR / 2

const cast = createCast()
const [depositor, trader] = [cast.depositors[0]!, cast.traders[0]!]
let chain: Chain
let found: Foundation
let deployment: Deployment
let feed: Address
let queue: Address
const reader: Reader = (call) => chain.read(call)

const by = (from: Address, call: PreparedCall): Call => ({ from, ...call })
const mint = (to: Address): Call => ({
  from: to,
  to: found.usdc,
  data: encodeFunctionData({ abi: testTokenAbi, functionName: 'mint', args: [to, MINTED] }),
  label: 'mint',
})

/** A founded market whose vault has rolled a deposit in, and whose orders wait for the price of a second to come. */
async function open(start: number): Promise<void> {
  const spot = 3_000n * WAD
  chain = await openChain(await startAnvil({ timestamp: start - 3 * DAY, hardfork: 'osaka', accounts: 11 }))
  found = await foundKeel(chain, { cast, time: start - 3 * DAY + 60, spot, equity: 5_000_000n, poolDepth: 2_000_000n })
  deployment = found.deployment
  await sendAllOrThrow(chain, {
    timestamp: start - 3 * DAY + 120,
    calls: [
      mint(depositor),
      mint(trader),
      by(depositor, prepareApproval(deployment, { spender: 'vault', amount: maxUint256 })),
      by(depositor, prepareDepositRequest(deployment, { amount: DEPOSIT, account: depositor })),
    ],
  })
  await sendAllOrThrow(chain, { timestamp: start - DAY, calls: [by(cast.keeper, prepareRoll(deployment))] })
  await deployQueue(start - HOUR)
  await sendAllOrThrow(chain, { timestamp: start, calls: [push(spot)] })
}

async function deployQueue(time: number): Promise<void> {
  const from = cast.deployer
  const { authority, market, spotOracle } = deployment.contracts
  const create = async (data: Hex, timestamp: number): Promise<Address> =>
    (await sendAllOrThrow(chain, { timestamp, calls: [{ from, data, label: 'create' }] }))[0]!.contractAddress!
  feed = await create(
    encodeDeployData({ abi: signedFeedAbi, bytecode: signedFeedBytecode, args: [authority, 8] }),
    time,
  )
  const config = { authority, market, feed, id: MARKET, terms: { delay: DELAY, window: WINDOW, leastTip: TIP } }
  const creation = { abi: delayedOrdersAbi, bytecode: delayedOrdersBytecode, args: [config] } as const
  queue = await create(encodeDeployData(creation), time + 1)

  const oracle = { address: spotOracle, abi: spotOracleAbi } as const
  const sources = await readContract(reader, { ...oracle, functionName: 'sources', args: [MARKET] })
  const quick = { ...sources, quick: queue, quickAge: WINDOW, quickOutage: 600 }
  const governed = [cast.signers.map(({ address }) => address), 2n] as const
  const { pricing } = defaultTerms({ spot: 3_000n * WAD, equity: 5_000_000n, assetDecimals: 6 })
  const args = [MARKET, { ...pricing, latency: LATENCY }] as const
  const calls = [
    {
      from,
      to: deployment.contracts.catalogue,
      data: encodeFunctionData({ abi: catalogueAbi, functionName: 'setPricingParams', args }),
    },
    { from, to: feed, data: encodeFunctionData({ abi: signedFeedAbi, functionName: 'setSigners', args: governed }) },
    {
      from,
      to: spotOracle,
      data: encodeFunctionData({ abi: spotOracleAbi, functionName: 'setMarket', args: [MARKET, quick] }),
    },
    {
      from: trader,
      to: found.usdc,
      data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [queue, maxUint256] }),
    },
    {
      from: trader,
      to: deployment.contracts.clearing,
      data: encodeFunctionData({ abi: clearingAbi, functionName: 'setOperator', args: [queue, true] }),
    },
  ]
  await sendAllOrThrow(chain, { timestamp: time + 2, calls: calls.map((call) => ({ ...call, label: 'set up' })) })
}

const push = (answer: bigint): Call => ({
  from: cast.keeper,
  to: found.feed,
  data: encodeFunctionData({ abi: localAggregatorAbi, functionName: 'push', args: [answer / 10n ** 10n] }),
  label: 'round',
})

async function callsOf(landed: Landed): Promise<readonly Call[]> {
  if (landed.kind === 'round') return [push(landed.answer)]
  if (landed.kind === 'observe') return [by(cast.keeper, prepareObserve(deployment, MARKET))]
  if (landed.kind === 'list')
    return landed.boards.map(({ expiry, nodes }) =>
      by(cast.keeper, prepareListBoard(deployment, { market: MARKET, expiry, strikes: nodes.map(strikeOf) })),
    )
  const reports = landed.fits.map(({ slice }) => ({ ...slice, market: MARKET }))
  const digest = surfaceDigest(deployment, reports)
  const signatures = await Promise.all(cast.signers.map(({ sign }) => sign(digest)))
  const signers = cast.signers.map(({ address }) => address)
  return [by(cast.keeper, prepareRelay(deployment, { reports, signers, signatures }))]
}

const legsOf = ({ boards }: Asked, legs: readonly LegInput[]): readonly Leg[] =>
  legs.map(({ board, node, call, lots }) => {
    const { expiry, nodes } = boards[Number(board)]!
    const strike = strikeOf(nodes[Number(node)]!)
    return { series: seriesId({ market: MARKET, expiry, strike, isCall: call }), size: lots * 10n ** 15n }
  })

const orderOf = (asked: Asked) => ({
  market: MARKET,
  legs: legsOf(asked, asked.legs),
  limit: asked.limit > MOST * 10n ** 12n ? MOST : baseUnits(asked.limit),
  deadline: asked.time + DELAY + WINDOW,
  recipient: trader,
})

const priceAt = (answer: bigint, signedAt: number) =>
  signPrice({
    price: { chainId: deployment.chainId, feed, decimals: 8, answer, signedAt, signatures: [] },
    signers: cast.signers.slice(0, 2),
  })
const priceOf = ({ price, at }: Executed | Failed) => priceAt(price / 10n ** 10n, at)

/** By the name of the error, and the figure where there is one. */
async function refusalOf(call: Call, timestamp: number): Promise<string> {
  try {
    await chain.read({ to: call.to!, data: call.data, from: call.from, timestamp })
    return 'none'
  } catch (error) {
    const known = error instanceof RpcError ? decodeContractError(error.data as Hex) : undefined
    if (known === undefined) throw error
    return known.contractError === 'PostTradeLimit' ? `PostTradeLimit ${known.operands[0]}` : known.contractError
  }
}

type Happening =
  | { readonly asked: Asked }
  | { readonly ended: Executed | Failed }
  | { readonly landed: readonly Landed[] }

/** Plays what happened in the order in which it did; returns what each execution cost, and why each failure failed. */
async function play(happenings: readonly (readonly [number, Happening])[]) {
  const [costs, reasons, logs]: [bigint[], string[], Log[]] = [[], [], []]
  const waiting = new Map<Asked, WaitingOrder>()
  const expired: WaitingOrder[] = []
  let synced = 0
  for (const time of [...new Set(happenings.map(([at]) => at))]) {
    const now = happenings.filter(([at]) => at === time).map(([, happening]) => happening)
    const calls: Call[] = []
    if (time - synced >= SYNC_EVERY) {
      calls.push(by(cast.keeper, prepareSync(deployment, MARKET)))
      synced = time
    }
    for (const order of expired.splice(0)) calls.push(by(cast.keeper, prepareOrderRefund(order)))
    const asked = now.flatMap((each) => ('asked' in each ? [each.asked] : []))
    for (const happening of now) {
      if ('landed' in happening) calls.push(...(await Promise.all(happening.landed.map(callsOf))).flat())
      if ('asked' in happening)
        calls.push(by(trader, prepareDelayedOrder({ queue, order: orderOf(happening.asked), tip: TIP })))
      if (!('ended' in happening)) continue
      const { ended } = happening
      const order = waiting.get(ended.asked)!
      const execution = by(cast.keeper, prepareExecution(order, await priceOf(ended)))
      if ('reason' in ended) {
        reasons.push(await refusalOf(execution, time))
        expired.push(order)
      } else calls.push(execution)
    }
    if (calls.length === 0) continue
    const mined = (await sendAllOrThrow(chain, { timestamp: time, calls })).flatMap((receipt) => receipt.logs as Log[])
    logs.push(...mined)
    costs.push(
      ...parseEventLogs({ abi: delayedOrdersAbi, eventName: 'Executed', logs: mined }).map(({ args }) => args.netCash),
    )
    const orders = waitingOrders({ queue, logs: mined })
    expect(orders).toHaveLength(asked.length)
    asked.forEach((each, i) => {
      waiting.set(each, orders[i]!)
    })
  }
  const last = happenings.at(-1)![0] + DELAY + WINDOW + 1
  const calls = expired.map((order) => by(cast.keeper, prepareOrderRefund(order)))
  if (calls.length > 0) await sendAllOrThrow(chain, { timestamp: last, calls })
  return { costs, reasons, open: waitingOrders({ queue, logs }).length - expired.length }
}

const balanceOf = (account: Address) =>
  readContract(reader, { address: found.usdc, abi: erc20Abi, functionName: 'balanceOf', args: [account] })

describe.each([
  { limit: 'none', cell: CELLS[0], seed: 4, executed: 10, seen: ['MoneynessNotAllowed'] },
  { limit: 'none', cell: CELLS[2], seed: 3, executed: 3, seen: ['SpotUnavailable', 'ReduceOnly'] },
  { limit: 'expected', cell: CELLS[0], seed: 3, executed: 0, seen: ['LimitExceeded', 'SpotUnavailable'] },
] as const)('two hours of orders by a bot that takes the feed’s price for theirs: limit $limit, seed $seed', (plan) => {
  const { limit, cell, seed, executed, seen } = plan
  const bars = drawnMinutes({ seed, days: 1, start: 3_000, jumpsPerYear: 30_000 }).slice(0, 120)
  const truth = truthOf(bars)
  // Small and unhedged: the pool of the local chain is not as deep as the study's venue.
  const limits = { maxTradeSize: 2n * WAD, maxNetDelta: bp(800) }
  const pricing = { latency: LATENCY }
  const setting = { ...settingOf(cell, { spot: 3_000, change: { limits, pricing } }), band: Number.POSITIVE_INFINITY }
  const market = settingOf(cell, { spot: 3_000, change: { pricing } })

  let asked: Asked | undefined
  let reported: Extract<Landed, { kind: 'report' }>['fits'] = []

  beforeAll(() => open(truth.start), 300_000)
  afterAll(() => chain?.close())

  test('cost and fail as in the study, to the unit, and leave nothing behind', { timeout: 600_000 }, async () => {
    const happenings: (readonly [number, Happening])[] = []
    const outcome = runDelayed(setting, truth, {
      terms: { sees: 'feed', delaySecs: DELAY, moveSecs: 20, limit },
      market,
      observer: {
        asked: (each) => {
          asked ??= each
          happenings.push([each.time, { asked: each }])
        },
        ended: (ended) => happenings.push([ended.at, { ended }]),
        landed: (time, landed) => {
          for (const each of landed) if (each.kind === 'report') reported = each.fits
          happenings.push([time, { landed }])
        },
      },
    })
    const before = await Promise.all([balanceOf(trader), balanceOf(cast.keeper)])
    const { costs, reasons, open: left } = await play(happenings)

    expect(costs).toEqual(outcome.executed.map(({ deal }) => baseUnits(deal.priced.parts.net)))
    expect(reasons).toEqual(outcome.failed.map(({ reason }) => reason))
    expect(costs.length).toBeGreaterThanOrEqual(executed)
    for (const reason of seen) expect(reasons).toContain(reason)
    const tips = TIP * BigInt(costs.length)
    const paid = costs.reduce((sum, cost) => sum + cost, 0n)
    expect(await balanceOf(trader)).toBe(before[0] - paid - tips)
    expect(await balanceOf(cast.keeper)).toBe(before[1] + tips)
    expect(await balanceOf(queue)).toBe(0n)
    expect(left).toBe(0)
  })

  test('nothing else trades, and a quote at any price is there for the asking', async () => {
    expect(asked).toBeDefined()
    const time = truth.timeOf(truth.ticks - 1) + 60
    const primary = await readContract(reader, {
      address: found.feed,
      abi: localAggregatorAbi,
      functionName: 'latestRoundData',
      args: [],
    })
    // Nobody relayed for ten minutes: but for this price the market would be open for closing.
    const young = await priceAt(primary[1], time)
    const calls = [prepareObserve(deployment, MARKET), prepareRelayPrice(young)].map((call) => by(cast.keeper, call))
    await sendAllOrThrow(chain, { timestamp: time, calls })
    const legs = legsOf(asked!, asked!.legs).map((leg) => ({ ...leg, size: leg.size < 0n ? -leg.size : leg.size }))
    const order = { market: MARKET, legs, limit: MOST, deadline: time + 9, recipient: trader }
    expect(await refusalOf(by(trader, prepareTrade(deployment, order)), time + 1)).toBe('SpotUnavailable')
    await expect(readQuote(reader, deployment, { market: MARKET, legs })).rejects.toThrow()
    const now: Reader = (call) => chain.read({ ...call, timestamp: time })
    const quoted = await readQuoteAt(now, { queue, legs, answer: primary[1], signedAt: time })
    expect(quoted.netCash).toBe(baseUnits(quoted.parts.net))
  })

  test('are asked for, executed and given back by the library’s actions', { timeout: 60_000 }, async () => {
    const start = truth.timeOf(truth.ticks - 1) + 600
    const clientOf = (address: Address) =>
      createClient({
        transport: http(chain.anvil.rpcUrl),
        account: { address, type: 'json-rpc' },
        pollingInterval: 50,
        cacheTime: 0,
      })
    const minedAt = async (time: number) => {
      await chain.request('evm_setNextBlockTimestamp', [time])
      await chain.request('evm_mine', [])
    }
    // A market that nobody doubts: the feed at its average, hedges and slices of now.
    const at = { address: deployment.contracts.spotOracle, abi: spotOracleAbi } as const
    const { average } = await readContract(reader, { ...at, functionName: 'read', args: [MARKET] })
    const answer = average / 10n ** 10n
    const fits = reported.map((fitted) => ({ ...fitted, slice: { ...fitted.slice, reportedAt: start } }))
    const calls = [push(average), by(cast.keeper, prepareSync(deployment, MARKET))]
    calls.push(...(await callsOf({ kind: 'report', fits })), by(cast.keeper, prepareObserve(deployment, MARKET)))
    await sendAllOrThrow(chain, { timestamp: start, calls })
    await chain.request('evm_setAutomine', [true])
    const legs = legsOf(asked!, asked!.legs.slice(0, 1)).map((leg) => ({ ...leg, size: 10n ** 16n }))
    const order = { market: MARKET, legs, limit: 10n ** 9n, deadline: start + HOUR }
    const before = await balanceOf(trader)
    const given = await requestOrder(clientOf(trader), deployment, { queue, order })
    expect(await balanceOf(trader)).toBe(before - order.limit - TIP)
    await minedAt(given.waiting.delayed.expiresAt + 1)
    const { cash } = await refundOrder(clientOf(cast.keeper), { waiting: given.waiting })
    expect(cash).toBe(order.limit + TIP)
    expect(await balanceOf(trader)).toBe(before)

    const { waiting } = await requestOrder(clientOf(trader), deployment, { queue, order })
    expect(waiting.id).toBe(given.waiting.id + 1n)
    await minedAt(waiting.delayed.pricedAt)
    const price = await priceAt(answer, waiting.delayed.pricedAt)
    const { netCash, refunded } = await executeOrder(clientOf(cast.keeper), { waiting, price })
    expect(netCash).toBeGreaterThan(0n)
    expect(netCash + refunded).toBe(order.limit)
    expect(await balanceOf(trader)).toBe(before - netCash - TIP)
    await expect(executeOrder(clientOf(cast.keeper), { waiting, price })).rejects.toThrow('NotWaiting')
  })
})
