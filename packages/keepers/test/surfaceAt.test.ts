import { calendarFaults, sliceFaults, sviTotalVariance, sviVolatility } from '@keel/quant'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitSurface, REACH_POLICY, roundSlice, surfaceAt } from '../src/index.ts'
import { chainOf, expiryAt, INDEX, TIME, trueForward, trueSlice } from './syntheticChain.ts'

const DAY = 86_400
const YEAR = 365 * DAY
const DAYS = [2, 5, 12, 25, 53]
const surface = fitSurface({ ...chainOf(DAYS), index: INDEX })

describe('surfaceAt the time of the snapshot', () => {
  const { slices, missing } = surfaceAt(surface, { time: TIME, expiries: DAYS.map(expiryAt) })

  test('gives the fitted slices as they are', () => {
    expect(missing).toEqual([])
    expect(slices.map(({ expiry, svi }) => ({ expiry, svi }))).toEqual(
      surface.slices.map(({ expiry, svi }) => ({ expiry, svi })),
    )
    expect(slices.every(({ origin }) => origin === 'fitted')).toBe(true)
  })

  test('and the ratio of each forward to the index', () => {
    for (const { expiry, forwardRatio } of slices)
      expect(forwardRatio).toBeCloseTo(trueForward((expiry - TIME) / YEAR) / INDEX, 4)
  })
})

describe('surfaceAt a later time', () => {
  const later = TIME + 5 * 3_600
  const { slices } = surfaceAt(surface, { time: later, expiries: DAYS.map(expiryAt) })

  test('keeps volatilities and lets variance and carry run off', () => {
    slices.forEach(({ expiry, svi, forwardRatio }, i) => {
      const before = { k: 0.05, years: (expiry - TIME) / YEAR }
      const now = { k: 0.05, years: (expiry - later) / YEAR }
      expect(sviVolatility(svi, now)).toBeCloseTo(sviVolatility(surface.slices[i]!.svi, before), 6)
      expect(Math.log(forwardRatio)).toBeCloseTo(
        (Math.log(surface.slices[i]!.forward / INDEX) * (expiry - later)) / (expiry - TIME),
        9,
      )
    })
  })

  test('has nothing of an expiry that has passed', () => {
    const passed = surfaceAt(surface, { time: expiryAt(2), expiries: [expiryAt(2), expiryAt(5)] })
    expect(passed.missing).toEqual([{ expiry: expiryAt(2), reason: 'expired' }])
    expect(passed.slices.map(({ expiry }) => expiry)).toEqual([expiryAt(5)])
  })
})

describe('an expiry the chain lacks', () => {
  test('is linear in total variance between its neighbours', () => {
    const days = [7, 8, 19, 40]
    const { slices, missing } = surfaceAt(surface, { time: TIME, expiries: days.map(expiryAt) })
    expect(missing).toEqual([])
    for (const { expiry, svi, origin } of slices) {
      expect(origin).toBe('between')
      const far = surface.slices.findIndex((slice) => slice.expiry > expiry)
      const [a, b] = [surface.slices[far - 1]!, surface.slices[far]!]
      const share = (expiry - a.expiry) / (b.expiry - a.expiry)
      const years = (expiry - TIME) / YEAR
      for (const z of [-2, -1, 0, 1, 2]) {
        const k = z * 0.6 * Math.sqrt(years)
        const w = (1 - share) * sviTotalVariance(a.svi, k) + share * sviTotalVariance(b.svi, k)
        expect(Math.abs(sviVolatility(svi, { k, years }) - Math.sqrt(w / years))).toBeLessThan(0.01)
      }
    }
  })

  test('comes near the truth the quotes were made from', () => {
    const { svi } = surfaceAt(surface, { time: TIME, expiries: [expiryAt(8)] }).slices[0]!
    const years = (expiryAt(8) - TIME) / YEAR
    const truth = trueSlice(years)
    for (const k of [-0.1, 0, 0.1])
      expect(Math.abs(sviVolatility(svi, { k, years }) - sviVolatility(truth, { k, years }))).toBeLessThan(0.015)
  })

  test('has the flat volatility of the nearest at the ends, and none further out', () => {
    const reach = { ...REACH_POLICY, beyondSecs: 2 * DAY, leastSecs: 0 }
    const { slices, missing } = surfaceAt(surface, { time: TIME, expiries: [1, 2, 53, 54, 60].map(expiryAt), reach })
    expect(slices.map(({ origin }) => origin)).toEqual(['beyond', 'fitted', 'fitted', 'beyond'])
    expect(missing).toEqual([{ expiry: expiryAt(60), reason: 'too-far' }])
    const vol = (i: number) => sviVolatility(slices[i]!.svi, { k: 0, years: (slices[i]!.expiry - TIME) / YEAR })
    expect(vol(0)).toBeCloseTo(vol(1), 6)
    expect(vol(3)).toBeCloseTo(vol(2), 6)
  })

  test('is missing between neighbours further apart than allowed', () => {
    const reach = { ...REACH_POLICY, betweenSecs: 10 * DAY }
    const { missing } = surfaceAt(surface, { time: TIME, expiries: [expiryAt(7), expiryAt(19)], reach })
    expect(missing).toEqual([{ expiry: expiryAt(19), reason: 'too-far' }])
  })

  test('is missing at the ends and under two days unless the policy says otherwise', () => {
    const { missing } = surfaceAt(surface, { time: TIME, expiries: [expiryAt(1), expiryAt(54)] })
    expect(missing).toEqual([
      { expiry: expiryAt(1), reason: 'too-near' },
      { expiry: expiryAt(54), reason: 'too-far' },
    ])
  })

  test('is missing when there is no surface', () => {
    const empty = fitSurface({ time: TIME, quotes: [] })
    expect(surfaceAt(empty, { time: TIME, expiries: [expiryAt(9)] })).toEqual({
      slices: [],
      missing: [{ expiry: expiryAt(9), reason: 'no-surface' }],
    })
  })
})

test('whatever the time and the expiries, all that is given passes the contract’s checks together', () => {
  const day = fc.integer({ min: 0, max: 60 })
  fc.assert(
    fc.property(fc.array(day, { maxLength: 12 }), fc.integer({ min: 0, max: 30 * DAY }), (days, waited) => {
      const time = TIME + waited
      const { slices, missing } = surfaceAt(surface, { time, expiries: days.map(expiryAt) })
      expect(slices.length + missing.length).toBe(new Set(days).size)
      slices.forEach(({ expiry, svi, forwardRatio }, i) => {
        expect(roundSlice(svi)).toEqual(svi)
        expect(sliceFaults(svi, { years: (expiry - time) / YEAR })).toEqual([])
        expect(forwardRatio).toBeGreaterThan(0.99)
        expect(forwardRatio).toBeLessThan(1.02)
        if (i > 0) expect(calendarFaults({ earlier: slices[i - 1]!.svi, later: svi })).toEqual([])
      })
    }),
    { numRuns: 60 },
  )
})
