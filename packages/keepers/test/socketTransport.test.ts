import { describe, expect, test } from 'vitest'
import { type FeedError, NoWebSocketError } from '../src/index.ts'
import type { Fault } from './deribitServer.ts'
import { createFakeClock } from './fakeClock.ts'
import { ask, errorOf, METHOD, useSocketScene } from './socketScene.ts'
import { until } from './until.ts'

const scene = useSocketScene()

describe('calls', () => {
  test('share one connection, opened when first needed, with the heartbeat asked for first', async () => {
    const transport = scene.connect()
    expect(scene.server.opened()).toBe(0)
    const replies = await Promise.all(['ETH', 'BTC', 'SOL'].map((currency) => ask(transport, currency)))
    expect(replies).toEqual([[{ of: 'ETH' }], [{ of: 'BTC' }], [{ of: 'SOL' }]])
    expect(scene.server.opened()).toBe(1)
    expect(scene.server.requests[0]).toMatchObject({ method: 'public/set_heartbeat', params: { interval: 30 } })
    expect(new Set(scene.server.requests.map(({ id }) => id)).size).toBe(4)
  })

  test('are matched with replies that come out of order', async () => {
    const transport = scene.connect()
    await ask(transport, 'XRP')
    scene.server.fail(METHOD, 'late', 'late')
    const replies = await Promise.all(['ETH', 'BTC', 'SOL'].map((currency) => ask(transport, currency)))
    expect(replies).toEqual([[{ of: 'ETH' }], [{ of: 'BTC' }], [{ of: 'SOL' }]])
    expect(scene.faults).toEqual([])
  })

  test('a second reply to the same request is counted and changes nothing', async () => {
    const transport = scene.connect()
    scene.server.fail(METHOD, 'twice')
    expect(await ask(transport, 'ETH')).toEqual([{ of: 'ETH' }])
    expect(await ask(transport, 'BTC')).toEqual([{ of: 'BTC' }])
    expect(scene.faults).toEqual(['unmatched'])
  })

  test('a reply to nothing that was asked is counted, and the real one missed in time', async () => {
    const transport = scene.connect()
    await ask(transport, 'XRP')
    scene.server.fail(METHOD, 'wrong-id')
    const call = errorOf(ask(transport, 'ETH'))
    await until(() => scene.faults.length > 0)
    scene.clock.expire()
    expect(await call).toMatchObject({ fault: 'silent', retryable: true })
    expect(scene.faults).toEqual(['unmatched'])
    expect(await ask(transport, 'BTC')).toEqual([{ of: 'BTC' }])
  })

  test.each<[string, Fault, Partial<FeedError>]>([
    [
      'an error object',
      { error: { code: 11029, message: 'invalid_arguments' } },
      { fault: 'refused', retryable: false },
    ],
    [
      'too_many_requests',
      { error: { code: 10028, message: 'too_many_requests' } },
      { fault: 'rate-limited', retryable: true },
    ],
    ['a connection closed instead of a reply', 'hang-up', { fault: 'disconnected', retryable: true }],
    ['JSON cut in half', 'cut', { fault: 'garbled', retryable: true }],
    ['no JSON', 'garbage', { fault: 'garbled', retryable: true }],
  ])('%s fails the call, and the next one is served', async (_, fault, expected) => {
    const transport = scene.connect()
    scene.server.fail(METHOD, fault)
    expect(await errorOf(ask(transport, 'ETH'))).toMatchObject(expected)
    expect(await ask(transport, 'BTC')).toEqual([{ of: 'BTC' }])
  })

  test('all that wait when a connection ends are told so', async () => {
    const transport = scene.connect()
    await ask(transport, 'XRP')
    scene.server.onStall = () => {}
    scene.server.fail(METHOD, 'stall', 'stall', 'hang-up')
    const errors = await Promise.all(['ETH', 'BTC', 'SOL'].map((currency) => errorOf(ask(transport, currency))))
    expect(errors.map(({ fault }) => fault)).toEqual(['disconnected', 'disconnected', 'disconnected'])
    expect(scene.faults).toEqual(['disconnected'])
  })

  test('a server that stalls is given up after the time allowed', async () => {
    const transport = scene.connect()
    await ask(transport, 'XRP')
    scene.server.fail(METHOD, 'stall')
    expect(await errorOf(ask(transport, 'ETH'))).toMatchObject({ fault: 'silent' })
  })

  test('a cancelled one ends at once with the reason, and its late reply is nobody’s', async () => {
    const transport = scene.connect()
    await ask(transport, 'XRP')
    scene.server.fail(METHOD, 'late')
    const stop = new AbortController()
    const call = ask(transport, 'ETH', stop.signal)
    await until(() => scene.server.requests.at(-1)!.params.currency === 'ETH')
    stop.abort('enough')
    await expect(call).rejects.toBe('enough')
    expect(await ask(transport, 'BTC')).toEqual([{ of: 'BTC' }])
    await until(() => scene.faults.length > 0)
    expect(scene.faults).toEqual(['unmatched'])
  })

  test('one cancelled before it was sent is never sent', async () => {
    const transport = scene.connect()
    await ask(transport, 'XRP')
    const stop = new AbortController()
    const call = ask(transport, 'ETH', stop.signal)
    stop.abort('enough')
    await expect(call).rejects.toBe('enough')
    await ask(transport, 'BTC')
    expect(scene.server.requests.map(({ params }) => params.currency)).toEqual([undefined, 'XRP', 'BTC'])
  })

  test('nobody at the address', async () => {
    scene.server.accept(false)
    expect(await errorOf(ask(scene.connect(), 'ETH'))).toMatchObject({ fault: 'disconnected', retryable: true })
  })

  test('a runtime without WebSocket is told what to do', async () => {
    const { WebSocket } = globalThis
    Reflect.deleteProperty(globalThis, 'WebSocket')
    try {
      expect(await errorOf(ask(scene.connect(), 'ETH'))).toBeInstanceOf(NoWebSocketError)
    } finally {
      globalThis.WebSocket = WebSocket
    }
  })
})

