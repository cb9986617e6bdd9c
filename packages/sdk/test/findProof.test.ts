import { aggregatorV3Abi, settlementOracleAbi, spotOracleAbi } from '@keel/contracts/generated'
import fc from 'fast-check'
import type { Hex } from 'viem'
import { decodeFunctionData, encodeFunctionResult } from 'viem'
import { describe, expect, test } from 'vitest'
import type { Reader } from '../src/index.ts'
import { findProof, NoProofError } from '../src/index.ts'
import { DEPLOYMENT } from './sample.ts'

const WINDOW = 1_800
const HEARTBEAT = 3_600
const EXPIRY = 1_735_286_400
const OPENS = EXPIRY - WINDOW
const FEED = DEPLOYMENT.markets[0]!.feed

type Feed = {
  /** Times of the rounds of each phase, from round 1 of phase 1. */
  readonly phases: readonly (readonly number[])[]
  /** Phase that was current through the window, as the spot oracle recorded it; absent: the last. */
  readonly phaseThrough?: number
  /** Last round an unfinished proof has taken. */
  readonly nextRound?: bigint
}

const roundId = (phase: number, round: number): bigint => (BigInt(phase) << 64n) | BigInt(round)

class NoRoundError extends Error {
  override readonly name = 'NoRoundError'
}

/** A chain of three views: the feed, the settlement oracle, and the spot oracle's record of phases. */
function chainOf({ phases, phaseThrough = phases.length, nextRound = 0n }: Feed): Reader & { reads: () => number } {
  let reads = 0
  const round = (id: bigint): Hex => {
    const updatedAt = phases[Number(id >> 64n) - 1]?.[Number(id & ((1n << 64n) - 1n)) - 1]
    if (updatedAt === undefined) throw new NoRoundError(`no round ${id}`)
    return encodeFunctionResult({
      abi: aggregatorV3Abi,
      functionName: 'getRoundData',
      result: [id, 2_500n * 10n ** 8n, BigInt(updatedAt), BigInt(updatedAt), id],
    })
  }
  const reader: Reader = async ({ to, data }) => {
    reads++
    if (to === FEED) {
      const { functionName, args } = decodeFunctionData({ abi: aggregatorV3Abi, data })
      if (functionName === 'latestRoundData') return round(roundId(phases.length, phases.at(-1)!.length))
      return round((args as readonly [bigint])[0])
    }
    if (to === DEPLOYMENT.contracts.spotOracle) {
      const { functionName, args } = decodeFunctionData({ abi: spotOracleAbi, data })
      expect([functionName, args]).toEqual(['phaseThrough', [1, OPENS, EXPIRY]])
      return encodeFunctionResult({ abi: spotOracleAbi, functionName: 'phaseThrough', result: phaseThrough })
    }
    expect(to).toBe(DEPLOYMENT.contracts.settlementOracle)
    const { functionName } = decodeFunctionData({ abi: settlementOracleAbi, data })
    return functionName === 'window'
      ? encodeFunctionResult({ abi: settlementOracleAbi, functionName, result: WINDOW })
      : encodeFunctionResult({
          abi: settlementOracleAbi,
          functionName: 'settlement',
          result: { price: 0n, average: 0n, finalAt: 0, state: 0, nextRound },
        })
  }
  return Object.assign(reader, { reads: () => reads })
}

const find = (feed: Feed, now = EXPIRY + HEARTBEAT) =>
  findProof(chainOf(feed), DEPLOYMENT, { market: 1, feed: FEED, expiry: EXPIRY, now, heartbeat: HEARTBEAT })

/** Times from `from` on, `step` seconds apart. */
const every = (step: number, from: number, to: number): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step)

