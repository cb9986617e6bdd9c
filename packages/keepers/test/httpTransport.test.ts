import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createHttpTransport, DisconnectedError, FeedError } from '../src/index.ts'
import { type DeribitServer, type Fault, startDeribitServer } from './deribitServer.ts'
import { createFakeClock } from './fakeClock.ts'

const METHOD = 'public/get_instruments'
let server: DeribitServer
beforeAll(async () => {
  server = await startDeribitServer()
  server.results[METHOD] = ({ currency }) => [{ of: currency, padding: 'x'.repeat(20_000) }]
})
afterAll(() => server.close())
beforeEach(() => void server.requests.splice(0))

const errorOf = async (promise: Promise<unknown>): Promise<FeedError> => {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(FeedError)
  return error as FeedError
}

test('posts a request and gives the result of the reply', async () => {
  const transport = createHttpTransport({ url: server.http })
  expect(await transport.call(METHOD, { params: { currency: 'ETH' } })).toMatchObject([{ of: 'ETH' }])
  expect(await transport.call(METHOD, { params: { currency: 'BTC' } })).toMatchObject([{ of: 'BTC' }])
  expect(server.requests.map(({ method, params }) => ({ method, params }))).toEqual([
    { method: METHOD, params: { currency: 'ETH' } },
    { method: METHOD, params: { currency: 'BTC' } },
  ])
  expect(new Set(server.requests.map(({ id }) => id)).size).toBe(2)
})

describe('a fault becomes an error of its kind', () => {
  const busy = { code: 10028, message: 'too_many_requests', data: { wait: 3 } }
  test.each<[string, Fault, Partial<FeedError> & { waitMs?: number }]>([
    ['an error object', { error: { code: 11050, message: 'bad_request' } }, { fault: 'refused', retryable: false }],
    ['too_many_requests', { error: busy }, { fault: 'rate-limited', retryable: true, waitMs: 3000 }],
    ['maintenance', { error: { code: 11051, message: 'system_maintenance' } }, { fault: 'refused', retryable: true }],
    ['an error without a code', { error: {} as { code: number; message: string } }, { fault: 'garbled' }],
    ['JSON cut in half', 'cut', { fault: 'garbled', retryable: true }],
    ['no JSON', 'garbage', { fault: 'garbled', retryable: true }],
    ['the reply to another request', 'wrong-id', { fault: 'garbled', retryable: true }],
    ['a body that ends early', 'cut-short', { fault: 'disconnected', retryable: true }],
    ['a connection closed instead of a reply', 'hang-up', { fault: 'disconnected', retryable: true }],
    ['a bad gateway', { status: 502 }, { fault: 'bad-status', retryable: true }],
    ['a wrong address', { status: 404 }, { fault: 'bad-status', retryable: false }],
    [
      'a limit by status',
      { status: 429, headers: { 'retry-after': '2' } },
      { fault: 'rate-limited', retryable: true, waitMs: 2000 },
    ],
  ])('%s', async (_, fault, expected) => {
    server.fail(METHOD, fault)
    const transport = createHttpTransport({ url: server.http })
    expect(await errorOf(transport.call(METHOD, { params: {} }))).toMatchObject(expected)
    expect(await transport.call(METHOD, { params: { currency: 'ETH' } })).toMatchObject([{ of: 'ETH' }])
  })

  test('a server that stalls, after the time allowed and not before', async () => {
    server.fail(METHOD, 'stall')
    const clock = createFakeClock()
    const transport = createHttpTransport({ url: server.http, timeoutMs: 4000, clock })
    let outcome: unknown
    const call = transport.call(METHOD, { params: {} }).catch((error: unknown) => {
      outcome = error
    })
    await clock.advance(3999)
    expect(outcome).toBeUndefined()
    await clock.advance(1)
    await call
    expect(outcome).toMatchObject({ fault: 'silent', retryable: true })
  })

  test('nobody at the address', async () => {
    const gone = await startDeribitServer()
    await gone.close()
    const transport = createHttpTransport({ url: gone.http })
    const error = await errorOf(transport.call(METHOD, { params: {} }))
    expect(error).toBeInstanceOf(DisconnectedError)
    expect(error.message).toContain('ECONNREFUSED')
  })

  test('an answer without end is cut off', async () => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(4_000_000).fill(0x20)),
    })
    const fetch = async (): Promise<Response> => new Response(endless)
    const error = await errorOf(createHttpTransport({ fetch }).call(METHOD, { params: {} }))
    expect(error.fault).toBe('garbled')
  })
})

test('a cancelled call ends at once with the reason given', async () => {
  server.fail(METHOD, 'stall')
  const stop = new AbortController()
  const call = createHttpTransport({ url: server.http }).call(METHOD, { params: {}, signal: stop.signal })
  stop.abort('enough')
  await expect(call).rejects.toBe('enough')
})
