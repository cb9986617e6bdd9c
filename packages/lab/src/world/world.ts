import { testTokenAbi } from '@keel/contracts/generated/local'
import type { Intent, KeeperPolicy, TrailingVolatility } from '@keel/keepers'
import {
  decideBoards,
  decideHedge,
  decideMargin,
  decideObserve,
  decideRaise,
  decideReport,
  decideRoll,
  decideSettlement,
  KEEPER_POLICY,
  prepareIntent,
} from '@keel/keepers'
import type { SeriesId } from '@keel/model'
import { parseSeriesId, wadFromFloat } from '@keel/model'
import type { Random } from '@keel/quant'
import { createRandom } from '@keel/quant'
import type { PreparedCall, Reader } from '@keel/sdk'
import {
  decodeContractError,
  prepareApproval,
  prepareDepositClaim,
  prepareDepositRequest,
  prepareProof,
  prepareRedeemClaim,
  prepareRedeemFor,
  prepareRedeemRequest,
  prepareRingProof,
  prepareTrade,
  readBalance,
  readClaimable,
  readContract,
  readHealth,
  readMarket,
  readSettlement,
  readVault,
  simulateTrade,
} from '@keel/sdk'
import type { Address, Hex } from 'viem'
import { encodeFunctionData, erc20Abi, maxUint256 } from 'viem'
import type { TraderPolicy, Wish } from '../agents/traders.ts'
import { decideWish, TRADER_POLICY } from '../agents/traders.ts'
import type { Call, Chain, Receipt } from '../chain/chain.ts'
import { RpcError } from '../chain/errors.ts'
import { revertReason } from '../chain/send.ts'
import type { Tick } from '../history/ticks.ts'
import { prepareArbitrage } from '../venues/uniswap/index.ts'
import { auditWorld, holdersOf } from './audit.ts'
import type { Cast } from './cast.ts'
import { FEED_POLICY, openPublisher } from './feed.ts'
import type { Foundation } from './found.ts'
import { ASSET_DECIMALS, MARKET } from './found.ts'
import type { Happening } from './ledger.ts'
import { happenings } from './ledger.ts'
import type { MarketReading, VaultReading } from './reading.ts'
import { openPositions, snapshotOf, unhealthySeries } from './reading.ts'
import { signReport } from './report.ts'
import { openingStops, slicesInForce } from './surfaceEvents.ts'
import type { SurfaceSource } from './surfaceSource.ts'
import { trailingSource } from './surfaceSource.ts'

const UNIT = 10 ** ASSET_DECIMALS
const MOST_BOARDS = 6
/** Seconds after a tick at which keepers and traders act. */
const KEEPERS_AT = 2
const TRADERS_AT = 30
const SLIPPAGE_BP = 200n
/** Between closes compartments are looked at again once spot has moved by this share. */
const HEALTH_MOVE = 0.02

export type Refusals = Map<string, number>

/** What a run does with depositors and when new risk stops. */
export type WorldPlan = {
  readonly seed: number
  readonly volatilityAt: (time: number) => TrailingVolatility
  /** What the surface is reported from. Absent: those volatilities. */
  readonly surface?: SurfaceSource
  /** No board is listed that expires after this, unix seconds. */
  readonly lastExpiry: number
  readonly keepers?: KeeperPolicy
  readonly traders?: TraderPolicy
}

export type TraderBook = {
  readonly address: Address
  readonly holdings: Map<SeriesId, bigint>
  trades: number
  paid: bigint
  received: bigint
  redeemed: bigint
}