describe('findProof', () => {
  test('goes from the last round at the window’s start to the first at expiry', async () => {
    // round 1 at one window before the start; rounds ten minutes apart: 4 at the start, 7 at expiry
    const phases = [every(600, OPENS - WINDOW, EXPIRY + 1_200)]
    expect(await find({ phases })).toEqual({ firstRound: roundId(1, 4), rounds: 4n })
  })

  test('takes the round before the window where none falls on its start', async () => {
    const phases = [[OPENS - 5_000, OPENS - 1, OPENS + 1, EXPIRY - 1, EXPIRY + 1]]
    expect(await find({ phases })).toEqual({ firstRound: roundId(1, 2), rounds: 4n })
  })

  test('reaches over a window without a round', async () => {
    const phases = [[OPENS - 9_000, OPENS - 60, EXPIRY + 60, EXPIRY + 4_000]]
    expect(await find({ phases })).toEqual({ firstRound: roundId(1, 2), rounds: 2n })
  })

  test('given a silent feed, waits for a heartbeat, then reaches one beyond its latest round', async () => {
    const phases = [[OPENS - 60, OPENS + 60]]
    expect(await find({ phases }, EXPIRY + HEARTBEAT - 1)).toBeUndefined()
    expect(await find({ phases }, EXPIRY + HEARTBEAT)).toEqual({ firstRound: roundId(1, 1), rounds: 3n })
  })

  test('given an unfinished proof, goes on from where it stands', async () => {
    const phases = [every(10, OPENS - 10, EXPIRY + 10)]
    // rounds: 2 at the start, 182 at expiry
    const proof = await find({ phases, nextRound: roundId(1, 100) })
    expect(proof).toEqual({ firstRound: roundId(1, 100), rounds: 83n })
  })

  test('gives at most 256 rounds at once, and a second chunk ends it', async () => {
    // a round every five seconds: 2 at the start, 362 at expiry
    const phases = [every(5, OPENS - 5, EXPIRY + 5)]
    expect(await find({ phases })).toEqual({ firstRound: roundId(1, 2), rounds: 256n })
    // the contract has then taken rounds 2 to 257
    const rest = await find({ phases, nextRound: roundId(1, 257) })
    expect(rest).toEqual({ firstRound: roundId(1, 257), rounds: 106n })
  })

  describe('given a feed that has gone over to another phase since', () => {
    const old = every(600, OPENS - WINDOW, EXPIRY + 1_200)

    test('proves with the phase that was current through the window', async () => {
      const phases = [[OPENS - 90_000], old, [EXPIRY + 1_300, EXPIRY + 1_400]]
      expect(await find({ phases, phaseThrough: 2 })).toEqual({ firstRound: roundId(2, 4), rounds: 4n })
    })

    test('goes on with the phase that the proof began in', async () => {
      const phases = [every(10, OPENS - 10, EXPIRY + 10), [EXPIRY + 20]]
      const proof = await find({ phases, phaseThrough: 1, nextRound: roundId(1, 100) })
      expect(proof).toEqual({ firstRound: roundId(1, 100), rounds: 83n })
    })

    test('takes the old phase for silent where it ended before expiry', async () => {
      const phases = [old.filter((at) => at < EXPIRY), [EXPIRY + 60]]
      expect(await find({ phases, phaseThrough: 1 }, EXPIRY + HEARTBEAT - 1)).toBeUndefined()
      expect(await find({ phases, phaseThrough: 1 })).toEqual({ firstRound: roundId(1, 4), rounds: 4n })
    })

    test('says that the ring must serve where it changed inside the window', async () => {
      const phases = [old.slice(0, 4), old.slice(4)]
      await expect(find({ phases, phaseThrough: 0 })).rejects.toThrow(NoProofError)
    })
  })

  test('given a feed whose phase began after the window did, says that the ring must serve', async () => {
    await expect(find({ phases: [[OPENS + 1, EXPIRY + 1]] })).rejects.toThrow(NoProofError)
  })

  test('agrees with a walk over all rounds, in few reads', async () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 700 })
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: -4_000, max: 0 }), async (steps, offset) => {
        let time = OPENS + offset
        const times = [time, ...steps.map((step) => (time += step))]
        const chain = chainOf({ phases: [times] })
        const proof = await findProof(chain, DEPLOYMENT, {
          market: 1,
          feed: FEED,
          expiry: EXPIRY,
          now: EXPIRY + HEARTBEAT,
          heartbeat: HEARTBEAT,
        })
        const first = times.filter((at) => at <= OPENS).length
        const successor = times.findIndex((at) => at >= EXPIRY) + 1 || times.length + 1
        const needed = successor - first + 1
        expect(proof).toEqual({ firstRound: roundId(1, first), rounds: BigInt(Math.min(needed, 256)) })
        expect(chain.reads()).toBeLessThanOrEqual(6 + 2 * Math.ceil(Math.log2(times.length + 1)))
      }),
      { numRuns: 60 },
    )
  })
})
