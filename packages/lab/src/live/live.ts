import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { wadFromFloat } from '@keel/model'
import { createRandom } from '@keel/quant'
import { formatDeployment } from '@keel/sdk'
import { startAnvil } from '../chain/anvil.ts'
import type { Chain } from '../chain/chain.ts'
import { openChain } from '../chain/chain.ts'
import type { Bar } from '../history/bars.ts'
import { fillGaps } from '../history/fill.ts'
import { barStep } from '../history/gaps.ts'
import { readHistory } from '../history/read.ts'
import { ticksOfBar } from '../history/ticks.ts'
import { createCast } from '../world/cast.ts'
import type { FeedPolicy } from '../world/feed.ts'
import { FEED_POLICY } from '../world/feed.ts'
import type { Foundation } from '../world/found.ts'
import { ASSET_DECIMALS, foundKeel } from '../world/found.ts'
import type { Recorder } from '../world/recorder.ts'
import { createRecorder } from '../world/recorder.ts'
import type { RollingVolatility } from '../world/volatility.ts'
import { rollingVolatility } from '../world/volatility.ts'
import type { Reading, World } from '../world/world.ts'
import { openWorld } from '../world/world.ts'
import type { Checkpoint } from './checkpoint.ts'
import { BrokenCheckpointError, loadCheckpoint, saveCheckpoint } from './checkpoint.ts'
import { claimFolder } from './claimFolder.ts'
import { drawnMarket } from './path.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
const WARM_UP_DAYS = 30
const FIRST_PRICE = 2_500
const EQUITY = 5_000_000n
const POOL_DEPTH = 2_000_000n
const UNIT = 10n ** BigInt(ASSET_DECIMALS)
const DEEDS_AT = 60
const SAVE_EVERY_MS = 20_000
const LOOK_EVERY_MS = 500
/** A stream of the seed that no step draws from. */
const DEPOSITOR_STREAM = 1_000_000_007

export type LiveStatus = {
  /** Unix seconds of the chain. */
  readonly time: number
  readonly spot: number
  readonly sharePrice: number
  readonly equity: number
  readonly netDeltaBefore: number
  readonly netDeltaAfter: number
  readonly openInterest: number
  readonly premium: number
  readonly pnl: number
  readonly trades: number
  readonly epoch: number
  readonly rpcUrl: string
}

export type LiveOptions = {
  /** Holds the deployment file and the saved state; made if absent. */
  readonly dataDir: string
  readonly port: number
  readonly seed: number
  /** History to play instead of a drawn market. */
  readonly replay?: string
  /** When the feed prints; by default as the saved market, or half a per cent or an hour. */
  readonly feedPolicy?: FeedPolicy
  /** Chain seconds per second of the clock. */
  readonly speed: number
  readonly onStatus: (status: LiveStatus) => void
  /** Told once the chain answers and every contract stands. */
  readonly onReady?: (ready: {
    readonly rpcUrl: string
    readonly deploymentFile: string
    readonly resumed: boolean
  }) => void
  readonly signal: AbortSignal
}

/** The latest 07:00 UTC: a market that starts there has its first roll an hour and a half later. */
function latestSeven(now: number): number {
  return Math.floor((now - 7 * HOUR) / DAY) * DAY + 7 * HOUR
}

type Source = {
  readonly name: string
  readonly from: number
  readonly warmUp: readonly Bar[]
  readonly bars: Iterable<Bar>
  readonly step: number
}

function sourceOf({ replay, seed }: LiveOptions, from: number): Source {
  if (replay === undefined)
    return {
      name: 'drawn',
      from,
      step: HOUR,
      ...drawnMarket({ seed, start: FIRST_PRICE, from, warmUpDays: WARM_UP_DAYS }),
    }
  const { bars } = readHistory(replay)
  const step = barStep(bars)
  const warm = Math.min(Math.floor(bars.length / 4), (WARM_UP_DAYS * DAY) / step)
  return {
    name: `history ${basename(replay)}`,
    from: bars[warm]!.ts,
    warmUp: bars.slice(0, warm),
    bars: fillGaps(bars.slice(warm), step),
    step,
  }
}

