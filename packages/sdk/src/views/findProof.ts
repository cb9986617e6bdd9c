import { aggregatorV3Abi } from '@keel/contracts/generated'
import type { Address } from 'viem'
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

/**
 * The consecutive rounds that prove an expiry: from the last at or before the window's start to the first after expiry,
 * all of the feed's current phase. A binary search over the phase, about 2·log2(rounds) reads.
 */
export async function findProof(
  reader: Reader,
  { feed, from, to }: findProof.Parameters,
): Promise<findProof.ReturnType> {
  const [latestId, , , latestAt] = await readContract(reader, {
    address: feed,
    abi: aggregatorV3Abi,
    functionName: 'latestRoundData',
    args: [],
  })
  const phase = latestId >> PHASE_SHIFT
  const read = async (round: bigint): Promise<Round> => {
    const id = (phase << PHASE_SHIFT) | round
    const [, , , updatedAt] = await readContract(reader, {
      address: feed,
      abi: aggregatorV3Abi,
      functionName: 'getRoundData',
      args: [id],
    })
    return { id, updatedAt: Number(updatedAt) }
  }
  /** Last round at or before a time; 0n when there is none. */
  const lastAt = async (time: number): Promise<bigint> => {
    let low = 0n
    let high = latestId & ROUND_MASK
    while (low < high) {
      const middle = (low + high + 1n) / 2n
      if ((await read(middle)).updatedAt <= time) low = middle
      else high = middle - 1n
    }
    return low
  }
  const first = await lastAt(from)
  if (first === 0n) throw new NoProofError('its phase began after the window did')
  const last = Number(latestAt) > to ? (await lastAt(to)) + 1n : latestId & ROUND_MASK
  return { firstRound: (phase << PHASE_SHIFT) | first, rounds: last - first + 1n }
}

export declare namespace findProof {
  type Parameters = {
    readonly feed: Address
    /** Unix seconds: the start of the averaging window. */
    readonly from: number
    /** Unix seconds: the expiry. */
    readonly to: number
  }
  type ReturnType = { readonly firstRound: bigint; readonly rounds: bigint }
}