test('a test request of the heartbeat is answered', async () => {
  const transport = scene.connect()
  await ask(transport, 'ETH')
  const answered = new Promise<void>((resolve) => {
    scene.server.results['public/test'] = () => resolve()
  })
  scene.server.blurt('{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}')
  scene.server.blurt('{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}')
  await answered
  expect(scene.faults).toEqual([])
})

test('reconnections wait by the backoff, halved by chance at most', async () => {
  const clock = createFakeClock()
  const transport = scene.connect({
    clock,
    random: () => 0,
    timeoutMs: 90_000,
    backoff: { firstMs: 1000, mostMs: 4000 },
    openSocket: () => ({
      addEventListener: (type, listener) => {
        if (type === 'error') queueMicrotask(() => listener({}))
      },
      send: () => {},
      close: () => {},
    }),
  })
  for (let i = 0; i < 5; i++) {
    const call = errorOf(transport.call(METHOD, { params: {} }))
    await clock.runOut(50_000)
    expect((await call).fault).toBe('disconnected')
  }
  expect(clock.slept.filter((ms) => ms < 90_000)).toEqual([500, 1000, 2000, 2000])
})

test('after close nothing waits and nothing comes back', async () => {
  const transport = scene.connect()
  await transport.subscribe(['quote.A'])
  scene.server.onStall = () => {}
  scene.server.fail(METHOD, 'stall')
  const call = errorOf(ask(transport, 'ETH'))
  transport.close()
  expect(await call).toMatchObject({ fault: 'disconnected' })
  expect(await errorOf(ask(transport, 'ETH'))).toMatchObject({ fault: 'disconnected' })
  await until(() => scene.server.connections() === 0)
  expect(scene.server.opened()).toBe(1)
})
