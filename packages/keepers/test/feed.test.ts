import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type ClientPolicy,
  createClient,
  createHttpTransport,
  createLiveFeed,
  createPolledFeed,
  createSocketTransport,
  type FeedFault,
  fitSurface,
  type LiveFeed,
  type SocketTransport,
} from '../src/index.ts'
import { instrumentOf, nameOf, summaryOf } from './deribitReplies.ts'
import { type DeribitServer, startDeribitServer } from './deribitServer.ts'
import { createPatientClock, type PatientClock } from './patientClock.ts'
import { chainOf, expiryAt, INDEX, TIME } from './syntheticChain.ts'
import { until } from './until.ts'

const SUMMARY = 'public/get_book_summary_by_currency'
const LIST = 'public/get_instruments'
const policy: ClientPolicy = {
  perSecond: 1000,
  burst: 1000,
  attempts: 3,
  backoff: { firstMs: 1, mostMs: 2 },
  limitedMs: 5,
}
const snapshot = chainOf([2, 5, 12])
let server: DeribitServer
let faults: FeedFault[]
/** What the machine's clock shows, seconds. */
let time: number
let clock: PatientClock
const onFault = (fault: FeedFault) => void faults.push(fault)

beforeEach(async () => {
  server = await startDeribitServer()
  clock = createPatientClock(() => time * 1000 + 300)
  server.onStall = clock.expire
  time = TIME
  faults = []
  server.results[LIST] = () => snapshot.quotes.map((quote) => instrumentOf(quote))
  server.results[SUMMARY] = () => snapshot.quotes.map((quote) => summaryOf(quote, { time, index: INDEX }))
})
afterEach(() => server.close())

const asked = (method: string): number => server.requests.filter((request) => request.method === method).length

describe('a polled feed', () => {
  const open = () => {
    const transport = createHttpTransport({ url: server.http, clock })
    return createPolledFeed(createClient(transport, { policy, clock, onFault }), { currency: 'ETH', clock })
  }

  test('gives the chain by two requests, and by one after that', async () => {
    const feed = open()
    expect((await feed.read()).snapshot.quotes).toEqual(snapshot.quotes)
    time += 60
    expect((await feed.read()).snapshot.time).toBe(TIME + 60)
    expect([asked(LIST), asked(SUMMARY)]).toEqual([1, 2])
    expect(server.requests[0]!.params).toEqual({ currency: 'ETH', kind: 'option', expired: false })
    expect(server.requests[1]!.params).toEqual({ currency: 'ETH', kind: 'option' })
  })

  test('asks for the list again after an hour and after an expiry', async () => {
    const feed = open()
    await feed.read()
    time += 3_599
    await feed.read()
    expect(asked(LIST)).toBe(1)
    time += 1
    await feed.read()
    expect(asked(LIST)).toBe(2)

    time = expiryAt(2) - 100
    await feed.read()
    expect(asked(LIST)).toBe(3)
    time += 100
    await feed.read()
    expect(asked(LIST)).toBe(4)
  })

  test('gets over what passes, and counts it', async () => {
    server.fail(SUMMARY, 'stall', { error: { code: 10028, message: 'too_many_requests', data: { wait: 0.01 } } })
    server.fail(LIST, 'cut', { status: 503 })
    expect((await open().read()).snapshot.quotes).toHaveLength(snapshot.quotes.length)
    expect(faults).toEqual(['garbled', 'bad-status', 'silent', 'rate-limited'])
  })

  test('gives up on what does not pass, with what it was', async () => {
    server.fail(SUMMARY, 'cut', 'hang-up', 'garbage', { result: { a: 1 } })
    const feed = open()
    await expect(feed.read()).rejects.toMatchObject({ fault: 'garbled' })
    expect(faults).toEqual(['garbled', 'disconnected', 'garbled'])
    await expect(feed.read()).rejects.toMatchObject({ fault: 'wrong-shape', retryable: false })
    expect((await feed.read()).snapshot.quotes).toHaveLength(snapshot.quotes.length)
  })

  test('refuses a chain that the server has stopped renewing', async () => {
    const frozen = snapshot.quotes.map((quote) => summaryOf(quote, { time: TIME, index: INDEX }))
    server.results[SUMMARY] = () => frozen
    const feed = open()
    await feed.read()
    time += 31
    await expect(feed.read()).rejects.toMatchObject({ fault: 'wrong-time' })
  })

  test('ends at once when cancelled', async () => {
    server.onStall = () => stop.abort('enough')
    server.fail(LIST, 'stall')
    const stop = new AbortController()
    const reading = open().read(stop.signal)
    await expect(reading).rejects.toBe('enough')
  })
})

