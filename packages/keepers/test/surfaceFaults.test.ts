import { sviTotalVariance } from '@keel/quant'
import { describe, expect, test } from 'vitest'
import { describeOutcome } from '../src/index.ts'
import { EXPIRIES, LIST, SUMMARY, useReportScene } from './reportScene.ts'
import { trueSlice } from './syntheticChain.ts'

const YEAR = 365 * 86_400

const scene = useReportScene()

describe('what is wrong with the feed is told and never reported', () => {
  const held = () =>
    EXPIRIES.map((expiry) => ({ expiry, svi: trueSlice((expiry - scene.time) / YEAR), forwardRatio: 1 }))
  const young = () => held().map((slice) => ({ ...slice, reportedAt: scene.time - 600 }))

  test.each<[string, () => void, string]>([
    ['stalls', () => scene.server.fail(SUMMARY, 'stall', 'stall'), 'silent'],
    ['hangs up', () => scene.server.fail(SUMMARY, 'hang-up', 'hang-up'), 'disconnected'],
    ['is down', () => scene.server.accept(false), 'disconnected'],
    ['cuts its answers', () => scene.server.fail(LIST, 'cut', 'cut'), 'garbled'],
    ['sends garbage', () => scene.server.fail(SUMMARY, 'garbage', 'garbage'), 'garbled'],
    [
      'limits',
      () => {
        const error = { code: 10028, message: 'too_many_requests' }
        scene.server.fail(SUMMARY, { error }, { error })
      },
      'rate-limited',
    ],
    ['answers something else', () => scene.server.fail(LIST, { result: 'ok' }), 'wrong-shape'],
    [
      'sends quotes of yesterday',
      () => (scene.snapshot = { ...scene.snapshot, time: scene.time - 86_400 }),
      'wrong-time',
    ],
  ])('a venue that %s', async (_, upset, fault) => {
    upset()
    const outcome = await scene.reporterOf().prepare(scene.situation({ inForce: young() }))
    expect(outcome.report).toBeUndefined()
    expect(outcome).toMatchObject({ feedError: { fault }, refused: { reason: 'no-quotes' } })
    expect(describeOutcome(outcome)).toContain('nothing reported: no-quotes')
  })

  test('a chain cut in the middle reports what came whole', async () => {
    const rows = scene.server.results[SUMMARY]!
    scene.server.results[SUMMARY] = (params) => (rows(params) as unknown[]).slice(0, 42 * 3 + 20)
    const outcome = await scene.reporterOf().prepare(scene.situation())
    expect(outcome.report!.chosen.slices.map(({ expiry }) => expiry)).toEqual(EXPIRIES.slice(0, 3))
    expect(outcome.report!.chosen.missing).toHaveLength(3)
    expect(await scene.relay(outcome)).toHaveLength(3)
    expect(describeOutcome(outcome)).toContain('incomplete (20 of 42 rows)')
  })

  test('a board without quotes does not have the others reported over and over', async () => {
    scene.snapshot = { ...scene.snapshot, quotes: scene.snapshot.quotes.filter(({ expiry }) => expiry !== EXPIRIES[0]) }
    const isDue = (expiries: readonly number[]) => expiries.includes(EXPIRIES[0]!)
    const outcome = await scene.reporterOf().prepare(scene.situation({ isDue }))
    expect(outcome.report).toBeUndefined()
    expect(outcome.refused).toMatchObject({
      reason: 'not-due',
      detail: expect.stringContaining(`${EXPIRIES[0]} too-near`),
    })
    expect((await scene.reporterOf().prepare(scene.situation({ isDue: () => true }))).report).toBeDefined()
  })

  test('a venue in dust says so by name and number', async () => {
    scene.snapshot = {
      ...scene.snapshot,
      quotes: scene.snapshot.quotes.map((quote) => ({ ...quote, bid: 0.5, ask: 0.4 })),
    }
    const outcome = await scene.reporterOf().prepare(scene.situation({ inForce: young() }))
    expect(outcome.report).toBeUndefined()
    expect(describeOutcome(outcome)).toContain(`crossed ${scene.snapshot.quotes.length}`)
  })

  test('after an hour and a half without quotes the level in force goes on with realised volatility', async () => {
    await scene.relay(await scene.reporterOf().prepare(scene.situation()))
    const before = await scene.chain.inForce()
    scene.time += 5_400
    scene.server.fail(LIST, 'hang-up', 'hang-up')
    const trailingAt = () => ({ short: 0.6, long: 0.6 })
    const outcome = await scene.reporterOf().prepare(scene.situation({ inForce: before, trailingAt }))
    expect(outcome).toMatchObject({ report: { chosen: { source: 'trailing' } }, feedError: { fault: 'disconnected' } })
    expect(await scene.relay(outcome)).toHaveLength(EXPIRIES.length)
    for (const { expiry, svi, reportedAt } of await scene.chain.inForce()) {
      const old = before.find((slice) => slice.expiry === expiry)!
      const volatility = Math.sqrt((sviTotalVariance(svi, 0) * YEAR) / (expiry - reportedAt))
      const was = Math.sqrt((sviTotalVariance(old.svi, 0) * YEAR) / (expiry - old.reportedAt))
      expect(Math.abs(volatility - was)).toBeLessThan(0.06)
    }
  })
})
