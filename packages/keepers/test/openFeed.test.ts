import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fitSurface, openDeribitFeed } from '../src/index.ts'
import { instrumentOf, summaryOf } from './deribitReplies.ts'
import { type DeribitServer, startDeribitServer } from './deribitServer.ts'
import { createPatientClock } from './patientClock.ts'
import { chainOf, INDEX, TIME } from './syntheticChain.ts'

const SUMMARY = 'public/get_book_summary_by_currency'
const policy = { perSecond: 1e3, burst: 1e3, attempts: 2, backoff: { firstMs: 1, mostMs: 2 }, limitedMs: 1 }
const now = (): number => Math.floor(Date.now() / 1000)
/** A chain of the day after tomorrow and of nine days on, quoted now. */
const today = () => {
  const day = Math.floor(now() / 86_400) - Math.floor(TIME / 86_400)
  return chainOf([day + 2, day + 9], { time: now() })
}
let server: DeribitServer

beforeEach(async () => {
  server = await startDeribitServer()
  server.results['public/get_instruments'] = () => today().quotes.map((quote) => instrumentOf(quote))
  server.results[SUMMARY] = () => today().quotes.map((quote) => summaryOf(quote, { time: now(), index: INDEX }))
})
afterEach(() => server.close())

describe.each([
  ['HTTP', () => server.http],
  ['WebSocket', () => server.socket],
])('over %s', (_, address) => {
  const open = () => {
    const clock = createPatientClock()
    server.onStall = clock.expire
    return openDeribitFeed({ currency: 'ETH', url: address(), policy, clock })
  }

  test('a feed gives a chain that fits, and no fault', async () => {
    const feed = open()
    const { snapshot, expectedRows } = await feed.read()
    expect(fitSurface(snapshot, { expectedRows }).slices).toHaveLength(2)
    expect(Object.values(feed.faults).reduce((a, b) => a + b, 0)).toBe(0)
    feed.close()
  })

  test('every fault is counted once, whether made good, passed on, or found in what came', async () => {
    const feed = open()
    server.fail('public/get_instruments', { error: { code: 10028, message: 'too_many_requests' } })
    server.fail(SUMMARY, 'stall')
    await feed.read()
    expect(feed.faults).toMatchObject({ 'rate-limited': 1, silent: 1 })
    feed.close()

    const other = open()
    server.fail('public/get_instruments', { error: { code: 11050, message: 'bad_request' } }, { result: 7 })
    await expect(other.read()).rejects.toMatchObject({ fault: 'refused' })
    await expect(other.read()).rejects.toMatchObject({ fault: 'wrong-shape' })
    server.results[SUMMARY] = () => today().quotes.map((quote) => summaryOf(quote, { time: TIME, index: INDEX }))
    await expect(other.read()).rejects.toMatchObject({ fault: 'wrong-time' })
    expect(other.faults).toMatchObject({ refused: 1, 'wrong-shape': 1, 'wrong-time': 1 })
    other.close()
  })
})

test.each([
  ['HTTP', () => server.http],
  ['WebSocket', () => server.socket],
])('the example prints the surface over %s and ends', async (_, address) => {
  const example = fileURLToPath(new URL('../examples/deribit.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [example, 'ETH', address()])
  const lines = stdout.split('\n')
  expect(lines.slice(0, 2).every((line) => /^\d{4}-\d\d-\d\d {2}forward 2\d{3}\.\d\d {2}\d/.test(line))).toBe(true)
  expect(stdout).toContain('disconnected: 0')
  expect(stdout).not.toMatch(/NaN|undefined|refused: [a-z]/)
})
