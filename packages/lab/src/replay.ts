import { basename } from 'node:path'
import { wadFromFloat, wadToFloat } from '@keel/model'
import type { Deployment } from '@keel/sdk'
import { readContract, surfaceOracleAbi } from '@keel/sdk'
import type { Deed } from './agents/depositors.ts'
import { depositorDeeds } from './agents/depositors.ts'
import { TRADER_POLICY } from './agents/traders.ts'
import { startAnvil } from './chain/anvil.ts'
import type { Chain } from './chain/chain.ts'
import { openChain } from './chain/chain.ts'
import { InterruptedError, NotEverybodyOutError, SpanTooShortError } from './errors.ts'
import type { Bar } from './history/bars.ts'
import type { PlayedBar } from './history/fill.ts'
import { fillGaps } from './history/fill.ts'
import type { Gap } from './history/gaps.ts'
import { barStep, findGaps } from './history/gaps.ts'
import { readHistory } from './history/read.ts'
import { ticksOfBar } from './history/ticks.ts'
import { readChains } from './optionChain/readChains.ts'
import type { MarkedSnapshot } from './optionChain/snapshots.ts'
import type { Report } from './report/report.ts'
import { buildReport } from './world/buildReport.ts'
import type { Cast } from './world/cast.ts'
import { createCast } from './world/cast.ts'
import type { ChainSource } from './world/chainSource.ts'
import { chainSource } from './world/chainSource.ts'
import type { FeedPolicy } from './world/feed.ts'
import { FEED_POLICY } from './world/feed.ts'
import { ASSET_DECIMALS, foundKeel } from './world/found.ts'
import type { Recorder } from './world/recorder.ts'
import { createRecorder } from './world/recorder.ts'
import type { VolatilityPath } from './world/volatility.ts'
import { trailingPath } from './world/volatility.ts'
import type { Reading, World } from './world/world.ts'
import { openWorld } from './world/world.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
const EIGHT = 8 * HOUR
/** Between the last expiry and the end: dispute window, a cut-off, a roll, claims. */
const TAIL_SECS = 28 * HOUR
const LEAST_DAYS = 4
/** A held price goes on for at most so long after the last bar, for whoever is still in. */
const MOST_EPILOGUE_DAYS = 5
/** Whole units of collateral all depositors bring together. */
const DEPOSITS = 5_000_000
/** Whole units of collateral that move the spot pool by 1 %. */
const POOL_DEPTH = 2_000_000n
/** A snapshot of the option chain older than this is not reported from, seconds. Recorded ones are six hours apart, 13.5 at most. */
export const CHAIN_AGE = 14 * HOUR
/** The horizon of the volatility the report shows, seconds. */
const SHOWN_HORIZON = 30 * DAY
/** When people act after a close, seconds; the keepers and traders have gone by then. */
const DEEDS_AT = 60

export type ReplayProgress = {
  readonly hour: number
  readonly hours: number
  readonly time: number
  readonly spot: number
  readonly sharePrice: number
  readonly transactions: number
  readonly trades: number
}

export type ReplayOptions = {
  readonly file: string
  /** Unix seconds. */
  readonly from?: number
  readonly to?: number
  readonly seed: number
  /** When the feed prints; by default half a per cent or an hour. */
  readonly feedPolicy?: FeedPolicy
  /** Option chain histories to report the surface from; absent: trailing volatility. */
  readonly chains?: readonly string[]
  /** Oldest snapshot to report from, seconds. Default {@link CHAIN_AGE}. */
  readonly chainAgeSecs?: number
  readonly onProgress?: (progress: ReplayProgress) => void
  readonly signal?: AbortSignal
}

export type ReplayResult = {
  readonly report: Report
  readonly speed: { readonly transactions: number; readonly wallSecs: number; readonly setupSecs: number }
}

type Stage = {
  readonly world: World
  readonly recorder: Recorder
  readonly cast: Cast
  readonly volatility: VolatilityPath
  readonly chain: ChainSource | undefined
  readonly deeds: Deed[]
  readonly lastExpiry: number
  readonly step: number
  /** Rolls whose claims have been made. */
  claimedEpochs: number
  /** The running count of the last hour. */
  audit: Promise<void>
}

