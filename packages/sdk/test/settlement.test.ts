import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SettlementStep } from '../src/index.ts'
import { NotProvableYetError, RESCUE_AFTER, RescueNeededError, readSettlement } from '../src/index.ts'
import { DEPLOYMENT } from './sample.ts'
import type { Feed, Model, Round } from './settlementModel.ts'
import {
  createModel,
  EXPIRY,
  every,
  HEARTBEAT,
  LAST_SEEN,
  MAX_GAP,
  OPENS,
  roundId,
  rounds,
  WINDOW,
} from './settlementModel.ts'

const view = (model: Model, mostRounds?: number) =>
  readSettlement(model.reader, DEPLOYMENT, {
    market: 1,
    expiry: EXPIRY,
    now: model.now,
    ...(mostRounds && { mostRounds }),
  })

/** Takes every step the view asks for, waiting where it says so, until there is a price or only a rescue is left. */
async function settle(model: Model, mostRounds?: number): Promise<readonly SettlementStep['kind'][]> {
  const taken: SettlementStep['kind'][] = []
  for (let i = 0; i < 60; i++) {
    const { step } = await view(model, mostRounds)
    taken.push(step.kind)
    if (step.kind === 'dispute' || step.kind === 'final' || step.kind === 'rescue') return taken
    if (step.kind === 'prove') model.prove(step.proof)
    else if (step.kind === 'ring') model.proveFromRing()
    else if (step.kind === 'observe') {
      model.now = Math.max(model.now, step.since)
      model.observe()
    } else model.now = Math.max(step.until, model.now)
  }
  return [...taken, 'final']
}

const ten = rounds(every(600, OPENS - WINDOW, EXPIRY + 600))
const observedWell = every(300, OPENS - 600, EXPIRY + 300)

