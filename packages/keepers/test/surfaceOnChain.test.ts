import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { surfaceOracleAbi } from '@keel/contracts/generated'
import { type ChainSnapshot, type OptionQuote, parseDeribitName, sviTotalVariance } from '@keel/quant'
import { decodeEventLog, type Log } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  createClient,
  createHttpTransport,
  createPolledFeed,
  createSurfaceReporter,
  describeOutcome,
  fitSurface,
  NotEnoughSignaturesError,
  type ReportOutcome,
  type ReportSigner,
  reviewReport,
  type SurfaceReporter,
} from '../src/index.ts'
import { instrumentOf, summaryOf } from './deribitReplies.ts'
import { type DeribitServer, startDeribitServer } from './deribitServer.ts'
import { type OracleChain, openOracleChain } from './oracleChain.ts'
import { chainOf, expiryAt, INDEX, TIME, trueSlice } from './syntheticChain.ts'

const MARKET = 3
const YEAR = 365 * 86_400
const DAYS = [1, 2, 5, 12, 25, 53]
const expiries = DAYS.map(expiryAt)
/** Largest error in volatility allowed on chain, within a deviation of the money. */
const ONE_POINT = 0.01

let chain: OracleChain
let server: DeribitServer
/** Of chain, venue and this machine alike, seconds. */
let time = TIME
let snapshot: ChainSnapshot
let index: number

beforeAll(async () => {
  chain = await openOracleChain({ market: MARKET, time: TIME - 1_000 })
})
afterAll(() => chain?.close())
beforeEach(async () => {
  server = await startDeribitServer()
  time += 1_200
  index = INDEX
  snapshot = chainOf(DAYS, { time })
  server.results['public/get_instruments'] = () => snapshot.quotes.map((quote) => instrumentOf(quote))
  server.results['public/get_book_summary_by_currency'] = () =>
    snapshot.quotes.map((quote) => summaryOf(quote, { time: snapshot.time, index }))
})
afterEach(() => server.close())

function openFeed() {
  const clock = { now: () => time * 1000 + 500, sleep: async () => {} }
  const transport = createHttpTransport({ url: server.http, timeoutMs: 2_000 })
  const policy = { perSecond: 1e6, burst: 1e6, attempts: 2, backoff: { firstMs: 0, mostMs: 0 }, limitedMs: 0 }
  return createPolledFeed(createClient(transport, { policy, clock }), { currency: 'ETH', clock })
}

const reporterOf = (signers: readonly ReportSigner[] = chain.keys): SurfaceReporter =>
  createSurfaceReporter({ deployment: chain.deployment, market: MARKET, feed: openFeed(), signers, threshold: 2 })

const situation = (over: Partial<SurfaceReporter.Situation> = {}): SurfaceReporter.Situation => ({
  time,
  spot: INDEX,
  expiries,
  inForce: [],
  ...over,
})

async function relay({ report }: ReportOutcome, at = time + 5): Promise<readonly string[]> {
  expect(report).toBeDefined()
  return eventsOf(await chain.relay(report!.call, at))
}

const eventsOf = (logs: readonly Log[]): readonly string[] =>
  logs.map(
    ({ topics, data }) => decodeEventLog({ abi: surfaceOracleAbi, topics: topics as [`0x${string}`], data }).eventName,
  )