/** The last expiry whose settlement, roll and claims still fit before the end. */
export function lastExpiryBefore(end: number): number {
  const latest = end - TAIL_SECS
  return Math.floor((latest - EIGHT) / DAY) * DAY + EIGHT
}

async function act(stage: Stage, time: number): Promise<void> {
  const { world, deeds, recorder } = stage
  let at = time
  while (deeds[0] && deeds[0].time <= time) {
    const { depositor, kind, share } = deeds.shift()!
    if (kind === 'deposit')
      await world.requestDeposit(at++, depositor, BigInt(Math.round(DEPOSITS * share)) * 10n ** BigInt(ASSET_DECIMALS))
    else await world.requestRedeem(at++, depositor, share === 1 ? undefined : await world.sharesOf(depositor, share))
  }
  if (recorder.epochs.length === stage.claimedEpochs) return
  stage.claimedEpochs = recorder.epochs.length
  for (const depositor of world.cast.depositors) await world.claim(at++, depositor)
}

async function playBar(stage: Stage, bar: PlayedBar): Promise<Reading> {
  const { world, recorder, step, lastExpiry } = stage
  let reading: Reading | undefined
  for (const tick of ticksOfBar(bar, step)) {
    reading = await world.step(tick, { trading: bar.known && tick.time < lastExpiry })
    recorder.absorb(reading)
  }
  const close = bar.ts + step
  recorder.record(close, {
    reading: reading!,
    volatility: shownVolatility(stage, close),
    chainAge: stage.chain?.ageAt(close),
  })
  await act(stage, close + DEEDS_AT)
  // The count runs beside the next hour's first call: each looks at one whole block.
  await stage.audit
  stage.audit = world.audit(close)
  stage.audit.catch(() => {})
  return reading!
}

function shownVolatility({ chain, volatility }: Stage, time: number): number {
  if (chain === undefined) return volatility.at(time).long
  return Math.sqrt(chain.varianceTo(time, time + SHOWN_HORIZON) / (SHOWN_HORIZON / (365 * DAY)))
}

function check(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new InterruptedError()
}

async function playEpilogue(
  stage: Stage,
  { after, signal }: { after: Bar; signal: AbortSignal | undefined },
): Promise<number> {
  const { world, step } = stage
  const most = (MOST_EPILOGUE_DAYS * DAY) / step
  let { ts } = after
  for (let i = 0; i < most && (await world.sharesOutstanding()) > 0n; i++) {
    check(signal)
    ts += step
    const { close } = after
    await playBar(stage, { ts, open: close, high: close, low: close, close, volume: 0, known: false })
  }
  const shares = await world.sharesOutstanding()
  if (shares > 0n)
    throw new NotEverybodyOutError({
      shares,
      days: MOST_EPILOGUE_DAYS,
      reverted: new Map([...world.reverted, ...world.refused]),
    })
  return (ts - after.ts) / step
}

async function raise(
  chain: Chain,
  input: {
    bars: readonly Bar[]
    volatility: VolatilityPath
    seed: number
    step: number
    feedPolicy: FeedPolicy
    snapshots: readonly MarkedSnapshot[] | undefined
    chainAgeSecs: number
  },
): Promise<Stage> {
  const { bars, volatility, seed, step, feedPolicy, snapshots, chainAgeSecs: maxAgeSecs } = input
  const cast = createCast()
  const first = bars[0]!
  const end = bars.at(-1)!.ts + step
  const lastExpiry = lastExpiryBefore(end)
  const foundation = await foundKeel(chain, {
    cast,
    time: first.ts - 600,
    spot: wadFromFloat(first.open),
    equity: BigInt(DEPOSITS),
    poolDepth: POOL_DEPTH,
    feedPolicy,
  })
  const volatilityAt = volatility.at
  const source =
    snapshots &&
    chainSource({ snapshots, maxAgeSecs, volatilityAt, maxStep: await readMaxStep(chain, foundation.deployment) })
  const plan = { seed, volatilityAt, lastExpiry, ...(source && { surface: source }) }
  const world = await openWorld(chain, { foundation, cast, plan })
  await world.mintFor(first.ts - 500, {
    accounts: [...cast.depositors, ...cast.traders],
    amount: 100_000_000n * 10n ** BigInt(ASSET_DECIMALS),
  })
  const deeds = [...depositorDeeds(cast.depositors, { from: first.ts, until: end, leaveAt: lastExpiry })]
  return {
    world,
    recorder: createRecorder(world),
    cast,
    volatility,
    chain: source,
    deeds,
    lastExpiry,
    step,
    claimedEpochs: 0,
    audit: Promise.resolve(),
  }
}

