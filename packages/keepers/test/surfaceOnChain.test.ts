import { sviTotalVariance } from '@keel/quant'
import { describe, expect, test } from 'vitest'
import { DAYS, EXPIRIES, useReportScene } from './reportScene.ts'
import { chainOf, dearer, expiryAt, trueSlice } from './syntheticChain.ts'

const YEAR = 365 * 86_400
/** Largest error in volatility allowed on chain, within a deviation of the money. */
const ONE_POINT = 0.01

const scene = useReportScene()

describe('a venue’s chain, fitted, signed and relayed', () => {
  test('stands in the oracle within a vol point of the volatilities it was quoted from', async () => {
    const outcome = await scene.reporterOf().prepare(scene.situation())
    expect(outcome).toMatchObject({ report: { chosen: { source: 'fitted', missing: [] }, signed: { absent: [] } } })
    expect(await scene.relay(outcome)).toEqual(EXPIRIES.map(() => 'SliceUpdated'))
    for (const [i, expiry] of EXPIRIES.entries()) {
      const years = (expiry - scene.time) / YEAR
      for (const z of [-1, -0.5, 0, 0.5, 1]) {
        const k = z * 0.6 * Math.sqrt(years)
        const onChain = Math.sqrt((await scene.chain.varianceAt(expiry, k)) / years)
        const truth = Math.sqrt(sviTotalVariance(trueSlice(years), k) / years)
        expect(Math.abs(onChain - truth), `expiry ${i}, z ${z}`).toBeLessThan(ONE_POINT)
      }
    }
  })

  test('between its expiries the oracle is linear in total variance', async () => {
    await scene.relay(await scene.reporterOf().prepare(scene.situation()))
    const [near, far] = [expiryAt(5), expiryAt(12)]
    const held = await scene.chain.inForce()
    const varianceOf = (expiry: number, k: number) =>
      sviTotalVariance(held.find((slice) => slice.expiry === expiry)!.svi, k)
    for (const k of [-0.1, 0, 0.1]) {
      const expected = varianceOf(near, k) * (5 / 7) + varianceOf(far, k) * (2 / 7)
      expect((await scene.chain.varianceAt(expiryAt(7), k)) / expected).toBeCloseTo(1, 8)
    }
  })

  test('has the forwards the chain has', async () => {
    await scene.relay(await scene.reporterOf().prepare(scene.situation()))
    for (const { expiry, forwardRatio } of await scene.chain.inForce())
      expect(forwardRatio).toBeCloseTo(1 + 0.04 * ((expiry - scene.time) / YEAR), 4)
  })

  test('is refused when relayed too late', async () => {
    const outcome = await scene.reporterOf().prepare(scene.situation())
    await expect(scene.relay(outcome, scene.time + 61)).rejects.toMatchObject({ contractError: 'ReportTooOld' })
    expect(Math.max(...(await scene.chain.inForce()).map(({ reportedAt }) => reportedAt))).toBeLessThan(scene.time)
  })

  test('is the same report when prepared twice, and the second relay does nothing', async () => {
    const [first, second] = [
      await scene.reporterOf().prepare(scene.situation()),
      await scene.reporterOf().prepare(scene.situation()),
    ]
    expect(second.report!.call).toEqual(first.report!.call)
    await scene.relay(first)
    await expect(scene.relay(second, scene.time + 6)).rejects.toMatchObject({ contractError: 'ReportNotNewer' })
  })
})

describe('a slice in force that is not reported anew', () => {
  const without = (expiry: number) => {
    scene.snapshot = { ...scene.snapshot, quotes: scene.snapshot.quotes.filter((quote) => quote.expiry !== expiry) }
  }
  /** At-the-money volatility of an expiry, as the oracle has it. */
  const volatilityOf = async (expiry: number): Promise<number> => {
    const { svi, reportedAt } = (await scene.chain.inForce()).find((slice) => slice.expiry === expiry)!
    return Math.sqrt((sviTotalVariance(svi, 0) * YEAR) / (expiry - reportedAt))
  }

  test('stays where it crosses nobody', async () => {
    await scene.relay(await scene.reporterOf().prepare(scene.situation()))
    const before = await volatilityOf(expiryAt(1))
    scene.time += 300
    scene.snapshot = chainOf(DAYS, { time: scene.time })
    without(expiryAt(1))
    const outcome = await scene.reporterOf().prepare(scene.situation({ inForce: await scene.chain.inForce() }))
    expect(outcome.report!.chosen.missing).toEqual([{ expiry: expiryAt(1), reason: 'too-near' }])
    expect(await scene.relay(outcome)).toHaveLength(EXPIRIES.length - 1)
    expect(await volatilityOf(expiryAt(1))).toBe(before)
  })

  test('is replaced where it would have the whole report refused', async () => {
    const high = chainOf(DAYS, { time: scene.time })
    scene.snapshot = { ...high, quotes: high.quotes.map(dearer).map(dearer).map(dearer) }
    await scene.relay(await scene.reporterOf().prepare(scene.situation()))
    scene.time += 800
    scene.snapshot = chainOf(DAYS, { time: scene.time })
    without(expiryAt(1))
    const blind = await scene.reporterOf().prepare(scene.situation({ inForce: [] }))
    await expect(scene.relay(blind)).rejects.toMatchObject({ contractError: 'CalendarArbitrage' })
    const outcome = await scene.reporterOf().prepare(scene.situation({ inForce: await scene.chain.inForce() }))
    expect(outcome.report!.chosen.slices[0]).toMatchObject({ expiry: expiryAt(1), origin: 'beyond' })
    expect(await scene.relay(outcome, scene.time + 6)).toHaveLength(EXPIRIES.length)
    expect(await volatilityOf(expiryAt(1))).toBeCloseTo(await volatilityOf(expiryAt(2)), 4)
  })
})
