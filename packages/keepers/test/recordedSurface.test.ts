import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type OptionQuote, parseDeribitName } from '@keel/quant'
import { describe, expect, test } from 'vitest'
import { createHttpTransport, createPolledFeed, createSurfaceReporter } from '../src/index.ts'
import { recordedFolder } from './recordedFolder.ts'
import { LIST, MARKET, SUMMARY, useReportScene } from './reportScene.ts'

// Recorded data is not part of the repository; without it the synthetic chain of surfaceOnChain.test.ts stands alone.
describe.skipIf(recordedFolder === undefined)('recorded chains, served as the venue serves them', () => {
  const scene = useReportScene()

  test('stand in the oracle with every expiry that could be fitted', async () => {
    const lines = gunzipSync(readFileSync(`${recordedFolder}/deribit-eth-chain-2026-02.csv.gz`))
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
    scene.time = Math.floor(Date.parse(`${at(rows[0]!, 'ts')}Z`) / 1000)
    scene.index = number(at(rows[0]!, 'index_price'))!
    scene.snapshot = { time: scene.time, quotes }
    const all = [...new Set(quotes.map(({ expiry }) => expiry))].sort((a, b) => a - b)
    const outcome = await scene.reporterOf().prepare(scene.situation({ spot: scene.index, expiries: all }))
    const { slices, missing } = outcome.report!.chosen
    expect(missing.length).toBeLessThanOrEqual(1)
    expect(slices.length).toBeGreaterThanOrEqual(10)
    expect(await scene.relay(outcome)).toHaveLength(slices.length)
    expect(outcome.fitted!.rejections.wide).toBeGreaterThan(3)
  })

  test('five options of one expiry, verbatim, are no surface, and that is said', async () => {
    const reply = (name: string) =>
      (JSON.parse(readFileSync(`${recordedFolder}/deribit-reply-${name}.json`, 'utf8')) as { result: unknown[] }).result
    scene.server.results[LIST] = () => reply('instruments')
    scene.server.results[SUMMARY] = () => reply('book-summary')
    const clock = { now: () => 1779460433500, sleep: async () => {} }
    const feed = createPolledFeed(createHttpTransport({ url: scene.server.http }), { currency: 'BTC', clock })
    const { deployment, keys } = scene.chain
    const reporter = createSurfaceReporter({ deployment, market: MARKET, feed, signers: keys, threshold: 2 })
    const outcome = await reporter.prepare({ time: 1779460434, spot: 76_736, expiries: [1779523200], inForce: [] })
    expect(outcome.report).toBeUndefined()
    expect(outcome.fitted).toMatchObject({ slices: [], refused: [{ expiry: 1779523200, reason: 'thin-expiry' }] })
    expect(outcome.refused!.reason).toBe('no-level')
  })
})
