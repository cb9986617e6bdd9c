import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Proof } from '../src/index.ts'
import { BrokenFeedError, findProof, NoProofError } from '../src/index.ts'
import { DEPLOYMENT } from './sample.ts'
import type { Feed, Round } from './settlementModel.ts'
import {
  createModel,
  EXPIRY,
  every,
  HEARTBEAT,
  NodeGoneError,
  OPENS,
  roundId,
  rounds,
  WINDOW,
} from './settlementModel.ts'

type Options = { readonly now?: number; readonly nextRound?: bigint; readonly mostRounds?: number }

function find(feed: Feed, { now = EXPIRY + HEARTBEAT, nextRound = 0n, ...options }: Options = {}): Promise<Proof> {
  const model = createModel(feed)
  model.now = now
  model.stored.nextRound = nextRound
  return findProof(model.reader, DEPLOYMENT, { market: 1, expiry: EXPIRY, now, ...options })
}

const proof = (firstRound: bigint, count: bigint, left = count): Proof => ({
  kind: 'rounds',
  firstRound,
  rounds: count,
  left,
})

/** Rounds with those at the given places (from 1) lost. */
const without = (all: readonly Round[], ...places: readonly number[]): readonly Round[] =>
  all.map((round, i) => (places.includes(i + 1) ? undefined : round))