/** A running world. Its methods advance one chain in time; nothing else does. */
export type World = {
  readonly chain: Chain
  readonly foundation: Foundation
  readonly cast: Cast
  readonly series: Set<SeriesId>
  readonly traders: readonly TraderBook[]
  readonly refused: Refusals
  readonly reverted: Refusals
  readonly happened: { readonly time: number; readonly event: Happening }[]
  /** Feed, pool and keepers live through a tick; traders too when it closes a bar and `trading`. */
  readonly step: (tick: Tick, options: { readonly trading: boolean }) => Promise<Reading>
  readonly requestDeposit: (time: number, depositor: Address, amount: bigint) => Promise<void>
  /** Shares in wad. Absent: all. */
  readonly requestRedeem: (time: number, depositor: Address, shares?: bigint) => Promise<void>
  /** Claims whatever a depositor can claim. */
  readonly claim: (time: number, depositor: Address) => Promise<void>
  readonly read: () => Promise<{ readonly market: MarketReading; readonly vault: VaultReading }>
  readonly audit: (time: number) => Promise<void>
  /** Gives accounts collateral and lets clearing pull it: the local token is free. */
  readonly mintFor: (
    time: number,
    gift: { readonly accounts: readonly Address[]; readonly amount: bigint },
  ) => Promise<void>
  /** A share of the vault shares an account holds. */
  readonly sharesOf: (owner: Address, share: number) => Promise<bigint>
  readonly sharesOutstanding: () => Promise<bigint>
  /** What each depositor put in and took out so far. */
  readonly deposits: () => readonly DepositorBook[]
  readonly blocks: () => number
  /** What the world remembers and the chain does not. Holds bigints. */
  readonly save: () => SavedWorld
  readonly audits: () => number
  readonly reader: Reader
}

export type SavedWorld = {
  readonly steps: number
  readonly series: readonly SeriesId[]
  readonly traders: readonly (Omit<TraderBook, 'address' | 'holdings'> & {
    readonly holdings: readonly (readonly [SeriesId, bigint])[]
  })[]
  readonly depositors: readonly Pick<DepositorBook, 'deposited' | 'withdrawn' | 'out'>[]
}

export type DepositorBook = {
  readonly address: Address
  readonly name: string
  deposited: bigint
  withdrawn: bigint
  out: boolean
}

/** What a step saw: net delta when its price was new, and everything once its keepers were done. */
export type Reading = {
  readonly market: MarketReading
  readonly vault: VaultReading
  readonly netDeltaBefore: bigint
}

export function bump(map: Refusals, reason: string): void {
  map.set(reason, (map.get(reason) ?? 0) + 1)
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof RpcError) || typeof error.data !== 'string') return undefined
  return decodeContractError(error.data as Hex)?.contractError ?? 'unknown'
}