/** A saved market keeps its feed: its oracle was set up for it. */
function feedPolicyOf({ dataDir, feedPolicy: asked }: LiveOptions, saved: Checkpoint | undefined): FeedPolicy {
  if (!saved) return asked ?? FEED_POLICY
  const kept = saved.foundation.feedPolicy ?? FEED_POLICY
  if (asked && (asked.deviation !== kept.deviation || asked.heartbeatSecs !== kept.heartbeatSecs))
    throw new BrokenCheckpointError(
      dataDir,
      `its feed prints at ${Number((kept.deviation * 100).toPrecision(6))} % or after ${kept.heartbeatSecs} s, and goes on with that where nothing else is asked for`,
    )
  return kept
}

type Market = {
  readonly world: World
  readonly recorder: Recorder
  readonly volatility: RollingVolatility
  readonly source: Source
  readonly foundation: Foundation
  played: number
  rolls: number
}

async function openMarket(
  chain: Chain,
  input: { source: Source; seed: number; saved: Checkpoint | undefined; first: Bar; feedPolicy: FeedPolicy },
): Promise<Market> {
  const { source, seed, saved, first, feedPolicy } = input
  const cast = createCast()
  const volatility = rollingVolatility({ bars: source.warmUp, step: source.step })
  const foundation =
    saved?.foundation ??
    (await foundKeel(chain, {
      cast,
      time: source.from - 600,
      spot: wadFromFloat(first.open),
      equity: EQUITY,
      poolDepth: POOL_DEPTH,
      feedPolicy,
    }))
  const plan = { seed, volatilityAt: volatility.now, lastExpiry: Number.MAX_SAFE_INTEGER }
  const world = await openWorld(chain, { foundation, cast, plan, ...(saved && { saved: saved.world }) })
  if (!saved) {
    const accounts = [...cast.depositors, ...cast.traders, cast.visitor]
    await world.mintFor(source.from - 500, { accounts, amount: 10_000_000n * UNIT })
    let time = source.from - 400
    for (const [i, depositor] of cast.depositors.entries())
      await world.requestDeposit(time++, depositor, (EQUITY * UNIT * BigInt([5, 3, 2][i]!)) / 10n)
  }
  return {
    world,
    recorder: createRecorder(world, saved?.sums),
    volatility,
    source,
    foundation,
    played: saved?.played ?? 0,
    rolls: 0,
  }
}

/** Depositors come and go: about one small request a day, and every claim after a roll. */
async function depositorsAct(
  { world, recorder, played, ...market }: Market,
  { time, seed }: { time: number; seed: number },
): Promise<boolean> {
  let at = time
  const random = createRandom(seed, DEPOSITOR_STREAM + played)
  if (random.uniform() < 1 / 24) {
    const depositor = world.cast.depositors[Math.floor(random.uniform() * world.cast.depositors.length)]!
    if (random.uniform() < 0.6)
      await world.requestDeposit(at++, depositor, BigInt(Math.ceil(random.uniform() * 50_000)) * UNIT)
    else await world.requestRedeem(at++, depositor, await world.sharesOf(depositor, 0.05 * random.uniform()))
  }
  const rolled = recorder.epochs.length !== market.rolls
  if (rolled) for (const depositor of world.cast.depositors) await world.claim(at++, depositor)
  return rolled
}

function statusOf(
  { world, recorder }: Market,
  { reading, time, rpcUrl }: { reading: Reading; time: number; rpcUrl: string },
): LiveStatus {
  const { market, vault, netDeltaBefore } = reading
  const { premium, trades } = recorder.sums()
  const real = (wad: bigint) => Number(wad) / 1e18
  return {
    time,
    spot: real(market.spot.read.mark),
    sharePrice: real(vault.sharePrice),
    equity: Number(vault.accounts.equityAtMark) / 10 ** ASSET_DECIMALS,
    netDeltaBefore: real(netDeltaBefore),
    netDeltaAfter: real(market.netDelta),
    openInterest: market.boards
      .flatMap(({ board }) => [...board.calls, ...board.puts])
      .reduce((sum, size) => sum + (size < 0n ? -real(size) : 0), 0),
    premium,
    pnl: recorder.parts(reading).total,
    trades,
    epoch: Number(vault.epoch),
    rpcUrl: rpcUrl || world.chain.anvil.rpcUrl,
  }
}