function describeChain(ageSecs: number, { description }: VolatilityPath): string {
  return `option chain, the newest snapshot not later than the report and at most ${ageSecs / HOUR} hours old; where there is none, ${description.replace('; no option chain was used', '')}`
}

async function readMaxStep(chain: Chain, { contracts }: Deployment): Promise<number> {
  const address = contracts.surfaceOracle
  const params = await readContract((call) => chain.read(call), {
    address,
    abi: surfaceOracleAbi,
    functionName: 'params',
    args: [],
  })
  return wadToFloat(params.maxStep)
}

/**
 * Plays a price history against the real bytecode, as fast as it goes: feed, pool, keepers, traders, depositors, hour by
 * hour, every unit counted each hour, until every depositor is out. The same file, span and seed give the same report.
 */
export async function runReplay(options: ReplayOptions): Promise<ReplayResult> {
  const {
    file,
    from,
    to,
    seed,
    feedPolicy = FEED_POLICY,
    chains,
    chainAgeSecs = CHAIN_AGE,
    onProgress,
    signal,
  } = options
  const began = performance.now()
  const { warmUp, bars } = readHistory(file, { ...(from !== undefined && { from }), ...(to !== undefined && { to }) })
  const step = barStep([...warmUp, ...bars])
  const days = (bars.at(-1)!.ts + step - bars[0]!.ts) / DAY
  if (days < LEAST_DAYS) throw new SpanTooShortError(days, LEAST_DAYS)
  const snapshots =
    chains && readChains(chains, { from: bars[0]!.ts, to: bars.at(-1)!.ts + step, ageSecs: chainAgeSecs })
  const gaps: readonly Gap[] = findGaps(bars, step)
  const volatility = trailingPath({ warmUp, bars, step })
  const played = fillGaps(bars, step)
  const anvil = await startAnvil({ timestamp: bars[0]!.ts - 1_000, hardfork: 'osaka', accounts: 11 })
  const chain = await openChain(anvil)
  try {
    const stage = await raise(chain, { bars, volatility, seed, step, feedPolicy, snapshots, chainAgeSecs })
    const setupSecs = (performance.now() - began) / 1000
    const { world } = stage
    const sentBefore = chain.sent()
    const playing = performance.now()
    for (const [hour, bar] of played.entries()) {
      check(signal)
      await playBar(stage, bar)
      onProgress?.({
        hour: hour + 1,
        hours: played.length,
        time: bar.ts + step,
        spot: bar.close,
        sharePrice: stage.recorder.hours.sharePrice.at(-1)!,
        transactions: chain.sent() - sentBefore,
        trades: stage.recorder.sums().trades,
      })
    }
    const epilogueBars = await playEpilogue(stage, { after: bars.at(-1)!, signal })
    await stage.audit
    const last = await world.read()
    const transactions = chain.sent() - sentBefore
    const report = buildReport({
      file: basename(file),
      bars,
      gaps,
      step,
      seed,
      volatility: snapshots ? describeChain(chainAgeSecs, volatility) : volatility.description,
      ...(stage.chain && {
        surface: {
          files: chains!.map((each) => basename(each)),
          maxAgeHours: chainAgeSecs / HOUR,
          ...stage.chain.use(),
        },
      }),
      transactions,
      blocks: world.blocks(),
      epilogueBars,
      world,
      recorder: stage.recorder,
      last: { ...last, netDeltaBefore: 0n },
      settings: {
        depositsPlanned: DEPOSITS,
        poolDepthPer1Pct: Number(POOL_DEPTH),
        ordersPerHour: TRADER_POLICY.ordersPerHour,
        feedDeviation: feedPolicy.deviation,
        feedHeartbeatSecs: feedPolicy.heartbeatSecs,
      },
    })
    return { report, speed: { transactions, wallSecs: (performance.now() - playing) / 1000, setupSecs } }
  } finally {
    await chain.close()
  }
}