describe('a live feed', () => {
  const sockets: SocketTransport[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close()
  })

  function open(): LiveFeed {
    let feed: LiveFeed | undefined
    const socket = createSocketTransport({
      url: server.socket,
      clock,
      backoff: { firstMs: 1, mostMs: 5 },
      onFault,
      onNotice: (channel, data) => feed?.notice(channel, data),
      onGap: () => feed?.gap(),
    })
    sockets.push(socket)
    const client = createClient(socket, { policy, clock, onFault })
    feed = createLiveFeed({ client, socket, currency: 'ETH', clock, onFault })
    return feed
  }
  const quote = snapshot.quotes[10]!
  const note = (bid: number, ask: number, at = time) => ({
    instrument_name: nameOf(quote),
    best_bid_price: bid,
    best_ask_price: ask,
    timestamp: at * 1000 + 280,
  })
  const bidOf = async (feed: LiveFeed): Promise<unknown> => (await feed.read()).snapshot.quotes[10]!.bid

  test('gives the whole chain and follows it without asking again', async () => {
    const feed = open()
    const first = await feed.read()
    expect(first.snapshot.quotes.map(({ bid, ask }) => [bid, ask])).toEqual(
      snapshot.quotes.map(({ bid, ask }) => [bid, ask]),
    )
    server.notify(`quote.${nameOf(quote)}`, note(0.02, 0.03))
    server.notify('deribit_price_index.eth_usd', { timestamp: TIME * 1000 + 290, price: 2_001, index_name: 'eth_usd' })
    await until(async () => (await feed.read()).snapshot.index === 2_001)
    expect((await feed.read()).snapshot.quotes[10]).toMatchObject({ bid: 0.02, ask: 0.03 })
    expect([asked(LIST), asked(SUMMARY), asked('public/subscribe')]).toEqual([1, 1, 1])
    expect(faults).toEqual([])
  })

  test('fits as the polled one does, its forwards from parity', async () => {
    const { snapshot: chain, expectedRows } = await open().read()
    const surface = fitSurface(chain, { expectedRows })
    expect(surface.refused).toEqual([])
    expect(surface.fits.map(({ forwardSource }) => forwardSource)).toEqual(['parity', 'parity', 'parity'])
  })

  test('begins anew after the connection broke, since changes were missed', async () => {
    const feed = open()
    await feed.read()
    server.notify(`quote.${nameOf(quote)}`, note(0.02, 0.03))
    await until(async () => (await bidOf(feed)) === 0.02)
    server.dropAll()
    await until(() => faults.includes('disconnected'))
    time += 10
    expect(await bidOf(feed)).toBe(quote.bid)
    expect(asked(SUMMARY)).toBe(2)
    await until(() => server.connections() === 1)
    server.notify(`quote.${nameOf(quote)}`, note(0.04, 0.05))
    await until(async () => (await bidOf(feed)) === 0.04)
    expect(server.opened()).toBe(2)
  })

  test('has no chain while the venue is away, and one again after it', async () => {
    const feed = open()
    await feed.read()
    server.accept(false)
    server.dropAll()
    await until(() => server.connections() === 0 && faults.length > 0)
    await expect(feed.read()).rejects.toMatchObject({ fault: 'disconnected' })
    server.accept(true)
    time += 20
    expect((await feed.read()).snapshot.time).toBe(time)
  })

  test('refuses quotes of a venue that is there and says nothing new', async () => {
    const feed = open()
    await feed.read()
    time += 31
    await expect(feed.read()).rejects.toMatchObject({ fault: 'wrong-time' })
  })

  test('counts notifications that are older than what it has, or of another shape', async () => {
    const feed = open()
    await feed.read()
    server.notify(`quote.${nameOf(quote)}`, note(0.9, 0.95, TIME - 5))
    server.notify(`quote.${nameOf(quote)}`, { instrument_name: nameOf(quote) })
    await until(() => faults.length === 2)
    expect(faults).toEqual(['out-of-order', 'wrong-shape'])
    expect(await bidOf(feed)).toBe(quote.bid)
  })

  test('follows options listed later, and no longer those that are gone', async () => {
    const feed = open()
    await feed.read()
    const later = chainOf([5, 12, 25])
    server.results[LIST] = () => later.quotes.map((quote) => instrumentOf(quote))
    server.results[SUMMARY] = () => later.quotes.map((quote) => summaryOf(quote, { time, index: INDEX }))
    time += 3_600
    const { snapshot: chain, rejections } = await feed.read()
    expect(new Set(chain.quotes.map(({ expiry }) => expiry))).toEqual(new Set(later.quotes.map(({ expiry }) => expiry)))
    expect(rejections.unlisted).toBe(0)
    await until(() => asked('public/unsubscribe') === 1)
    expect(
      (server.requests.find(({ method }) => method === 'public/unsubscribe')!.params.channels as string[]).length,
    ).toBe(42)
  })
})
