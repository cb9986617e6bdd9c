import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createSocketTransport,
  type FeedError,
  type FeedFault,
  NoWebSocketError,
  type SocketTransport,
} from '../src/index.ts'
import { type DeribitServer, type Fault, startDeribitServer } from './deribitServer.ts'
import { createFakeClock } from './fakeClock.ts'
import { until } from './until.ts'

const METHOD = 'public/get_instruments'
const backoff = { firstMs: 2, mostMs: 10 }
let server: DeribitServer
let faults: FeedFault[]
let notices: { channel: string; data: unknown }[]
let gaps: number
const open: SocketTransport[] = []

beforeEach(async () => {
  server = await startDeribitServer()
  server.results[METHOD] = ({ currency }) => [{ of: currency }]
  faults = []
  notices = []
  gaps = 0
})
afterEach(async () => {
  for (const transport of open.splice(0)) transport.close()
  await server.close()
})

function connect(options: createSocketTransport.Options = {}): SocketTransport {
  const transport = createSocketTransport({
    url: server.socket,
    backoff,
    timeoutMs: 2_000,
    onFault: (fault) => faults.push(fault),
    onNotice: (channel, data) => notices.push({ channel, data }),
    onGap: () => gaps++,
    ...options,
  })
  open.push(transport)
  return transport
}

const ask = (transport: SocketTransport, currency: string, signal?: AbortSignal) =>
  transport.call(METHOD, { params: { currency }, signal })
const errorOf = (promise: Promise<unknown>): Promise<FeedError> =>
  promise.then(
    () => expect.unreachable(),
    (error: FeedError) => error,
  )

describe('calls', () => {
  test('share one connection, opened when first needed, with the heartbeat asked for first', async () => {
    const transport = connect()
    expect(server.opened()).toBe(0)
    const replies = await Promise.all(['ETH', 'BTC', 'SOL'].map((currency) => ask(transport, currency)))
    expect(replies).toEqual([[{ of: 'ETH' }], [{ of: 'BTC' }], [{ of: 'SOL' }]])
    expect(server.opened()).toBe(1)
    expect(server.requests[0]).toMatchObject({ method: 'public/set_heartbeat', params: { interval: 30 } })
    expect(new Set(server.requests.map(({ id }) => id)).size).toBe(4)
  })

  test('are matched with replies that come out of order', async () => {
    const transport = connect()
    await ask(transport, 'XRP')
    server.fail(METHOD, 'late', 'late')
    const replies = await Promise.all(['ETH', 'BTC', 'SOL'].map((currency) => ask(transport, currency)))
    expect(replies).toEqual([[{ of: 'ETH' }], [{ of: 'BTC' }], [{ of: 'SOL' }]])
    expect(faults).toEqual([])
  })

  test('a second reply to the same request is counted and changes nothing', async () => {
    const transport = connect()
    server.fail(METHOD, 'twice')
    expect(await ask(transport, 'ETH')).toEqual([{ of: 'ETH' }])
    expect(await ask(transport, 'BTC')).toEqual([{ of: 'BTC' }])
    expect(faults).toEqual(['unmatched'])
  })

  test('a reply to nothing that was asked is counted, and the real one missed in time', async () => {
    const transport = connect({ timeoutMs: 60 })
    await ask(transport, 'XRP')
    server.fail(METHOD, 'wrong-id')
    expect(await errorOf(ask(transport, 'ETH'))).toMatchObject({ fault: 'silent', retryable: true })
    expect(faults).toEqual(['unmatched'])
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
    const transport = connect()
    server.fail(METHOD, fault)
    expect(await errorOf(ask(transport, 'ETH'))).toMatchObject(expected)
    expect(await ask(transport, 'BTC')).toEqual([{ of: 'BTC' }])
  })

  test('all that wait when a connection ends are told so', async () => {
    const transport = connect()
    await ask(transport, 'XRP')
    server.fail(METHOD, 'stall', 'stall', 'hang-up')
    const errors = await Promise.all(['ETH', 'BTC', 'SOL'].map((currency) => errorOf(ask(transport, currency))))
    expect(errors.map(({ fault }) => fault)).toEqual(['disconnected', 'disconnected', 'disconnected'])
    expect(faults).toEqual(['disconnected'])
  })

  test('a server that stalls is given up after the time allowed', async () => {
    const transport = connect({ timeoutMs: 40 })
    await ask(transport, 'XRP')
    server.fail(METHOD, 'stall')
    expect(await errorOf(ask(transport, 'ETH'))).toMatchObject({ fault: 'silent' })
  })

  test('a cancelled one ends at once with the reason, and its late reply is nobody’s', async () => {
    const transport = connect()
    await ask(transport, 'XRP')
    server.fail(METHOD, 'late')
    const stop = new AbortController()
    const call = ask(transport, 'ETH', stop.signal)
    await until(() => server.requests.at(-1)!.params.currency === 'ETH')
    stop.abort('enough')
    await expect(call).rejects.toBe('enough')
    expect(await ask(transport, 'BTC')).toEqual([{ of: 'BTC' }])
    await until(() => faults.length > 0)
    expect(faults).toEqual(['unmatched'])
  })

  test('one cancelled before it was sent is never sent', async () => {
    const transport = connect()
    await ask(transport, 'XRP')
    const stop = new AbortController()
    const call = ask(transport, 'ETH', stop.signal)
    stop.abort('enough')
    await expect(call).rejects.toBe('enough')
    await ask(transport, 'BTC')
    expect(server.requests.map(({ params }) => params.currency)).toEqual([undefined, 'XRP', 'BTC'])
  })

  test('nobody at the address', async () => {
    server.accept(false)
    expect(await errorOf(ask(connect(), 'ETH'))).toMatchObject({ fault: 'disconnected', retryable: true })
  })

  test('a runtime without WebSocket is told what to do', async () => {
    const { WebSocket } = globalThis
    Reflect.deleteProperty(globalThis, 'WebSocket')
    try {
      expect(await errorOf(ask(connect(), 'ETH'))).toBeInstanceOf(NoWebSocketError)
    } finally {
      globalThis.WebSocket = WebSocket
    }
  })
})

