import { localAggregatorAbi, testTokenAbi } from '@keel/contracts/generated/local'
import { type LegInput, quote, type SpotRead, seriesId, strikeOf } from '@keel/model'
import { createRandom } from '@keel/quant'
import {
  type Deployment,
  decodeContractError,
  type Leg,
  marketAbi,
  prepareApproval,
  prepareDepositRequest,
  prepareListBoard,
  prepareObserve,
  prepareRelay,
  prepareRoll,
  prepareSync,
  prepareTrade,
  type Reader,
  readContract,
  readQuote,
  spotOracleAbi,
  surfaceDigest,
  vaultAbi,
} from '@keel/sdk'
import { decodeEventLog, encodeFunctionData, type Hex, maxUint256 } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAnvil } from '../src/chain/anvil.ts'
import { type Call, type Chain, openChain } from '../src/chain/chain.ts'
import { RpcError } from '../src/chain/errors.ts'
import { sendAllOrThrow } from '../src/chain/send.ts'
import { createCast } from '../src/world/cast.ts'
import { type Foundation, foundKeel, MARKET } from '../src/world/found.ts'
import { bp, CELLS, settingOf } from '../study/latency/cells.ts'
import { several } from '../study/latency/exhaust.ts'
import { refusal } from '../study/latency/limits.ts'
import { inputOf, type Landed } from '../study/latency/market.ts'
import { type Deal, run } from '../study/latency/run.ts'
import type { Setting } from '../study/latency/setting.ts'
import { drawnMinutes, type Truth, truthOf } from '../study/latency/truth.ts'

const DEPOSIT = 5_000_000n * 10n ** 6n
const HOUR = 3_600
const WAD = 10n ** 18n
const DAY = 24 * HOUR
/** Well within the hour after which the market only reduces. */
const SYNC_EVERY = HOUR / 2
/** Lots of a leg: a tenth of the vault's equity at 3,000. */
const LARGEST = 166_000n
const cast = createCast()
const [depositor, trader] = [cast.depositors[0]!, cast.traders[0]!]

/** What the mirror says at a moment, to be asked of the contracts. */
type Probe = {
  readonly read: SpotRead
  readonly legs?: readonly Leg[]
  readonly parts?: ReturnType<typeof quote>['parts']
  /** Legs that all buy, and why the mirror would refuse them. */
  readonly bought?: readonly Leg[]
  readonly verdict?: string | undefined
}
type Step = {
  readonly time: number
  readonly probes: Probe[]
  readonly deals: Deal[]
  readonly landed: Landed[]
  readonly dealsAfter: Deal[]
}

const legsOf = (boards: Deal['input']['terms']['boards'], legs: readonly LegInput[]): readonly Leg[] =>
  legs.map(({ board, node, call, lots }) => {
    const { expiry, nodes } = boards[Number(board)]!
    const strike = strikeOf(nodes[Number(node)]!)
    return { series: seriesId({ market: MARKET, expiry, strike, isCall: call }), size: lots * 10n ** 15n }
  })

/** A run of the study as a list of what the chain must do and say. */
function stepsOf(setting: Setting, { shipped, truth }: { shipped: Setting; truth: Truth }): readonly Step[] {
  const random = createRandom(5, 0)
  const steps = new Map<number, Step>()
  const at = (time: number): Step => {
    const step = steps.get(time) ?? { time, probes: [], deals: [], landed: [], dealsAfter: [] }
    steps.set(time, step)
    return step
  }
  let settled = -1
  run(setting, truth, {
    moment({ venue, bounds, time }) {
      // Only ahead of the block: that is what the chain shows before it is mined.
      if (time === settled || time % 60 !== 0) return
      const input = inputOf(venue, setting, time)
      const asks = bounds.length > 0 && time % 900 === 0 && input.spot.mode < 3
      const legs = asks ? several(bounds, { random, most: 200 }) : []
      const probe = { read: input.spot }
      if (!asks) {
        at(time).probes.push(probe)
        return
      }
      // Every other time all legs at the largest size there is, so that limits are met.
      const bought = legs.map((leg) => ({
        ...leg,
        lots: time % 1_800 === 0 ? LARGEST : leg.lots < 0n ? -leg.lots : leg.lots,
      }))
      const verdict = refusal(venue, shipped, { input, legs: bought, priced: quote(input, bought) })
      at(time).probes.push({
        ...probe,
        legs: legsOf(input.terms.boards, legs),
        bought: legsOf(input.terms.boards, bought),
        parts: quote(input, legs).parts,
        verdict,
      })
    },
    dealt: (deal) => at(deal.time)[deal.time === settled ? 'dealsAfter' : 'deals'].push(deal),
    landed(time, landed) {
      settled = time
      if (landed.length > 0) at(time).landed.push(...landed)
    },
  })
  return [...steps.values()].sort((a, b) => a.time - b.time)
}