export async function openWorld(
  chain: Chain,
  input: { foundation: Foundation; cast: Cast; plan: WorldPlan; saved?: SavedWorld },
): Promise<World> {
  const { foundation, cast, plan, saved } = input
  const { deployment, feed, feedPolicy = FEED_POLICY, uniswap, pool } = foundation
  const { keepers: policy = KEEPER_POLICY, traders: traderPolicy = TRADER_POLICY } = plan
  const source = plan.surface ?? trailingSource(plan.volatilityAt)
  const holders = holdersOf(cast, foundation)
  const series = new Set<SeriesId>(saved?.series)
  const refused: Refusals = new Map()
  const reverted: Refusals = new Map()
  const happened: { time: number; event: Happening }[] = []
  const traders: TraderBook[] = cast.traders.map((address, i) => {
    const empty = { trades: 0, paid: 0n, received: 0n, redeemed: 0n, holdings: [] }
    const { holdings, ...sums } = saved?.traders[i] ?? empty
    return { address, ...sums, holdings: new Map(holdings) }
  })
  const byAddress = new Map(traders.map((trader) => [trader.address.toLowerCase(), trader]))
  const reader: Reader = (call) => chain.read(call)
  const publisher = await openPublisher(reader, { feed, policy: feedPolicy })
  let block = Number(await chain.request('eth_blockNumber'))
  const firstBlock = block
  let steps = saved?.steps ?? 0
  let audits = 0
  const depositors: DepositorBook[] = cast.depositors.map((address, i) => ({
    address,
    name: `depositor ${i + 1} (${address.slice(0, 8)}…)`,
    ...(saved?.depositors[i] ?? { deposited: 0n, withdrawn: 0n, out: false }),
  }))

  async function read() {
    const [market, vault] = await Promise.all([readMarket(reader, deployment, MARKET), readVault(reader, deployment)])
    return { market, vault }
  }

  function book(time: number, event: Happening): void {
    happened.push({ time, event })
    if (event.kind === 'trade') {
      const trader = byAddress.get(event.trader.toLowerCase())
      if (!trader) return
      trader.trades++
      if (event.netCash > 0n) trader.paid += event.netCash
      else trader.received -= event.netCash
      for (const { series: id, size } of event.legs) {
        series.add(id)
        trader.holdings.set(id, (trader.holdings.get(id) ?? 0n) + size)
      }
    } else if (event.kind === 'redeemed') {
      const trader = byAddress.get(event.owner.toLowerCase())
      if (!trader) return
      trader.redeemed += event.paid
      trader.holdings.delete(event.series)
    }
  }

  async function mine(time: number, calls: readonly Call[]): Promise<readonly Receipt[]> {
    const receipts = await chain.mine(time, calls)
    block++
    for (const { ok, call } of receipts) if (!ok) bump(reverted, `${call.label}: ${await shortReason(call)}`)
    for (const event of happenings(receipts, deployment.contracts)) book(time, event)
    for (const slice of slicesInForce(receipts, deployment.contracts)) source.inForce?.(slice)
    for (const expiry of openingStops(receipts, deployment.contracts)) source.stopped?.(expiry)
    return receipts
  }

  async function shortReason(call: Call): Promise<string> {
    return (await revertReason(chain, call)).split('(')[0]!
  }

  const by = (from: Address, prepared: PreparedCall): Call => ({ from, ...prepared })

  function marketCalls({ price }: Tick): readonly Call[] {
    const observe = prepareIntent(deployment, { market: MARKET, intent: { kind: 'observe' } })
    const { to, data } = prepareArbitrage(uniswap, { pool, targetPrice: wadFromFloat(price) })
    return [
      publisher.call(cast.keeper, price),
      by(cast.keeper, observe),
      { from: cast.liquidity, to: to!, data, label: 'arbitrage pool' },
    ]
  }

  const deviationOf =
    (time: number) =>
    (expiry: number): bigint =>
      wadFromFloat(Math.sqrt(source.varianceTo(time, expiry)))

  async function callsOf(intent: Intent, { time, spot }: { time: number; spot: bigint }): Promise<readonly Call[]> {
    if (intent.kind === 'report') {
      const slices = source.slicesAt(time, intent.expiries)
      return slices.length === 0
        ? []
        : [await signReport(deployment, { cast, slices, time, spot, signers: source.signers })]
    }
    if (intent.kind === 'proveSettlement') return settlementCalls(intent.expiry, time)
    return [by(cast.keeper, prepareIntent(deployment, { market: MARKET, intent }))]
  }

  /** One step towards an expiry's price; the next reading takes the next. */
  async function settlementCalls(expiry: number, time: number): Promise<readonly Call[]> {
    const { step } = await readSettlement(reader, deployment, { market: MARKET, expiry, now: time })
    if (step.kind === 'prove')
      return [by(cast.keeper, prepareProof(deployment, { market: MARKET, expiry, ...step.proof }))]
    if (step.kind === 'rescue') bump(refused, `proof: ${step.reason}`)
    if (step.kind !== 'ring') return []
    bump(refused, 'proof by rounds')
    return [by(cast.keeper, prepareRingProof(deployment, { market: MARKET, expiry }))]
  }

  let healthSeenAt = 0

  /** True when there was something to do. */
  async function keep(tick: Tick, { market, vault }: { market: MarketReading; vault: VaultReading }): Promise<boolean> {
    const time = tick.time + KEEPERS_AT
    const open = openPositions(market).map(({ series: id }) => id)
    const looks = tick.isClose || Math.abs(tick.price / healthSeenAt - 1) > HEALTH_MOVE
    const live = looks ? open.filter((id) => parseSeriesId(id).expiry > time) : []
    if (looks) healthSeenAt = tick.price
    const health = live.length > 0 ? await readHealth(reader, deployment, live) : []
    const snapshot = snapshotOf(market, vault, { time, block, unhealthy: unhealthySeries(live, health) })
    const boards = decideBoards(snapshot, { policy, deviationOf: deviationOf(time), mostBoards: MOST_BOARDS })
    const intents: Intent[] = [
      ...decideObserve(snapshot, policy),
      ...decideReport(snapshot, policy),
      ...decideHedge(snapshot, policy),
      ...decideMargin(snapshot),
      ...decideSettlement(snapshot),
      ...decideRaise(snapshot),
      ...decideRoll(snapshot),
      ...boards.filter((intent) => intent.kind === 'listBoard' && intent.expiry <= plan.lastExpiry),
    ]
    const calls = (await Promise.all(intents.map((intent) => callsOf(intent, { time, spot: snapshot.spot })))).flat()
    const settled = intents.flatMap((intent) => (intent.kind === 'settle' ? [intent.series] : []))
    const redeem = settled.flatMap((id) =>
      traders
        .filter(({ holdings }) => (holdings.get(id) ?? 0n) > 0n)
        .map(({ address }) => by(cast.keeper, prepareRedeemFor(deployment, { series: id, owner: address }))),
    )
    if (calls.length + redeem.length === 0) return false
    await mine(time, [...calls, ...redeem])
    return true
  }

  /** What a wish would cost now, with the limit it is sent with; undefined, and counted, when the market refuses. */
  async function price(trader: TraderBook, wish: Wish, time: number): Promise<Call | undefined> {
    const order = { market: MARKET, legs: [wish], deadline: time + 600, recipient: trader.address }
    try {
      const cost = await simulateTrade(reader, deployment, {
        from: trader.address,
        order: { ...order, limit: maxUint256 >> 1n },
      })
      const limit = cost + ((cost > 0n ? cost : -cost) * SLIPPAGE_BP) / 10_000n
      return by(trader.address, prepareTrade(deployment, { ...order, limit }))
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === undefined) throw error
      bump(refused, reason)
      return undefined
    }
  }

  async function trade(time: number, { market, vault }: { market: MarketReading; vault: VaultReading }): Promise<void> {
    const equity = Number(vault.accounts.equityAtMark) / UNIT
    const volatility = plan.volatilityAt(time).short
    // One stream a step: a run taken up again draws what it would have drawn.
    const random: Random = createRandom(plan.seed, steps)
    const calls: Call[] = []
    for (let left = random.poisson(traderPolicy.ordersPerHour); left > 0; left--) {
      const trader = traders[Math.floor(random.uniform() * traders.length)]!
      const wish = decideWish(random, {
        market,
        equity,
        volatility,
        time,
        holdings: trader.holdings,
        policy: traderPolicy,
      })
      if (!wish || calls.some(({ from }) => from === trader.address)) continue
      const call = await price(trader, wish, time)
      if (call) calls.push(call)
    }
    if (calls.length > 0) await mine(time, calls)
  }

  let latest: Reading | undefined

  /** Between closes nothing happens unless the feed prints: contracts see no other price, and nobody acts on less. */
  async function step(tick: Tick, { trading }: { readonly trading: boolean }): Promise<Reading> {
    steps++
    const prints = publisher.prints(tick)
    if (latest && !prints && !tick.isClose) return latest
    await mine(tick.time, marketCalls(tick))
    // The vault's own view is dear, and all that keepers want of it is when to roll: until then the last one serves.
    const rollNear = !latest || tick.time >= latest.vault.cutOff
    const before = rollNear
      ? await read()
      : { market: await readMarket(reader, deployment, MARKET), vault: latest!.vault }
    const kept = await keep(tick, before)
    const after = tick.isClose ? (kept || !rollNear ? await read() : before) : before
    if (tick.isClose && trading) await trade(tick.time + TRADERS_AT, after)
    latest = { ...after, netDeltaBefore: before.market.netDelta }
    return latest
  }

  async function requestDeposit(time: number, depositor: Address, amount: bigint): Promise<void> {
    await mine(time, [
      by(depositor, prepareApproval(deployment, { spender: 'vault', amount })),
      by(depositor, prepareDepositRequest(deployment, { amount, account: depositor })),
    ])
    bookOf(depositor).deposited += amount
  }

  async function requestRedeem(time: number, depositor: Address, shares?: bigint): Promise<void> {
    const amount = shares ?? (await readBalance(reader, { token: deployment.contracts.share, owner: depositor }))
    if (amount > 0n) await mine(time, [by(depositor, prepareRedeemRequest(deployment, { amount, account: depositor }))])
  }

  const bookOf = (depositor: Address) => depositors.find(({ address }) => address === depositor)!

  async function claim(time: number, depositor: Address): Promise<void> {
    const { deposit, redeem } = await readClaimable(reader, deployment, depositor)
    if (deposit === 0n && redeem === 0n) return
    const calls: Call[] = []
    if (deposit > 0n)
      calls.push(by(depositor, prepareDepositClaim(deployment, { amount: deposit, account: depositor })))
    if (redeem > 0n) calls.push(by(depositor, prepareRedeemClaim(deployment, { amount: redeem, account: depositor })))
    const token = foundation.usdc
    const before = await readBalance(reader, { token, owner: depositor })
    await mine(time, calls)
    const book = bookOf(depositor)
    book.withdrawn += (await readBalance(reader, { token, owner: depositor })) - before
    book.out = redeem > 0n && (await sharesOf(depositor, 1)) === 0n
  }

  const sharesOf = async (owner: Address, share: number): Promise<bigint> => {
    const held = await readBalance(reader, { token: deployment.contracts.share, owner })
    return (held * BigInt(Math.round(share * 1e6))) / 1_000_000n
  }

  async function mintFor(
    time: number,
    { accounts, amount }: { accounts: readonly Address[]; amount: bigint },
  ): Promise<void> {
    await mine(time, [
      ...accounts.map((to) => ({
        from: to,
        to: foundation.usdc,
        data: encodeFunctionData({ abi: testTokenAbi, functionName: 'mint', args: [to, amount] }),
        label: 'mint',
      })),
      ...accounts.map((from) => by(from, prepareApproval(deployment, { spender: 'clearing', amount: maxUint256 }))),
    ])
  }

  async function audit(time: number): Promise<void> {
    const { finished } = await auditWorld(reader, {
      foundation,
      holders,
      longHolders: [...cast.traders, cast.visitor],
      series: [...series],
      time,
    })
    for (const id of finished) series.delete(id)
    audits++
  }

  const sharesOutstanding = () =>
    readContract(reader, { address: deployment.contracts.share, abi: erc20Abi, functionName: 'totalSupply', args: [] })

  return {
    chain,
    foundation,
    cast,
    series,
    traders,
    refused,
    reverted,
    happened,
    step,
    requestDeposit,
    requestRedeem,
    claim,
    read,
    audit,
    mintFor,
    sharesOf,
    sharesOutstanding,
    deposits: () => depositors,
    blocks: () => block - firstBlock,
    save: () => ({
      steps,
      series: [...series],
      traders: traders.map(({ address: _, holdings, ...sums }) => ({ ...sums, holdings: [...holdings] })),
      depositors: depositors.map(({ deposited, withdrawn, out }) => ({ deposited, withdrawn, out })),
    }),
    audits: () => audits,
    reader,
  }
}