describe('findProof', () => {
  test('goes from the last round at the window’s start to the first at expiry', async () => {
    // round 1 at one window before the start; rounds ten minutes apart: 4 at the start, 7 at expiry
    const phases = [rounds(every(600, OPENS - WINDOW, EXPIRY + 1_200))]
    expect(await find({ phases })).toEqual(proof(roundId(1, 4), 4n))
  })

  test('takes the round before the window where none falls on its start', async () => {
    const phases = [rounds([OPENS - 5_000, OPENS - 1, OPENS + 1, EXPIRY - 1, EXPIRY + 1])]
    expect(await find({ phases })).toEqual(proof(roundId(1, 2), 4n))
  })

  test('reaches over a window without a round', async () => {
    const phases = [rounds([OPENS - 9_000, OPENS - 60, EXPIRY + 60, EXPIRY + 4_000])]
    expect(await find({ phases })).toEqual(proof(roundId(1, 2), 2n))
  })

  test('takes the last of several rounds of one second', async () => {
    const phases = [rounds([OPENS - 60, OPENS, OPENS, OPENS, OPENS + 60, EXPIRY, EXPIRY])]
    expect(await find({ phases })).toEqual(proof(roundId(1, 4), 3n))
  })

  test('given a silent feed, waits for a heartbeat, then reaches one beyond its latest round', async () => {
    const phases = [rounds([OPENS - 60, OPENS + 60])]
    expect(await find({ phases }, { now: EXPIRY + HEARTBEAT - 1 })).toEqual({
      kind: 'wait',
      until: EXPIRY + HEARTBEAT,
      lastRound: roundId(1, 2),
      lastAt: OPENS + 60,
      heartbeatSecs: HEARTBEAT,
    })
    expect(await find({ phases })).toEqual(proof(roundId(1, 1), 3n))
  })

  test('given an unfinished proof, goes on from where it stands', async () => {
    const phases = [rounds(every(10, OPENS - 10, EXPIRY + 10))]
    // rounds: 2 at the start, 182 at expiry
    expect(await find({ phases }, { nextRound: roundId(1, 100) })).toEqual(proof(roundId(1, 100), 83n))
  })

  test('gives at most 256 rounds at once, and a second chunk ends it', async () => {
    // a round every five seconds: 2 at the start, 362 at expiry
    const phases = [rounds(every(5, OPENS - 5, EXPIRY + 5))]
    expect(await find({ phases })).toEqual(proof(roundId(1, 2), 256n, 361n))
    // the contract has then taken rounds 2 to 257
    expect(await find({ phases }, { nextRound: roundId(1, 257) })).toEqual(proof(roundId(1, 257), 106n))
  })

  test('gives fewer at once where asked to, and never a lone round or more than the contract takes', async () => {
    const phases = [rounds(every(5, OPENS - 5, EXPIRY + 5))]
    const size = async (mostRounds: number) => {
      const found = await find({ phases }, { mostRounds })
      return found.kind === 'rounds' ? found.rounds : 0n
    }
    expect(await Promise.all([40, 1, 5_000].map(size))).toEqual([40n, 2n, 256n])
  })

  describe('given a feed that has gone over to another phase since', () => {
    const times = every(600, OPENS - WINDOW, EXPIRY + 1_200)
    const old = rounds(times)

    test('proves with the phase that was current through the window', async () => {
      const phases = [rounds([OPENS - 90_000]), old, rounds([EXPIRY + 1_300, EXPIRY + 1_400])]
      expect(await find({ phases, phaseThrough: 2 })).toEqual(proof(roundId(2, 4), 4n))
    })

    test('goes on with the phase that the proof began in', async () => {
      const phases = [rounds(every(10, OPENS - 10, EXPIRY + 10)), rounds([EXPIRY + 20])]
      const options = { nextRound: roundId(1, 100) }
      expect(await find({ phases, phaseThrough: 1 }, options)).toEqual(proof(roundId(1, 100), 83n))
    })

    test('takes the old phase for silent where it ended before expiry', async () => {
      const phases = [rounds(times.filter((at) => at < EXPIRY)), rounds([EXPIRY + 60])]
      const early = await find({ phases, phaseThrough: 1 }, { now: EXPIRY + HEARTBEAT - 1 })
      expect(early.kind).toBe('wait')
      expect(await find({ phases, phaseThrough: 1 })).toEqual(proof(roundId(1, 4), 4n))
    })

    test('leaves alone a replaced aggregator that goes on reporting', async () => {
      // phase 1 was replaced a day before the window and prints more often than phase 2 does
      const phases = [rounds(every(7, OPENS - 86_400, EXPIRY + 600), 9_999), old]
      expect(await find({ phases, phaseThrough: 2 })).toEqual(proof(roundId(2, 4), 4n))
    })

    test('takes later rounds of a replaced aggregator where it was current through the window', async () => {
      const phases = [rounds(every(60, OPENS - 600, EXPIRY + 9_000)), rounds([EXPIRY + 30])]
      // round 11 at the start, 41 at expiry
      expect(await find({ phases, phaseThrough: 1 })).toEqual(proof(roundId(1, 11), 31n))
    })

    test('says that the ring must serve where it changed inside the window', async () => {
      const phases = [old.slice(0, 4), old.slice(4)]
      await expect(find({ phases, phaseThrough: 0 })).rejects.toMatchObject({ reason: 'noPhase' })
    })
  })

  describe('given a feed that answers with nothing now', () => {
    test.each(['revert', 'zeros', 'empty'] as const)('finds its rounds all the same (%s)', async (failure) => {
      const phases = [rounds(every(600, OPENS - WINDOW, EXPIRY + 1_200))]
      expect(await find({ phases, current: 0, failure })).toEqual(proof(roundId(1, 4), 4n))
    })
  })

  describe('given rounds that are missing', () => {
    // round 4 at the start, 10 at expiry, 12 the last
    const all = rounds(every(300, OPENS - 900, EXPIRY + 600))

    test.each([
      ['long before the window', [2]],
      ['right before it', [3]],
      ['inside it', [7]],
      ['several inside it', [6, 7, 8]],
      ['beyond the expiry', [11]],
      ['all but one before it', [1, 2]],
    ])('%s, walks the ids the contract will walk', async (_, places) => {
      expect(await find({ phases: [without(all, ...places)] })).toEqual(proof(roundId(1, 4), 7n))
    })

    test.each([
      ['the first itself', 4],
      ['the one after it', 5],
    ])('%s, says that nothing proves which is the first', async (_, place) => {
      await expect(find({ phases: [without(all, place)] })).rejects.toMatchObject({ reason: 'gapAtStart' })
    })

    test.each([2, 8, 11])('one of a phase that is over (%i), does not take it for its end', async (place) => {
      const phases = [without(all, place), rounds([EXPIRY + 900])]
      expect(await find({ phases, phaseThrough: 1 })).toEqual(proof(roundId(1, 4), 7n))
    })

    test('in place of the successor, reaches to the next there is', async () => {
      expect(await find({ phases: [without(all, 10)] })).toEqual(proof(roundId(1, 4), 8n))
    })

    test('more of them than any feed loses, gives up', async () => {
      const lost = Array.from({ length: 3_000 }, () => undefined)
      const phases = [[...rounds([OPENS - 900]), ...lost, ...rounds([EXPIRY + 60])]]
      await expect(find({ phases })).rejects.toThrow(BrokenFeedError)
    })
  })

  test('given a feed whose phase began after the window did, says so', async () => {
    await expect(find({ phases: [rounds([OPENS + 1, EXPIRY + 1])] })).rejects.toThrow(NoProofError)
    await expect(find({ phases: [[]] })).rejects.toMatchObject({ reason: 'beganLate' })
  })

  test('takes no failing RPC for a missing round', async () => {
    const model = createModel({ phases: [rounds(every(600, OPENS - WINDOW, EXPIRY))] })
    let left = 8
    const reader: typeof model.reader = (call) => {
      model.isNodeGone = --left < 0
      return model.reader(call)
    }
    const input = { market: 1, expiry: EXPIRY, now: EXPIRY + HEARTBEAT }
    await expect(findProof(reader, DEPLOYMENT, input)).rejects.toThrow(NodeGoneError)
  })

  test('agrees with a walk over all rounds, in few reads', async () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 700 })
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: -4_000, max: 0 }), fc.boolean(), async (steps, offset, isCurrent) => {
        let time = OPENS + offset
        const times = [time, ...steps.map((step) => (time += step))]
        const phases = isCurrent ? [rounds(times)] : [rounds(times), rounds([time + 1])]
        const model = createModel({ phases, phaseThrough: 1 })
        model.now = Math.max(EXPIRY + HEARTBEAT, time + 1)
        const found = await findProof(model.reader, DEPLOYMENT, { market: 1, expiry: EXPIRY, now: model.now })
        const first = times.filter((at) => at <= OPENS).length
        const successor = times.findIndex((at) => at >= EXPIRY) + 1 || times.length + 1
        const needed = successor - first + 1
        expect(found).toEqual(proof(roundId(1, first), BigInt(Math.min(needed, 256)), BigInt(needed)))
        expect(model.reads).toBeLessThanOrEqual(10 + (isCurrent ? 2 : 6) * Math.ceil(Math.log2(times.length + 1)))
      }),
      { numRuns: 60 },
    )
  })
})