let chain: Chain
let found: Foundation
let deployment: Deployment
const reader: Reader = (call) => chain.read(call)

/** A founded market whose vault has rolled a deposit in, two days before `start`. */
async function open(start: number, spot: bigint): Promise<void> {
  chain = await openChain(await startAnvil({ timestamp: start - 3 * DAY, hardfork: 'osaka', accounts: 11 }))
  found = await foundKeel(chain, { cast, time: start - 3 * DAY + 60, spot, equity: 5_000_000n, poolDepth: 2_000_000n })
  deployment = found.deployment
  const mint = (to: typeof trader): Call => ({
    from: to,
    to: found.usdc,
    data: encodeFunctionData({ abi: testTokenAbi, functionName: 'mint', args: [to, 100n * DEPOSIT] }),
    label: 'mint',
  })
  const approve = (from: typeof trader, spender: 'vault' | 'clearing'): Call => ({
    from,
    ...prepareApproval(deployment, { spender, amount: maxUint256 }),
  })
  await sendAllOrThrow(chain, {
    timestamp: start - 3 * DAY + 120,
    calls: [
      mint(depositor),
      mint(trader),
      approve(depositor, 'vault'),
      approve(trader, 'clearing'),
      { from: depositor, ...prepareDepositRequest(deployment, { amount: DEPOSIT, account: depositor }) },
    ],
  })
  const roll = { from: cast.keeper, ...prepareRoll(deployment) }
  await sendAllOrThrow(chain, { timestamp: start - DAY, calls: [roll] })
}

const push = (answer: bigint): Call => ({
  from: cast.keeper,
  to: found.feed,
  data: encodeFunctionData({ abi: localAggregatorAbi, functionName: 'push', args: [answer / 10n ** 10n] }),
  label: 'round',
})

async function callsOf(landed: Landed): Promise<readonly Call[]> {
  const from = cast.keeper
  if (landed.kind === 'round') return [push(landed.answer)]
  if (landed.kind === 'observe') return [{ from, ...prepareObserve(deployment, MARKET) }]
  if (landed.kind === 'list')
    return landed.boards.map(({ expiry, nodes }) => ({
      from,
      ...prepareListBoard(deployment, { market: MARKET, expiry, strikes: nodes.map(strikeOf) }),
    }))
  const reports = landed.fits.map(({ slice }) => ({ ...slice, market: MARKET }))
  const digest = surfaceDigest(deployment, reports)
  const signatures = await Promise.all(cast.signers.map(({ sign }) => sign(digest)))
  return [
    { from, ...prepareRelay(deployment, { reports, signers: cast.signers.map(({ address }) => address), signatures }) },
  ]
}

const baseUnits = (net: bigint): bigint => (net > 0n ? (net + 10n ** 12n - 1n) / 10n ** 12n : net / 10n ** 12n)

const order = ({ input, legs, priced, time }: Deal): Call => ({
  from: trader,
  ...prepareTrade(deployment, {
    market: MARKET,
    legs: legsOf(input.terms.boards, legs),
    limit: baseUnits(priced.parts.net),
    deadline: time,
    recipient: trader,
  }),
})

/** Returns the market's verdict on the legs bought, where there are any. */
async function ask(probe: Probe, time: number): Promise<string | undefined> {
  const at: Reader = (call) => chain.read({ ...call, timestamp: time })
  const { spotOracle } = deployment.contracts
  const read = await readContract(at, { address: spotOracle, abi: spotOracleAbi, functionName: 'read', args: [MARKET] })
  expect(read, `spot at ${time}`).toEqual(probe.read)
  if (probe.legs === undefined) return undefined
  const { netCash, parts } = await readQuote(at, deployment, { market: MARKET, legs: probe.legs })
  expect(parts, `quote at ${time}`).toEqual(probe.parts)
  expect(netCash).toBe(baseUnits(probe.parts!.net))
  const legs = probe.bought!
  const verdict = await verdictOf(
    { market: MARKET, legs, limit: maxUint256 >> 1n, deadline: time, recipient: trader },
    at,
  )
  // The study's venue is as deep as anybody could wish; the chain's pool is not.
  if (verdict !== VENUES_FULL) expect(verdict, `verdict at ${time}`).toBe(probe.verdict ?? 'none')
  return verdict
}