describe('readSettlement', () => {
  test('before expiry waits for it', async () => {
    const model = createModel({ phases: [ten] })
    model.now = EXPIRY - 100
    expect(await view(model)).toMatchObject({
      state: 'open',
      windowStart: OPENS,
      price: 0n,
      rescueFrom: EXPIRY + RESCUE_AFTER,
      disputeWindowSecs: 7_200,
      step: { kind: 'notExpired', until: EXPIRY },
    })
  })

  test('of a dense feed proves at once, and is then open to dispute', async () => {
    const model = createModel({ phases: [ten] })
    model.now = EXPIRY + 600
    expect(await settle(model)).toEqual(['prove', 'dispute'])
    expect(await view(model)).toMatchObject({
      state: 'proposed',
      price: 2_500n * 10n ** 18n,
      // two per cent about the average
      bounds: { around: 2_500n * 10n ** 18n, least: 2_450n * 10n ** 18n, most: 2_550n * 10n ** 18n },
      step: { kind: 'dispute', until: model.now + 7_200 },
    })
  })

  test('in chunks, goes on where the last one ended', async () => {
    const model = createModel({ phases: [rounds(every(5, OPENS - 5, EXPIRY + 5))] })
    model.now = EXPIRY + 5
    expect(await settle(model, 100)).toEqual(['prove', 'prove', 'prove', 'prove', 'dispute'])
    expect(model.stored.price).toBe(2_500)
  })

  test('says which round is missing, how old the last is, and until when', async () => {
    const model = createModel({ phases: [rounds([OPENS - 60, EXPIRY - 600])] })
    model.now = EXPIRY + 600
    const { step } = await view(model)
    if (step.kind !== 'wait') throw new TypeError(`a step of ${step.kind} does not wait`)
    const error = new NotProvableYetError({ expiry: EXPIRY, now: model.now, step })
    expect(error).toMatchObject({ retryable: true, until: EXPIRY + HEARTBEAT })
    expect(error.message).toBe(
      `The expiry 2024-12-27T08:00:00Z cannot be proven yet: the round after it has not been posted. The last round (${roundId(1, 2)}) is 1200 s old, the feed's heartbeat is 3600 s. Wait for a round, at the latest until 2024-12-27T09:00:00Z.`,
    )
  })

  describe('where the rounds cannot serve', () => {
    test.each<readonly [string, Feed]>([
      ['a phase that changed inside the window', { phases: [ten.slice(0, 5), ten.slice(5)], phaseThrough: 0 }],
      ['a round lost inside the window', { phases: [ten.map((round, i) => (i === 5 ? undefined : round))] }],
      ['an answer of zero', { phases: [ten.map((round, i) => (round && i === 5 ? { ...round, answer: 0 } : round))] }],
      ['an answer held beyond the heartbeat', { phases: [rounds([OPENS - HEARTBEAT, EXPIRY + 1])] }],
    ])('takes the ring: %s', async (_, feed) => {
      const model = createModel({ ...feed, observed: observedWell })
      model.now = EXPIRY + HEARTBEAT
      expect((await settle(model)).slice(-2)).toEqual(['ring', 'dispute'])
    })

    test('asks for the observation that closes the ring, and when it counts', async () => {
      const model = createModel({ phases: [ten], phaseThrough: 0, observed: every(300, OPENS, EXPIRY - 10) })
      model.now = EXPIRY + 5
      const last = EXPIRY - 300
      expect((await view(model)).step).toEqual({ kind: 'observe', since: last + 30 })
      expect(await settle(model)).toEqual(['observe', 'ring', 'dispute'])
    })

    test('leaves it to the governor where the ring has a gap, and says from when', async () => {
      const observed = [OPENS, OPENS + MAX_GAP, OPENS + 2 * MAX_GAP + 1, EXPIRY]
      const model = createModel({ phases: [ten], phaseThrough: 0, observed })
      const { step, bounds } = await view(model)
      expect(step).toEqual({ kind: 'rescue', since: EXPIRY + RESCUE_AFTER, reason: 'ringGap' })
      // a quarter about the last observation
      expect(bounds).toEqual({ around: LAST_SEEN, least: 1_800n * 10n ** 18n, most: 3_000n * 10n ** 18n })
      if (step.kind !== 'rescue') throw new TypeError('checked above')
      const error = new RescueNeededError({ expiry: EXPIRY, step })
      expect(error).toMatchObject({ retryable: false, since: EXPIRY + RESCUE_AFTER })
      expect(error.message).toContain('from 2024-12-27T14:00:00Z on')
    })

    test('has no bounds for a rescue where nothing was ever observed', async () => {
      const model = createModel({ phases: [ten], phaseThrough: 0, observed: [] })
      expect(await view(model)).toMatchObject({ bounds: undefined, step: { kind: 'rescue' } })
    })

    test('leaves it to the governor where nobody observed in time after expiry', async () => {
      const model = createModel({ phases: [ten], phaseThrough: 0, observed: every(300, OPENS, EXPIRY - 10) })
      model.now = EXPIRY - 300 + MAX_GAP + 1
      expect((await view(model)).step).toMatchObject({ kind: 'rescue', reason: 'ringGap' })
    })
  })

  test('of any feed comes to the average of its answers, to the ring, or to a rescue that is needed', async () => {
    const phase = fc.record({
      start: fc.integer({ min: -5_000, max: -1 }),
      steps: fc.array(
        fc.record({
          after: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 2_000 })),
          answer: fc.integer({ min: 0, max: 40 }),
          isLost: fc.nat(60).map((n) => n === 0),
        }),
        { minLength: 1, maxLength: 60 },
      ),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(phase, { minLength: 1, maxLength: 3 }),
        fc.nat(2),
        fc.integer({ min: 2, max: 40 }),
        fc.constantFrom('revert' as const, 'zeros' as const, 'empty' as const),
        async (drawn, index, mostRounds, failure) => {
          const phases = drawn.map(({ start, steps }): readonly Round[] => {
            let at = OPENS + start
            const first = { at, answer: 20 }
            return [
              first,
              ...steps.map(({ after, answer, isLost }, i) => {
                at += after
                // Of a phase that is over, the contract takes two lost in a row for its end.
                return isLost && !steps[i - 1]?.isLost ? undefined : { at, answer }
              }),
            ]
          })
          const phaseThrough = (index % phases.length) + 1
          const model = createModel({ phases, phaseThrough, failure, observed: observedWell })
          const taken = await settle(model, mostRounds)
          const expected = expectation(phases[phaseThrough - 1]!, model.now)
          expect({ taken, phases, price: model.stored.price }).toMatchObject({ price: expect.closeTo(expected, 6) })
          expect(taken.at(-1)).toBe(expected === 0 ? 'rescue' : 'dispute')
        },
      ),
      { numRuns: 100 },
    )
  })
})

/** The price by the definition, second by second; 1, the ring's, where a round is at fault; 0 where none can be had. */
function expectation(phase: readonly Round[], now: number): number {
  const known = phase.filter((round) => !round || round.at <= now)
  const first = known.findLastIndex((round) => round !== undefined && round.at <= OPENS)
  const after = known.findIndex((round, i) => i > first && round !== undefined && round.at >= EXPIRY)
  const used = known.slice(first, after < 0 ? undefined : after + 1)
  while (used.at(-1) === undefined) used.pop()
  if (used.length > 1 && used[1] === undefined) return 0
  const times = [...used.map((round) => round?.at), EXPIRY]
  let sum = 0
  for (const [i, round] of used.entries()) {
    if (!round) return 1
    if (round.at >= EXPIRY) break
    const until = Math.min(times[i + 1] ?? EXPIRY, EXPIRY)
    if (times[i + 1] === undefined) return 1
    if (until - round.at > HEARTBEAT) return 1
    const since = Math.max(round.at, OPENS)
    if (until > since && round.answer <= 0) return 1
    for (let second = since; second < until; second++) sum += round.answer
  }
  return sum / WINDOW
}
