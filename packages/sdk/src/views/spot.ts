import { aggregatorV3Abi, spotOracleAbi } from '@keel/contracts/generated'
import type { Address } from 'viem'
import { zeroAddress } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import { isRevert } from '../errors/isRevert.ts'
import type { Reader } from './read.ts'
import { readContract } from './read.ts'

/** `OracleMode` of ISpotOracle.sol, in its order. */
export const SPOT_MODES = ['open', 'wide', 'reduceOnly', 'attach', 'down'] as const
export type SpotMode = (typeof SPOT_MODES)[number]

/** `SpotFault` bits of ISpotOracle.sol, from the lowest. */
const FAULTS = ['primary', 'secondary', 'sequencer', 'checkpoint', 'wide', 'diverged', 'quick', 'quickOutage'] as const
export type SpotFault = (typeof FAULTS)[number]

/** A price feed as it answers now. */
export type FeedReading = {
  readonly address: Address
  /** As the feed gives it, in its decimals; undefined where it reverts or gives nothing whole. */
  readonly answer: bigint | undefined
  readonly decimals: number | undefined
  readonly round: bigint | undefined
  /** Unix seconds; 0 where it gives none. */
  readonly updatedAt: number
  readonly heartbeatSecs: number
  /** Wad; 0n where the oracle takes it for unusable. */
  readonly price: bigint
}

/** Every source of a market's spot, the limits they are held to, and the mode that follows. Prices and ratios in wads. */
export type SpotView = {
  readonly mode: SpotMode
  /** Why the mode is not open. */
  readonly faults: readonly SpotFault[]
  /** What a trade reads; 0n while down. */
  readonly mark: bigint
  readonly markUpdatedAt: number
  readonly primary: FeedReading
  /** Undefined where none is configured. */
  readonly secondary: FeedReading | undefined
  /** Whose price comes with the order; its heartbeat is the outage. Undefined where none is configured. */
  readonly quick:
    | (FeedReading & {
        /** Seconds its price may be old and be traded on. */
        readonly maxAgeSecs: number
      })
    | undefined
  /** Undefined where the chain has none. */
  readonly sequencer:
    | { readonly address: Address; readonly isUp: boolean; readonly since: number; readonly graceSecs: number }
    | undefined
  readonly average: {
    readonly price: bigint
    readonly windowSecs: number
    readonly lastObservation: number
    readonly maxGapSecs: number
  }
  readonly checkpoint: { readonly at: number; readonly maxAgeSecs: number }
  readonly divergence: {
    /** |mark − other| / other; undefined where either is missing. */
    readonly fromAverage: bigint | undefined
    readonly fromSecondary: bigint | undefined
    /** Of the quick price from the primary's or, where that has none, the secondary's. */
    readonly quickFromPushed: bigint | undefined
    readonly wideBeyond: bigint
    readonly reduceBeyond: bigint
  }
}

/** Reads every source of a market as it answers now, in two calls and two a feed. */
export async function readSpot(reader: Reader, { contracts }: Deployment, market: number): Promise<SpotView> {
  const oracle = { address: contracts.spotOracle, abi: spotOracleAbi } as const
  const [health, sources] = await Promise.all([
    readContract(reader, { ...oracle, functionName: 'health', args: [market] }),
    readContract(reader, { ...oracle, functionName: 'sources', args: [market] }),
  ])
  const hasSecondary = sources.secondary !== zeroAddress
  const [primary, secondary, quick] = await Promise.all([
    readFeed(reader, { address: sources.primary, heartbeatSecs: sources.heartbeat, price: health.primary }),
    hasSecondary
      ? readFeed(reader, {
          address: sources.secondary,
          heartbeatSecs: sources.secondaryHeartbeat,
          price: health.secondary,
        })
      : undefined,
    sources.quick === zeroAddress
      ? undefined
      : readFeed(reader, { address: sources.quick, heartbeatSecs: sources.quickOutage, price: health.quick }),
  ])
  const { mark, average, markUpdatedAt, mode } = health.read
  return {
    mode: SPOT_MODES[mode]!,
    faults: FAULTS.filter((_, bit) => (health.faults >> bit) & 1),
    mark,
    markUpdatedAt,
    primary,
    secondary,
    quick: quick && { ...quick, maxAgeSecs: sources.quickAge },
    sequencer:
      sources.sequencer === zeroAddress
        ? undefined
        : {
            address: sources.sequencer,
            isUp: health.sequencerUp,
            since: health.sequencerSince,
            graceSecs: sources.sequencerGrace,
          },
    average: {
      price: average,
      windowSecs: sources.averageWindow,
      lastObservation: health.lastObservation,
      maxGapSecs: sources.maxGap,
    },
    checkpoint: { at: health.checkpointAt, maxAgeSecs: sources.checkpointAge },
    divergence: {
      fromAverage: divergence(mark, average),
      fromSecondary: divergence(mark, secondary?.price ?? 0n),
      quickFromPushed: divergence(health.quick, health.primary > 0n ? health.primary : health.secondary),
      wideBeyond: sources.wideBeyond,
      reduceBeyond: sources.reduceBeyond,
    },
  }
}

function divergence(mark: bigint, from: bigint): bigint | undefined {
  if (mark === 0n || from === 0n) return undefined
  return ((mark > from ? mark - from : from - mark) * 10n ** 18n) / from
}

async function readFeed(
  reader: Reader,
  feed: Pick<FeedReading, 'address' | 'heartbeatSecs' | 'price'>,
): Promise<FeedReading> {
  const contract = { address: feed.address, abi: aggregatorV3Abi } as const
  const [decimals, latest] = await Promise.all([
    orUndefined(readContract(reader, { ...contract, functionName: 'decimals', args: [] })),
    orUndefined(readContract(reader, { ...contract, functionName: 'latestRoundData', args: [] })),
  ])
  const isWhole = latest !== undefined && latest[3] > 0n
  return {
    ...feed,
    decimals,
    answer: isWhole ? latest[1] : undefined,
    round: isWhole ? latest[0] : undefined,
    updatedAt: isWhole ? Number(latest[3]) : 0,
  }
}

async function orUndefined<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isRevert(error)) return undefined
    throw error
  }
}