const VENUES_FULL = 'PostTradeLimit 2'

/** Why the market refuses an order: the error, and the figure where there is one. */
async function verdictOf(order: Parameters<typeof prepareTrade>[1], at: Reader): Promise<string> {
  try {
    const { to, data } = prepareTrade(deployment, order)
    await at({ to, data, from: trader })
    return 'none'
  } catch (error) {
    const found = error instanceof RpcError ? decodeContractError(error.data as Hex) : undefined
    if (found === undefined) throw error
    return found.contractError === 'PostTradeLimit' ? `PostTradeLimit ${found.operands[0]}` : found.contractError
  }
}

/** Plays the steps on the contracts; returns what each deal paid, base units, and every verdict that came. */
async function play(steps: readonly Step[]): Promise<{ paid: readonly bigint[]; verdicts: ReadonlySet<string> }> {
  const paid: bigint[] = []
  const verdicts = new Set<string>()
  let synced = 0
  for (const { time, probes, deals, landed, dealsAfter } of steps) {
    for (const probe of probes) {
      const verdict = await ask(probe, time)
      if (verdict !== undefined) verdicts.add(verdict)
    }
    const calls = [...deals.map(order), ...(await Promise.all(landed.map(callsOf))).flat(), ...dealsAfter.map(order)]
    if (time - synced >= SYNC_EVERY) {
      calls.unshift({ from: cast.keeper, ...prepareSync(deployment, MARKET) })
      synced = time
    }
    if (calls.length === 0) continue
    const receipts = await sendAllOrThrow(chain, { timestamp: time, calls })
    for (const { call, logs } of receipts) {
      if (call.label !== 'trade') continue
      const log = logs.find(({ address }) => address.toLowerCase() === deployment.contracts.market.toLowerCase())!
      const { args } = decodeEventLog({
        abi: marketAbi,
        eventName: 'Trade',
        topics: log.topics as never,
        data: log.data,
      })
      paid.push(args.netCash)
    }
  }
  return { paid, verdicts }
}

describe.each([
  { cell: CELLS[1], hours: 24, seen: ['none', 'ReduceOnly', 'SurfaceStale', 'MoneynessNotAllowed'] },
  { cell: CELLS[2], hours: 2, seen: ['none', 'ReduceOnly', 'SizeNotAllowed', 'PostTradeLimit 1'] },
])('$hours hours of a $cell.feed feed and a $cell.surface surface on the contracts', ({ cell, hours, seen }) => {
  const bars = drawnMinutes({ seed: 3, days: 1, start: 3_000, jumpsPerYear: 30_000 }).slice(0, hours * 60)
  const truth = truthOf(bars)
  // Small and unhedged: the pool of the local chain is not as deep as the study's venue.
  const limits = { maxTradeSize: 2n * WAD, maxNetDelta: bp(800) }
  const setting = { ...settingOf(cell, { spot: 3_000, change: { limits } }), band: Number.POSITIVE_INFINITY }

  const shipped = settingOf(cell, { spot: 3_000 })

  beforeAll(async () => {
    await open(truth.start, 3_000n * WAD)
    const { vault } = deployment.contracts
    const equity = await readContract(reader, { address: vault, abi: vaultAbi, functionName: 'equity', args: [] })
    expect(equity * 10n ** 12n).toBe(setting.equity)
    await sendAllOrThrow(chain, { timestamp: truth.start, calls: [push(3_000n * WAD)] })
  })
  afterAll(() => chain?.close())

  test('spot, quotes, refusals and trades are the mirror’s, to the unit', { timeout: 600_000 }, async () => {
    const steps = stepsOf(setting, { shipped, truth })
    const deals = steps.flatMap((step) => [...step.deals, ...step.dealsAfter])
    expect(deals.length).toBeGreaterThanOrEqual(5)
    expect(steps.flatMap(({ probes }) => probes).filter(({ parts }) => parts).length).toBeGreaterThanOrEqual(7)

    const { paid, verdicts } = await play(steps)
    expect(paid).toEqual(deals.map(({ priced }) => baseUnits(priced.parts.net)))
    for (const verdict of seen) expect(verdicts).toContain(verdict)
  })
})
