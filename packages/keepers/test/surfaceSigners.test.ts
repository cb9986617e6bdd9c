import { describe, expect, test } from 'vitest'
import { fitSurface, NotEnoughSignaturesError, type ReportSigner, reviewReport } from '../src/index.ts'
import { summaryOf } from './deribitReplies.ts'
import { DAYS, EXPIRIES, MARKET, SUMMARY, useReportScene } from './reportScene.ts'
import { chainOf, dearer } from './syntheticChain.ts'

const scene = useReportScene()

describe('k of n signers, each with eyes of its own', () => {
  class ObjectionError extends Error {
    override readonly name = 'Test.ObjectionError'
  }
  /** Signs only what its own feed shows as well. */
  const watchful = (key: ReportSigner): ReportSigner => ({
    address: key.address,
    sign: async (digest, reports) => {
      const { snapshot: own, expectedRows } = await scene.openFeed().read()
      const objections = reviewReport(reports, { market: MARKET, own: fitSurface(own, { expectedRows }) })
      if (objections.length > 0) throw new ObjectionError(objections.join('; '))
      return key.sign(digest, reports)
    },
  })

  test('all sign what all see', async () => {
    const outcome = await scene.reporterOf(scene.chain.keys.map(watchful)).prepare(scene.situation())
    expect(outcome.report!.signed.signatures).toHaveLength(3)
    expect(await scene.relay(outcome)).toHaveLength(EXPIRIES.length)
  })

  test('two are enough where one is away', async () => {
    const [a, b, c] = scene.chain.keys.map(watchful) as [ReportSigner, ReportSigner, ReportSigner]
    const away = { ...b, sign: () => Promise.reject(new ObjectionError('away')) }
    const outcome = await scene.reporterOf([a, away, c]).prepare(scene.situation())
    expect(outcome.report!.signed.absent).toEqual([{ signer: b.address, why: 'away' }])
    expect(await scene.relay(outcome)).toHaveLength(EXPIRIES.length)
  })

  test('a keeper whose own feed shows other volatilities finds no signers', async () => {
    const honest = scene.snapshot
    const dear = { ...scene.snapshot, quotes: scene.snapshot.quotes.map(dearer) }
    // the keeper's reading is the first, the signers' come after it
    let readings = 0
    scene.server.results[SUMMARY] = () =>
      (readings++ === 0 ? dear : honest).quotes.map((quote) =>
        summaryOf(quote, { time: scene.time, index: scene.index }),
      )
    const error = await scene
      .reporterOf(scene.chain.keys.map(watchful))
      .prepare(scene.situation())
      .catch((error: unknown) => error)
    expect(error).toBeInstanceOf(NotEnoughSignaturesError)
    expect((error as Error).message).toMatch(/0 of 2 signatures.*vol/)
  })

  test('a leap of volatility needs all: with two the old one is no longer on sale, with three the new one is', async () => {
    await scene.relay(await scene.reporterOf().prepare(scene.situation()))
    scene.time += 700
    const leapt = chainOf(DAYS, { time: scene.time })
    scene.snapshot = { ...leapt, quotes: leapt.quotes.map(dearer).map(dearer) }
    const two = await scene.reporterOf(scene.chain.keys.slice(0, 2)).prepare(scene.situation())
    expect(await scene.relay(two)).toEqual(EXPIRIES.map(() => 'OpeningStopped'))
    scene.time += 10
    scene.snapshot = { ...scene.snapshot, time: scene.time }
    const three = await scene.reporterOf().prepare(scene.situation())
    expect(await scene.relay(three)).toEqual(EXPIRIES.map(() => 'SliceUpdated'))
  })
})
