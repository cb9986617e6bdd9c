import { aggregatorV3Abi } from '@keel/contracts/generated'
import type { Address } from 'viem'
import { isRevert } from '../errors/isRevert.ts'
import { KeelError } from '../errors/KeelError.ts'
import type { Reader } from './read.ts'
import { readContract } from './read.ts'

const PHASE_SHIFT = 64n
const ROUND_MASK = (1n << PHASE_SHIFT) - 1n

/** Rounds that may be missing between others before the search gives up. */
const MOST_MISSING = 1_024

/** The aggregator's own number of a proxy's round id. */
export const roundOf = (id: bigint): bigint => id & ROUND_MASK

/** The phase of a proxy's round id. */
export const phaseOf = (id: bigint): number => Number(id >> PHASE_SHIFT)

/** One phase of a feed behind a proxy. Rounds count from 1; some of them may be missing. */
export type FeedPhase = {
  /** The feed answers with rounds of this phase now. */
  readonly isCurrent: boolean
  /** Number of the last round; 0n before the first. */
  readonly latest: bigint
  readonly idOf: (round: bigint) => bigint
  /** Unix seconds; undefined where there is no such round. */
  readonly timeOf: (round: bigint) => Promise<number | undefined>
  /** The last round there is with a time before this, unix seconds; 0n where none is. */
  readonly lastBefore: (time: number) => Promise<bigint>
  /** The first round there is after this one; undefined where none is. */
  readonly nextAfter: (round: bigint) => Promise<bigint | undefined>
}

/** Reads a phase of a feed, whatever its rounds do, in about 2·log2(rounds) reads where none is missing. Error: BrokenFeed. */
export async function readFeedPhase(
  reader: Reader,
  { feed, phase }: { readonly feed: Address; readonly phase: number },
): Promise<FeedPhase> {
  const rounds = openRounds(reader, { feed, phase })
  const live = await readLatestId(reader, feed)
  const isCurrent = live !== undefined && phaseOf(live) === phase
  const latest = isCurrent ? roundOf(live) : await findLatest(rounds)
  return { isCurrent, latest, ...rounds, ...searchesOf({ latest, timeOf: rounds.timeOf, feed }) }
}

/** Id of the round a feed answers with now; undefined where it gives none. */
async function readLatestId(reader: Reader, feed: Address): Promise<bigint | undefined> {
  try {
    const [id, , , updatedAt] = await readContract(reader, {
      address: feed,
      abi: aggregatorV3Abi,
      functionName: 'latestRoundData',
      args: [],
    })
    return updatedAt === 0n ? undefined : id
  } catch (error) {
    if (isRevert(error)) return undefined
    throw error
  }
}

type Rounds = Pick<FeedPhase, 'idOf' | 'timeOf'>

function openRounds(reader: Reader, { feed, phase }: { readonly feed: Address; readonly phase: number }): Rounds {
  const idOf = (round: bigint) => (BigInt(phase) << PHASE_SHIFT) | round
  const known = new Map<bigint, Promise<number | undefined>>()
  const read = async (round: bigint): Promise<number | undefined> => {
    try {
      const [id, , , updatedAt, answeredInRound] = await readContract(reader, {
        address: feed,
        abi: aggregatorV3Abi,
        functionName: 'getRoundData',
        args: [idOf(round)],
      })
      const isWhole = id === idOf(round) && answeredInRound >= id && updatedAt > 0n
      return isWhole ? Number(updatedAt) : undefined
    } catch (error) {
      // A proxy reverts, or answers with zeros, where it has no round; what is not whole is none to the oracle either.
      if (isRevert(error)) return undefined
      throw error
    }
  }
  const timeOf = (round: bigint) => {
    const found = known.get(round) ?? read(round)
    known.set(round, found)
    return found
  }
  return { idOf, timeOf }
}

/** Of a phase that is not current. A single missing round is not its end, as the settlement oracle judges it. */
async function findLatest({ timeOf }: Rounds): Promise<bigint> {
  const goesOn = async (round: bigint) =>
    (await timeOf(round)) !== undefined || (await timeOf(round + 1n)) !== undefined
  let high = 1n
  while (await goesOn(high)) high *= 2n
  let low = high / 2n
  while (low + 1n < high) {
    const middle = (low + high) / 2n
    if (await goesOn(middle)) low = middle
    else high = middle
  }
  return (await timeOf(low + 1n)) === undefined ? low : low + 1n
}

function searchesOf({
  latest,
  timeOf,
  feed,
}: {
  readonly latest: bigint
  readonly timeOf: FeedPhase['timeOf']
  readonly feed: Address
}): Pick<FeedPhase, 'lastBefore' | 'nextAfter'> {
  let missing = 0
  const isMissing = async (round: bigint) => {
    if ((await timeOf(round)) !== undefined) return false
    if (++missing > MOST_MISSING) throw new BrokenFeedError(feed, missing)
    return true
  }
  const lastBefore = async (time: number): Promise<bigint> => {
    let best = 0n
    let low = 1n
    let high = latest
    while (low <= high) {
      const middle = (low + high) / 2n
      let there = middle
      while (there >= low && (await isMissing(there))) there--
      if (there < low) low = middle + 1n
      else if ((await timeOf(there))! < time) {
        best = there
        low = middle + 1n
      } else high = there - 1n
    }
    return best
  }
  const nextAfter = async (round: bigint): Promise<bigint | undefined> => {
    let next = round + 1n
    while (next <= latest && (await isMissing(next))) next++
    return next <= latest ? next : undefined
  }
  return { lastBefore, nextAfter }
}

export class BrokenFeedError extends KeelError {
  override readonly name = 'Settlement.BrokenFeedError'
  constructor(feed: Address, missing: number) {
    super(
      `The feed ${feed} lacks ${missing} rounds and more among those it should have. Ask another RPC, in case this one lacks history.`,
    )
  }
}
