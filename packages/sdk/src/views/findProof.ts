import { aggregatorV3Abi, settlementOracleAbi, spotOracleAbi } from '@keel/contracts/generated'
import type { Address } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import { KeelError } from '../errors/KeelError.ts'
import type { Reader } from './read.ts'
import { readContract } from './read.ts'

export class NoProofError extends KeelError {
  override readonly name = 'Settlement.NoProofError'
  constructor(reason: string) {
    super(`The feed's rounds cannot prove this expiry: ${reason}. Prove from the oracle's ring instead.`)
  }
}

const PHASE_SHIFT = 64n
const ROUND_MASK = (1n << PHASE_SHIFT) - 1n

/** Most rounds the contract takes in one call. */
const MOST_ROUNDS = 256n

/** The rounds of one phase of a feed, by their numbers within it. */
type Phase = {
  /** 0n before the first. */
  readonly latest: bigint
  readonly idOf: (round: bigint) => bigint
  /** Unix seconds; undefined where there is no such round. */
  readonly timeOf: (round: bigint) => Promise<number | undefined>
}

async function readPhase(
  reader: Reader,
  { feed, phase, latestId }: { readonly feed: Address; readonly phase: bigint; readonly latestId: bigint },
): Promise<Phase> {
  const idOf = (round: bigint) => (phase << PHASE_SHIFT) | round
  const getRound = { address: feed, abi: aggregatorV3Abi, functionName: 'getRoundData' } as const
  const timeOf = async (round: bigint): Promise<number | undefined> => {
    try {
      const [, , , updatedAt] = await readContract(reader, { ...getRound, args: [idOf(round)] })
      return updatedAt === 0n ? undefined : Number(updatedAt)
    } catch (error) {
      // A proxy reverts, or answers with nothing, where it has no round; one that it has is never missing.
      if (latestId >> PHASE_SHIFT === phase && round <= (latestId & ROUND_MASK)) throw error
      return undefined
    }
  }
  if (latestId >> PHASE_SHIFT === phase) return { latest: latestId & ROUND_MASK, idOf, timeOf }
  let beyond = 1n
  while ((await timeOf(beyond)) !== undefined) beyond *= 2n
  const latest = await lastRound(beyond - 1n, async (round) => (await timeOf(round)) !== undefined)
  return { latest, idOf, timeOf }
}

/** The last of the rounds 1 to `most` for which something holds that holds up to a round and then never again; or 0n. */
async function lastRound(most: bigint, holds: (round: bigint) => Promise<boolean>): Promise<bigint> {
  let low = 0n
  let high = most
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    if (await holds(middle)) low = middle
    else high = middle - 1n
  }
  return low
}

/**
 * The consecutive rounds that prove an expiry, or take its proof further: from where the proof stands, or from the last
 * round at or before the window's start, to the first at or after expiry, at most 256. One round beyond the latest when
 * the feed, or its phase of the window, has been silent for a heartbeat since expiry. A binary search over that phase,
 * about 2·log2(rounds) reads.
 *
 * @returns undefined while the feed may still print the round that ends the window
 */
export async function findProof(
  reader: Reader,
  { contracts }: Deployment,
  { market, feed, expiry, now, heartbeat }: findProof.Parameters,
): Promise<findProof.ReturnType | undefined> {
  const oracle = { address: contracts.settlementOracle, abi: settlementOracleAbi } as const
  const [[latestId], window, progress] = await Promise.all([
    readContract(reader, { address: feed, abi: aggregatorV3Abi, functionName: 'latestRoundData', args: [] }),
    readContract(reader, { ...oracle, functionName: 'window', args: [] }),
    readContract(reader, { ...oracle, functionName: 'settlement', args: [market, expiry] }),
  ])
  const phase = await readContract(reader, {
    address: contracts.spotOracle,
    abi: spotOracleAbi,
    functionName: 'phaseThrough',
    args: [market, expiry - window, expiry],
  })
  if (phase === 0) throw new NoProofError('no phase of it was current throughout the window')
  const { latest, idOf, timeOf } = await readPhase(reader, { feed, phase: BigInt(phase), latestId })
  const lastBefore = (time: number) => lastRound(latest, async (round) => ((await timeOf(round)) ?? 0) < time)
  const silent = latest === 0n || ((await timeOf(latest)) ?? 0) < expiry
  if (silent && now < expiry + heartbeat) return undefined
  const started = progress.nextRound & ROUND_MASK
  const first = started > 0n ? started : await lastBefore(expiry - window + 1)
  if (first === 0n) throw new NoProofError('its phase began after the window did')
  const end = silent ? latest + 1n : (await lastBefore(expiry)) + 1n
  const rounds = end - first + 1n
  return { firstRound: idOf(first), rounds: rounds > MOST_ROUNDS ? MOST_ROUNDS : rounds }
}

export declare namespace findProof {
  type Parameters = {
    readonly market: number
    readonly feed: Address
    /** Unix seconds. */
    readonly expiry: number
    readonly now: number
    /** Seconds after which the feed's silence is final. */
    readonly heartbeat: number
  }
  type ReturnType = { readonly firstRound: bigint; readonly rounds: bigint }
}