describe('subscriptions', () => {
  const channels = ['quote.A', 'quote.B']

  test('bring what is notified on their channels', async () => {
    const transport = connect()
    await transport.subscribe(channels)
    server.notify('quote.A', { n: 1 })
    server.notify('quote.C', { n: 2 })
    server.notify('quote.B', { n: 3 })
    await until(() => notices.length === 2)
    expect(notices).toEqual([
      { channel: 'quote.A', data: { n: 1 } },
      { channel: 'quote.B', data: { n: 3 } },
    ])
  })

  test('are asked for in requests of at most 500 channels', async () => {
    await connect().subscribe(Array.from({ length: 1100 }, (_, i) => `quote.${i}`))
    const asked = server.requests.filter(({ method }) => method === 'public/subscribe')
    expect(asked.map(({ params }) => (params.channels as string[]).length)).toEqual([500, 500, 100])
  })

  test('are asked for again by themselves after the connection ended, and the gap is told', async () => {
    const transport = connect()
    await transport.subscribe(channels)
    server.dropAll()
    await until(() => server.opened() === 2 && server.requests.at(-1)?.method === 'public/subscribe')
    expect(gaps).toBe(1)
    expect(faults).toEqual(['disconnected'])
    await transport.call(METHOD, { params: {} })
    server.notify('quote.B', { n: 4 })
    await until(() => notices.length === 1)
  })

  test('come back however long the server stays away, with growing pauses', async () => {
    const transport = connect()
    await transport.subscribe(channels)
    server.accept(false)
    server.dropAll()
    await until(() => faults.length >= 5)
    server.accept(true)
    await until(() => server.opened() === 2)
    expect(gaps).toBe(1)
    expect(new Set(faults)).toEqual(new Set(['disconnected']))
    await transport.call(METHOD, { params: {} })
  })

  test('that were given up are not asked for again', async () => {
    const transport = connect()
    await transport.subscribe(channels)
    transport.unsubscribe(['quote.A'])
    await until(() => server.requests.at(-1)?.method === 'public/unsubscribe')
    server.dropAll()
    await until(() => server.opened() === 2 && server.requests.at(-1)?.method === 'public/subscribe')
    expect(server.requests.at(-1)!.params).toEqual({ channels: ['quote.B'] })
  })

  test('a connection that says nothing for too long is given up and made again', async () => {
    const transport = connect({ silenceMs: 60 })
    await transport.subscribe(channels)
    await until(() => server.opened() >= 2)
    expect(faults[0]).toBe('silent')
  })

  test('garbage in the stream ends the connection, since what it was is lost', async () => {
    const transport = connect()
    await transport.subscribe(channels)
    server.blurt('{"jsonrpc":"2.0","method":"subscr')
    await until(() => server.opened() === 2)
    expect(faults).toEqual(['garbled'])
    expect(gaps).toBe(1)
  })

  test('a notification of another shape is counted', async () => {
    const transport = connect()
    await transport.subscribe(channels)
    server.blurt('{"jsonrpc":"2.0","method":"subscription","params":7}')
    server.blurt('{"jsonrpc":"2.0","error":{"code":10028,"message":"too_many_requests"}}')
    await until(() => faults.length === 2)
    expect(faults).toEqual(['wrong-shape', 'rate-limited'])
  })
})

test('a test request of the heartbeat is answered', async () => {
  const transport = connect()
  await ask(transport, 'ETH')
  const answered = new Promise<void>((resolve) => {
    server.results['public/test'] = () => resolve()
  })
  server.blurt('{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}')
  server.blurt('{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}')
  await answered
  expect(faults).toEqual([])
})

test('reconnections wait by the backoff, halved by chance at most', async () => {
  const clock = createFakeClock()
  const transport = connect({
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
  const transport = connect()
  await transport.subscribe(['quote.A'])
  server.fail(METHOD, 'stall')
  const call = errorOf(ask(transport, 'ETH'))
  transport.close()
  expect(await call).toMatchObject({ fault: 'disconnected' })
  expect(await errorOf(ask(transport, 'ETH'))).toMatchObject({ fault: 'disconnected' })
  await until(() => server.connections() === 0)
  expect(server.opened()).toBe(1)
})
