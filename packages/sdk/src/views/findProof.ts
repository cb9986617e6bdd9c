import { settlementOracleAbi, spotOracleAbi } from '@keel/contracts/generated'
import type { Deployment } from '../deployment/deployment.ts'
import { KeelError } from '../errors/KeelError.ts'
import { readFeedPhase, roundOf } from './feedPhase.ts'
import type { Reader } from './read.ts'
import { readContract } from './read.ts'

/** Most rounds the contract takes in one call. */
export const MOST_ROUNDS = 256
/** A lone first round proves nothing, so no call is smaller. */
const LEAST_ROUNDS = 2

/** What the feed's rounds can do for an expiry now. */
export type Proof =
  | {
      readonly kind: 'rounds'
      /** The proxy's id: phase << 64 | round. */
      readonly firstRound: bigint
      /** For one call, the first included. */
      readonly rounds: bigint
      /** For everything that is left; more than `rounds` where it takes several calls. */
      readonly left: bigint
    }
  | {
      /** The round that ends the window may still come. */
      readonly kind: 'wait'
      /** Unix seconds: from then on the phase's latest answer holds to the end. */
      readonly until: number
      /** The phase's latest round: its id, its time, and the feed's heartbeat. */
      readonly lastRound: bigint
      readonly lastAt: number
      readonly heartbeatSecs: number
    }

/**
 * The consecutive rounds that prove an expiry, or take its proof further: from where the proof stands, or from the last
 * round at or before the window's start, to the first at or after expiry. One round beyond the latest when the feed, or
 * its phase of the window, has been silent for a heartbeat since expiry. Rounds may be sparse, missing, or go on in a
 * replaced aggregator: the ids are those the contract will walk, gaps included, so that it finds and records what is
 * wrong. Errors: NoProof, BrokenFeed.
 */
export async function findProof(
  reader: Reader,
  { contracts }: Deployment,
  { market, expiry, now, mostRounds = MOST_ROUNDS }: findProof.Parameters,
): Promise<Proof> {
  const settlement = { address: contracts.settlementOracle, abi: settlementOracleAbi } as const
  const spot = { address: contracts.spotOracle, abi: spotOracleAbi } as const
  const [window, progress, sources] = await Promise.all([
    readContract(reader, { ...settlement, functionName: 'window', args: [] }),
    readContract(reader, { ...settlement, functionName: 'settlement', args: [market, expiry] }),
    readContract(reader, { ...spot, functionName: 'sources', args: [market] }),
  ])
  const from = expiry - window
  const phase = await readContract(reader, { ...spot, functionName: 'phaseThrough', args: [market, from, expiry] })
  if (phase === 0) throw new NoProofError('noPhase')
  const feed = await readFeedPhase(reader, { feed: sources.primary, phase })

  const started = roundOf(progress.nextRound)
  const first = started > 0n ? started : await feed.lastBefore(from + 1)
  if (first === 0n) throw new NoProofError('beganLate')
  const last = await feed.lastBefore(expiry)
  const successor = await feed.nextAfter(last)
  if (started === 0n) {
    const next = await feed.nextAfter(first)
    if (next !== undefined && next !== first + 1n) throw new NoProofError('gapAtStart')
  }
  if (successor === undefined && now < expiry + sources.heartbeat) {
    const lastAt = (await feed.timeOf(last)) ?? 0
    const until = expiry + sources.heartbeat
    return { kind: 'wait', until, lastRound: feed.idOf(last), lastAt, heartbeatSecs: sources.heartbeat }
  }
  const end = successor ?? feed.latest + 1n
  const left = end - first + 1n
  const most = BigInt(Math.min(Math.max(mostRounds, LEAST_ROUNDS), MOST_ROUNDS))
  return { kind: 'rounds', firstRound: feed.idOf(first), rounds: left > most ? most : left, left }
}

export declare namespace findProof {
  type Parameters = {
    readonly market: number
    /** Unix seconds. */
    readonly expiry: number
    readonly now: number
    /** For one call, 2 to 256; fewer where a feed is dear to read. */
    readonly mostRounds?: number
  }
}

const REASONS = {
  noPhase: 'no phase of it was seen before the window and after it',
  beganLate: 'the phase has no round at or before the window’s start',
  gapAtStart: 'the round after the window’s start is missing, so nobody can show that the first is the right one',
} as const

export type NoProofReason = keyof typeof REASONS

/** The rounds cannot prove the expiry, now or later. */
export class NoProofError extends KeelError {
  override readonly name = 'Settlement.NoProofError'
  readonly reason: NoProofReason
  constructor(reason: NoProofReason) {
    const advice =
      reason === 'noPhase'
        ? 'Prove from the oracle’s ring instead'
        : 'The contract takes no other proof for this; the governor may rescue the expiry six hours after it'
    super(`The feed’s rounds cannot prove this expiry: ${REASONS[reason]}. ${advice}.`)
    this.reason = reason
  }
}
