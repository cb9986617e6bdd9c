import { aggregatorV3Abi, settlementOracleAbi } from '@keel/contracts/generated'
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

type Round = { readonly id: bigint; readonly updatedAt: number }

const PHASE_SHIFT = 64n
const ROUND_MASK = (1n << PHASE_SHIFT) - 1n

/** Most rounds the contract takes in one call. */
const MOST_ROUNDS = 256n

/**
 * The consecutive rounds that prove an expiry, or take its proof further: from where the proof stands, or from the last
 * round at or before the window's start, to the first at or after expiry, at most 256. One round beyond the latest when
 * the feed has been silent for a heartbeat since expiry. A binary search over the phase, about 2·log2(rounds) reads.
 *
 * @returns undefined while the feed may still print the round that ends the window
 */
export async function findProof(
  reader: Reader,
  { contracts }: Deployment,
  { market, feed, expiry, now, heartbeat }: findProof.Parameters,
): Promise<findProof.ReturnType | undefined> {
  const oracle = { address: contracts.settlementOracle, abi: settlementOracleAbi } as const
  const [latest, window, progress] = await Promise.all([
    readContract(reader, { address: feed, abi: aggregatorV3Abi, functionName: 'latestRoundData', args: [] }),
    readContract(reader, { ...oracle, functionName: 'window', args: [] }),
    readContract(reader, { ...oracle, functionName: 'settlement', args: [market, expiry] }),
  ])
  const [latestId, , , latestAt] = latest
  const silent = Number(latestAt) < expiry
  if (silent && now < expiry + heartbeat) return undefined
  const phase = latestId >> PHASE_SHIFT
  const read = async (round: bigint): Promise<Round> => {
    const id = (phase << PHASE_SHIFT) | round
    const args = [id] as const
    const [, , , updatedAt] = await readContract(reader, {
      address: feed,
      abi: aggregatorV3Abi,
      functionName: 'getRoundData',
      args,
    })
    return { id, updatedAt: Number(updatedAt) }
  }
  /** Last round before a time; 0n when there is none. */
  const lastBefore = async (time: number): Promise<bigint> => {
    let low = 0n
    let high = latestId & ROUND_MASK
    while (low < high) {
      const middle = (low + high + 1n) / 2n
      if ((await read(middle)).updatedAt < time) low = middle
      else high = middle - 1n
    }
    return low
  }
  const started = progress.nextRound & ROUND_MASK
  const first = started > 0n ? started : await lastBefore(expiry - window + 1)
  if (first === 0n) throw new NoProofError('its phase began after the window did')
  const end = silent ? (latestId & ROUND_MASK) + 1n : (await lastBefore(expiry)) + 1n
  const rounds = end - first + 1n
  return { firstRound: (phase << PHASE_SHIFT) | first, rounds: rounds > MOST_ROUNDS ? MOST_ROUNDS : rounds }
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