async function playHour(market: Market, { bar, seed }: { bar: Bar; seed: number }): Promise<Reading> {
  const { world, recorder, volatility, source } = market
  let reading: Reading | undefined
  for (const tick of ticksOfBar(bar, source.step)) {
    reading = await world.step(tick, { trading: true })
    recorder.absorb(reading)
  }
  const close = bar.ts + source.step
  volatility.push({ time: close, close: bar.close })
  market.played++
  if (await depositorsAct(market, { time: close + DEEDS_AT, seed })) market.rolls = recorder.epochs.length
  return reading!
}

function writeDeployment(dataDir: string, foundation: Foundation): string {
  const file = join(dataDir, 'deployment.json')
  writeFileSync(`${file}.new`, formatDeployment(foundation.deployment))
  renameSync(`${file}.new`, file)
  return file
}

const sleep = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    if (ms <= 0 || signal.aborted) return done()
    const timer = setTimeout(finish, ms)
    function finish() {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      done()
    }
    signal.addEventListener('abort', finish)
  })

/** Waits for the next hour, and mines what people with wallets send in the meantime. */
async function idle(chain: Chain, { until, signal }: { until: number; signal: AbortSignal }): Promise<void> {
  for (let left = until - performance.now(); left > 0 && !signal.aborted; left = until - performance.now()) {
    await sleep(Math.min(left, LOOK_EVERY_MS), signal)
    const { pending } = await chain.request('txpool_status')
    if (Number(pending) > 0) await chain.mineWaiting()
  }
}

/** Plays a market in accelerated chain time on a chain with an open RPC until told to stop, and saves where it stands. */
export async function runLive(options: LiveOptions): Promise<void> {
  const { port, seed, speed, onStatus, onReady, signal } = options
  const dataDir = resolve(options.dataDir)
  mkdirSync(dataDir, { recursive: true })
  const release = claimFolder(dataDir)
  try {
    const saved = loadCheckpoint(dataDir)
    const now = latestSeven(Math.floor(Date.now() / 1000))
    const source = sourceOf(options, saved?.checkpoint.from ?? now)
    if (saved && (saved.checkpoint.source !== source.name || saved.checkpoint.seed !== seed))
      throw new BrokenCheckpointError(dataDir, `it is of ${saved.checkpoint.source} with seed ${saved.checkpoint.seed}`)
    const feedPolicy = feedPolicyOf(options, saved?.checkpoint)
    const bars = source.bars[Symbol.iterator]()
    const first = bars.next().value as Bar
    const chain = await openChain(await startAnvil({ port, timestamp: source.from - 1_000, accounts: 11 }))
    try {
      if (saved) await chain.request('anvil_loadState', [saved.chain])
      const market = await openMarket(chain, { source, seed, saved: saved?.checkpoint, first, feedPolicy })
      onReady?.({
        rpcUrl: chain.anvil.rpcUrl,
        deploymentFile: writeDeployment(dataDir, market.foundation),
        resumed: saved !== undefined,
      })
      const save = async () => {
        const checkpoint: Checkpoint = {
          format: 'keel-live-1',
          seed,
          source: source.name,
          from: source.from,
          played: market.played,
          foundation: market.foundation,
          world: market.world.save(),
          sums: market.recorder.sums(),
        }
        saveCheckpoint(dataDir, { checkpoint, chain: await chain.request('anvil_dumpState') })
      }
      let bar: Bar | undefined = first
      for (let skip = market.played; skip > 0 && bar; skip--) {
        market.volatility.push({ time: bar.ts + source.step, close: bar.close })
        bar = bars.next().value as Bar | undefined
      }
      let savedAt = performance.now()
      while (bar && !signal.aborted) {
        const began = performance.now()
        const reading = await playHour(market, { bar, seed })
        onStatus(statusOf(market, { reading, time: bar.ts + source.step, rpcUrl: chain.anvil.rpcUrl }))
        if (performance.now() - savedAt > SAVE_EVERY_MS) {
          await save()
          savedAt = performance.now()
        }
        bar = bars.next().value as Bar | undefined
        await idle(chain, { until: began + (source.step / speed) * 1000, signal })
      }
      await save()
    } finally {
      await chain.close()
    }
  } finally {
    release()
  }
}