describe('a venue’s chain, fitted, signed and relayed', () => {
  test('stands in the oracle within a vol point of the volatilities it was quoted from', async () => {
    const outcome = await reporterOf().prepare(situation())
    expect(outcome).toMatchObject({ report: { chosen: { source: 'fitted', missing: [] }, signed: { absent: [] } } })
    expect(await relay(outcome)).toEqual(expiries.map(() => 'SliceUpdated'))
    for (const [i, expiry] of expiries.entries()) {
      const years = (expiry - time) / YEAR
      for (const z of [-1, -0.5, 0, 0.5, 1]) {
        const k = z * 0.6 * Math.sqrt(years)
        const onChain = Math.sqrt((await chain.varianceAt(expiry, k)) / years)
        const truth = Math.sqrt(sviTotalVariance(trueSlice(years), k) / years)
        expect(Math.abs(onChain - truth), `expiry ${i}, z ${z}`).toBeLessThan(ONE_POINT)
      }
    }
  })

  test('between its expiries the oracle is linear in total variance', async () => {
    await relay(await reporterOf().prepare(situation()))
    const [near, far] = [expiryAt(5), expiryAt(12)]
    const held = await chain.inForce()
    const varianceOf = (expiry: number, k: number) =>
      sviTotalVariance(held.find((slice) => slice.expiry === expiry)!.svi, k)
    for (const k of [-0.1, 0, 0.1]) {
      const expected = varianceOf(near, k) * (5 / 7) + varianceOf(far, k) * (2 / 7)
      expect((await chain.varianceAt(expiryAt(7), k)) / expected).toBeCloseTo(1, 8)
    }
  })

  test('has the forwards the chain has', async () => {
    await relay(await reporterOf().prepare(situation()))
    for (const { expiry, forwardRatio } of await chain.inForce())
      expect(forwardRatio).toBeCloseTo(1 + 0.04 * ((expiry - time) / YEAR), 4)
  })

  test('is refused when relayed too late', async () => {
    const outcome = await reporterOf().prepare(situation())
    await expect(relay(outcome, time + 61)).rejects.toMatchObject({ contractError: 'ReportTooOld' })
    expect(Math.max(...(await chain.inForce()).map(({ reportedAt }) => reportedAt))).toBeLessThan(time)
  })

  test('is the same report when prepared twice, and the second relay does nothing', async () => {
    const [first, second] = [await reporterOf().prepare(situation()), await reporterOf().prepare(situation())]
    expect(second.report!.call).toEqual(first.report!.call)
    await relay(first)
    await expect(relay(second, time + 6)).rejects.toMatchObject({ contractError: 'ReportNotNewer' })
  })
})

describe('a slice in force that is not reported anew', () => {
  const without = (expiry: number) => {
    snapshot = { ...snapshot, quotes: snapshot.quotes.filter((quote) => quote.expiry !== expiry) }
  }
  /** At-the-money volatility of an expiry, as the oracle has it. */
  const volatilityOf = async (expiry: number): Promise<number> => {
    const { svi, reportedAt } = (await chain.inForce()).find((slice) => slice.expiry === expiry)!
    return Math.sqrt((sviTotalVariance(svi, 0) * YEAR) / (expiry - reportedAt))
  }

  test('stays where it crosses nobody', async () => {
    await relay(await reporterOf().prepare(situation()))
    const before = await volatilityOf(expiryAt(1))
    time += 300
    snapshot = chainOf(DAYS, { time })
    without(expiryAt(1))
    const outcome = await reporterOf().prepare(situation({ inForce: await chain.inForce() }))
    expect(outcome.report!.chosen.missing).toEqual([{ expiry: expiryAt(1), reason: 'too-near' }])
    expect(await relay(outcome)).toHaveLength(expiries.length - 1)
    expect(await volatilityOf(expiryAt(1))).toBe(before)
  })

  test('is replaced where it would have the whole report refused', async () => {
    const high = chainOf(DAYS, { time })
    snapshot = { ...high, quotes: high.quotes.map(dearer).map(dearer).map(dearer) }
    await relay(await reporterOf().prepare(situation()))
    time += 800
    snapshot = chainOf(DAYS, { time })
    without(expiryAt(1))
    const blind = await reporterOf().prepare(situation({ inForce: [] }))
    await expect(relay(blind)).rejects.toMatchObject({ contractError: 'CalendarArbitrage' })
    const outcome = await reporterOf().prepare(situation({ inForce: await chain.inForce() }))
    expect(outcome.report!.chosen.slices[0]).toMatchObject({ expiry: expiryAt(1), origin: 'beyond' })
    expect(await relay(outcome, time + 6)).toHaveLength(expiries.length)
    expect(await volatilityOf(expiryAt(1))).toBeCloseTo(await volatilityOf(expiryAt(2)), 4)
  })
})

