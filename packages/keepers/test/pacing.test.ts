import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  backoffMs,
  CLIENT_POLICY,
  createClient,
  createTokenBucket,
  DisconnectedError,
  type FeedFault,
  RefusedError,
  SilentError,
  type Transport,
  WrongShapeError,
} from '../src/index.ts'
import { createFakeClock } from './fakeClock.ts'

describe('a token bucket', () => {
  test('lets a burst through at once and the rest at its rate', async () => {
    const clock = createFakeClock(0)
    const bucket = createTokenBucket({ perSecond: 5, burst: 3, clock })
    const times: number[] = []
    for (let i = 0; i < 6; i++) void bucket.take().then(() => times.push(clock.now()))
    await clock.runOut(10_000)
    expect(times).toEqual([0, 0, 0, 200, 400, 600])
  })

  test('never lets more through than burst and rate allow, however requests come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 40 }), async (gaps) => {
        const clock = createFakeClock(0)
        const bucket = createTokenBucket({ perSecond: 4, burst: 3, clock })
        const times: number[] = []
        for (const gap of gaps) {
          await clock.advance(gap)
          void bucket.take().then(() => times.push(clock.now()))
        }
        await clock.runOut(1e6)
        expect(times).toHaveLength(gaps.length)
        for (let i = 0; i < times.length; i++)
          for (let j = i; j < times.length; j++)
            expect(j - i + 1).toBeLessThanOrEqual(3 + (4 * (times[j]! - times[i]!)) / 1000 + 1e-9)
      }),
    )
  })

  test('after a pause lets nothing through for as long, and no burst after it', async () => {
    const clock = createFakeClock(0)
    const bucket = createTokenBucket({ perSecond: 5, burst: 3, clock })
    bucket.pause(1000)
    const times: number[] = []
    for (let i = 0; i < 3; i++) void bucket.take().then(() => times.push(clock.now()))
    await clock.runOut(10_000)
    expect(times).toEqual([1000, 1200, 1400])
  })

  test('stops waiting when told to', async () => {
    const clock = createFakeClock(0)
    const bucket = createTokenBucket({ perSecond: 1, burst: 1, clock })
    await bucket.take()
    const stop = new AbortController()
    const waiting = bucket.take(stop.signal)
    stop.abort(new StopError())
    await expect(waiting).rejects.toBeInstanceOf(StopError)
  })
})

describe('backoff', () => {
  test('doubles up to its limit and lies between half and whole', () => {
    const policy = { firstMs: 100, mostMs: 1000 }
    expect([0, 1, 2, 3, 4, 40].map((attempt) => backoffMs(attempt, { policy, random: () => 0 }))).toEqual([
      50, 100, 200, 400, 500, 500,
    ])
    expect(backoffMs(2, { policy, random: () => 0.5 })).toBe(300)
    expect(backoffMs(40, { policy, random: () => 1 - 1e-9 })).toBeCloseTo(1000, 3)
  })
})

describe('a client', () => {
  /** Fails with each error in turn, then answers. */
  function transportFailing(...errors: Error[]): Transport & { calls: number[] } {
    const calls: number[] = []
    return {
      calls,
      async call() {
        calls.push(clock.now())
        const error = errors.shift()
        if (error !== undefined) throw error
        return 'chain'
      },
    }
  }
  let clock = createFakeClock(0)
  function build(...errors: Error[]) {
    clock = createFakeClock(0)
    const transport = transportFailing(...errors)
    const faults: FeedFault[] = []
    const client = createClient(transport, { clock, random: () => 0, onFault: (fault) => faults.push(fault) })
    return { client, transport, faults }
  }
  const settled = async (promise: Promise<unknown>): Promise<unknown> => {
    const outcome = promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    await clock.runOut(1e6)
    return outcome
  }
  const dropped = () => new DisconnectedError({ url: 'x', why: 'test' })
  const silent = () => new SilentError({ what: 'x', ms: 1 })
  const limited = (waitMs?: number) => new RefusedError({ code: 10028, message: 'too_many_requests', waitMs })

  test('tries again after growing waits, and counts what failed', async () => {
    const { client, transport, faults } = build(dropped(), silent())
    expect(await settled(client.call('m', { params: {} }))).toEqual({ value: 'chain' })
    expect(transport.calls).toEqual([0, 125, 375])
    expect(faults).toEqual(['disconnected', 'silent'])
  })

  test('gives up after its attempts with the last error', async () => {
    const { client, transport, faults } = build(dropped(), dropped(), dropped(), silent(), silent())
    expect(await settled(client.call('m', { params: {} }))).toMatchObject({ error: { fault: 'silent' } })
    expect(transport.calls).toHaveLength(CLIENT_POLICY.attempts)
    expect(faults).toHaveLength(CLIENT_POLICY.attempts)
  })

  test.each([
    ['the venue says the request is wrong', new RefusedError({ code: -32602, message: 'Invalid params' })],
    ['the result has another shape', new WrongShapeError({ method: 'm', expected: 'a list' })],
  ])('does not try again where %s', async (_, error) => {
    const { client, transport, faults } = build(error)
    expect(await settled(client.call('m', { params: {} }))).toEqual({ error })
    expect(transport.calls).toHaveLength(1)
    expect(faults).toEqual([error.fault])
  })

  test('tries again where the venue says that it is busy or settling', async () => {
    const { client, transport } = build(new RefusedError({ code: 10041, message: 'settlement_in_progress' }))
    expect(await settled(client.call('m', { params: {} }))).toEqual({ value: 'chain' })
    expect(transport.calls).toHaveLength(2)
  })

  test('after too_many_requests holds every request back, for as long as the venue says', async () => {
    const { client, transport, faults } = build(limited(7000))
    const first = client.call('m', { params: {} })
    await clock.advance(10)
    const second = client.call('m', { params: {} })
    await settled(Promise.all([first, second]))
    expect(transport.calls[0]).toBe(0)
    expect(transport.calls.slice(1)).toEqual([7000, 7200])
    expect(faults).toEqual(['rate-limited'])
  })

  test('without a time from the venue waits its own, and never more than a minute', async () => {
    const own = build(limited())
    await settled(own.client.call('m', { params: {} }))
    expect(own.transport.calls).toEqual([0, CLIENT_POLICY.limitedMs])
    const hostile = build(limited(1e12))
    await settled(hostile.client.call('m', { params: {} }))
    expect(hostile.transport.calls).toEqual([0, 60_000])
  })

  test('lets go at once when cancelled, also between attempts', async () => {
    const { client } = build(dropped())
    const stop = new AbortController()
    const call = client.call('m', { params: {}, signal: stop.signal })
    await clock.advance(1)
    stop.abort(new StopError())
    await expect(call).rejects.toBeInstanceOf(StopError)
  })

  test('does not take a bug for a fault of the feed', async () => {
    const { client, transport, faults } = build(new TypeError('bug'))
    expect(await settled(client.call('m', { params: {} }))).toMatchObject({ error: { message: 'bug' } })
    expect(transport.calls).toHaveLength(1)
    expect(faults).toEqual([])
  })
})

class StopError extends Error {
  override readonly name = 'Test.StopError'
}