describe('k of n signers, each with eyes of its own', () => {
  class ObjectionError extends Error {
    override readonly name = 'Test.ObjectionError'
  }
  /** Signs only what its own feed shows as well. */
  const watchful = (key: ReportSigner): ReportSigner => ({
    address: key.address,
    sign: async (digest, reports) => {
      const { snapshot: own, expectedRows } = await openFeed().read()
      const objections = reviewReport(reports, { market: MARKET, own: fitSurface(own, { expectedRows }) })
      if (objections.length > 0) throw new ObjectionError(objections.join('; '))
      return key.sign(digest, reports)
    },
  })

  test('all sign what all see', async () => {
    const outcome = await reporterOf(chain.keys.map(watchful)).prepare(situation())
    expect(outcome.report!.signed.signers).toHaveLength(3)
    expect(await relay(outcome)).toHaveLength(expiries.length)
  })

  test('two are enough where one is away', async () => {
    const [a, b, c] = chain.keys.map(watchful) as [ReportSigner, ReportSigner, ReportSigner]
    const away = { ...b, sign: () => Promise.reject(new ObjectionError('away')) }
    const outcome = await reporterOf([a, away, c]).prepare(situation())
    expect(outcome.report!.signed.absent).toEqual([{ address: b.address, why: 'away' }])
    expect(await relay(outcome)).toHaveLength(expiries.length)
  })

  test('a keeper whose own feed shows other volatilities finds no signers', async () => {
    const honest = snapshot
    const dear = { ...snapshot, quotes: snapshot.quotes.map(dearer) }
    // the keeper's reading is the first, the signers' come after it
    let readings = 0
    server.results['public/get_book_summary_by_currency'] = () =>
      (readings++ === 0 ? dear : honest).quotes.map((quote) => summaryOf(quote, { time, index }))
    const error = await reporterOf(chain.keys.map(watchful))
      .prepare(situation())
      .catch((error: unknown) => error)
    expect(error).toBeInstanceOf(NotEnoughSignaturesError)
    expect((error as Error).message).toMatch(/0 of 2 signatures.*vol/)
  })

  test('a leap of volatility needs all: with two the old one is no longer on sale, with three the new one is', async () => {
    await relay(await reporterOf().prepare(situation()))
    time += 700
    const leapt = chainOf(DAYS, { time })
    snapshot = { ...leapt, quotes: leapt.quotes.map(dearer).map(dearer) }
    const two = await reporterOf(chain.keys.slice(0, 2)).prepare(situation())
    expect(await relay(two)).toEqual(expiries.map(() => 'OpeningStopped'))
    time += 10
    snapshot = { ...snapshot, time }
    const three = await reporterOf().prepare(situation())
    expect(await relay(three)).toEqual(expiries.map(() => 'SliceUpdated'))
  })
})

describe('what is wrong with the feed is told and never reported', () => {
  const held = () => expiries.map((expiry) => ({ expiry, svi: trueSlice((expiry - time) / YEAR), forwardRatio: 1 }))
  const young = () => held().map((slice) => ({ ...slice, reportedAt: time - 600 }))

  test.each<[string, () => void, string]>([
    ['stalls', () => server.fail('public/get_book_summary_by_currency', 'hang-up', 'hang-up'), 'disconnected'],
    ['cuts its answers', () => server.fail('public/get_instruments', 'cut', 'cut'), 'garbled'],
    ['sends garbage', () => server.fail('public/get_book_summary_by_currency', 'garbage', 'garbage'), 'garbled'],
    [
      'limits',
      () => {
        const error = { code: 10028, message: 'too_many_requests' }
        server.fail('public/get_book_summary_by_currency', { error }, { error })
      },
      'rate-limited',
    ],
    ['answers something else', () => server.fail('public/get_instruments', { result: 'ok' }), 'wrong-shape'],
    ['sends quotes of yesterday', () => (snapshot = { ...snapshot, time: time - 86_400 }), 'wrong-time'],
  ])('a venue that %s', async (_, upset, fault) => {
    upset()
    const outcome = await reporterOf().prepare(situation({ inForce: young() }))
    expect(outcome.report).toBeUndefined()
    expect(outcome).toMatchObject({ feedError: { fault }, refused: { reason: 'no-quotes' } })
    expect(describeOutcome(outcome)).toContain('nothing reported: no-quotes')
  })

  test('a chain cut in the middle reports what came whole', async () => {
    const rows = server.results['public/get_book_summary_by_currency']!
    server.results['public/get_book_summary_by_currency'] = (params) =>
      (rows(params) as unknown[]).slice(0, 42 * 3 + 20)
    const outcome = await reporterOf().prepare(situation())
    expect(outcome.report!.chosen.slices.map(({ expiry }) => expiry)).toEqual(expiries.slice(0, 3))
    expect(outcome.report!.chosen.missing).toHaveLength(3)
    expect(await relay(outcome)).toHaveLength(3)
    expect(describeOutcome(outcome)).toContain('incomplete (20 of 42 rows)')
  })

  test('a venue in dust says so by name and number', async () => {
    snapshot = { ...snapshot, quotes: snapshot.quotes.map((quote) => ({ ...quote, bid: 0.5, ask: 0.4 })) }
    const outcome = await reporterOf().prepare(situation({ inForce: young() }))
    expect(outcome.report).toBeUndefined()
    expect(describeOutcome(outcome)).toContain(`crossed ${snapshot.quotes.length}`)
  })

  test('after an hour and a half without quotes the level in force goes on with realised volatility', async () => {
    await relay(await reporterOf().prepare(situation()))
    const before = await chain.inForce()
    time += 5_400
    server.fail('public/get_instruments', 'hang-up', 'hang-up')
    const trailingAt = () => ({ short: 0.6, long: 0.6 })
    const outcome = await reporterOf().prepare(situation({ inForce: before, trailingAt }))
    expect(outcome).toMatchObject({ report: { chosen: { source: 'trailing' } }, feedError: { fault: 'disconnected' } })
    expect(await relay(outcome)).toHaveLength(expiries.length)
    for (const { expiry, svi, reportedAt } of await chain.inForce()) {
      const old = before.find((slice) => slice.expiry === expiry)!
      const volatility = Math.sqrt((sviTotalVariance(svi, 0) * YEAR) / (expiry - reportedAt))
      const was = Math.sqrt((sviTotalVariance(old.svi, 0) * YEAR) / (expiry - old.reportedAt))
      expect(Math.abs(volatility - was)).toBeLessThan(0.06)
    }
  })
})

/** As if volatility had risen by about a sixth. */
function dearer(quote: OptionQuote): OptionQuote {
  const { strike, future, kind, bid, ask } = quote
  const intrinsic = Math.max(0, kind === 'call' ? 1 - strike / future! : strike / future! - 1)
  const raised = (price: number | null | undefined) => (price ? intrinsic + (price - intrinsic) * 1.18 : price)
  return { ...quote, bid: raised(bid), ask: raised(ask) }
}

const market = ['../../../../shared/market', '../../../../../shared/market']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync)

// Recorded data is not part of the repository; without it the synthetic chain above stands alone.
describe.skipIf(market === undefined)('recorded chains, served as the venue serves them', () => {
  let synthetic: OracleChain
  beforeAll(async () => {
    synthetic = chain
    chain = await openOracleChain({ market: MARKET, time: TIME - 1_000 })
  })
  afterAll(() => {
    chain.close()
    chain = synthetic
  })

  test('stand in the oracle with every expiry that could be fitted', async () => {
    const lines = gunzipSync(readFileSync(`${market}/deribit-eth-chain-2026-02.csv.gz`))
      .toString('utf8')
      .split('\n')
    const at = (cells: string[], name: string) => cells[lines[0]!.split(',').indexOf(name)]!
    // the fall of 5 February, with asks of 0.94 to 1.39 coin on puts
    const rows = lines.filter((line) => line.startsWith('2026-02-05T15:51')).map((line) => line.split(','))
    const number = (cell: string) => (cell === '' ? null : Number(cell))
    const quotes = rows.map((cells): OptionQuote => {
      const { expiry, strike, kind } = parseDeribitName(at(cells, 'instrument_name'))!
      const [bid, ask, future] = ['bid_price', 'ask_price', 'underlying'].map((name) => number(at(cells, name)))
      return { expiry, strike, kind, bid, ask, future }
    })
    time = Math.floor(Date.parse(`${at(rows[0]!, 'ts')}Z`) / 1000)
    index = number(at(rows[0]!, 'index_price'))!
    snapshot = { time, quotes }
    const all = [...new Set(quotes.map(({ expiry }) => expiry))].sort((a, b) => a - b)
    const outcome = await reporterOf().prepare(situation({ spot: index, expiries: all }))
    const { slices, missing } = outcome.report!.chosen
    expect(missing.length).toBeLessThanOrEqual(1)
    expect(slices.length).toBeGreaterThanOrEqual(10)
    expect(await relay(outcome)).toHaveLength(slices.length)
    expect(outcome.fitted!.rejections.wide).toBeGreaterThan(3)
  })

  test('five options of one expiry, verbatim, are no surface, and that is said', async () => {
    const reply = (name: string) =>
      (JSON.parse(readFileSync(`${market}/deribit-reply-${name}.json`, 'utf8')) as { result: unknown[] }).result
    server.results['public/get_instruments'] = () => reply('instruments')
    server.results['public/get_book_summary_by_currency'] = () => reply('book-summary')
    const clock = { now: () => 1779460433500, sleep: async () => {} }
    const feed = createPolledFeed(createHttpTransport({ url: server.http }), { currency: 'BTC', clock })
    const { deployment, keys } = chain
    const reporter = createSurfaceReporter({ deployment, market: MARKET, feed, signers: keys, threshold: 2 })
    const outcome = await reporter.prepare({ time: 1779460434, spot: 76_736, expiries: [1779523200], inForce: [] })
    expect(outcome.report).toBeUndefined()
    expect(outcome.fitted).toMatchObject({ slices: [], refused: [{ expiry: 1779523200, reason: 'thin-expiry' }] })
    expect(outcome.refused!.reason).toBe('no-level')
  })
})
