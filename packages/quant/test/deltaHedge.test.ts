import { describe, expect, test } from 'vitest'
import { BadHedgeError, meanAndDeviation, simulateDeltaHedge } from '../src/index.ts'
import { walkInKernel } from '../src/kernel/hedgeBlocks.ts'
import { walkPaths } from '../src/simulate/walk.ts'

const PARAMETERS = {
  kind: 'call',
  forward: 100 * Math.exp(0.05 / 12),
  strike: 100,
  years: 1 / 12,
  steps: 21,
  paths: 20_000,
  seed: 1,
  pathVolatility: 0.2,
  hedgeVolatility: 0.2,
} as const

describe('a hedged short option', () => {
  // Derman and Kamal 1998, "When you cannot hedge continuously", figures 2 and 3: S = K = 100, one month, 20 %, rate 5 %.
  test.each([
    [21, 0.43],
    [84, 0.22],
  ])('rebalanced %d times has the published deviation of profit', (steps, published) => {
    const { profit } = simulateDeltaHedge({ ...PARAMETERS, steps })
    const { mean, deviation } = meanAndDeviation(profit)
    expect(Math.abs(deviation - published)).toBeLessThan(0.01)
    expect(Math.abs(mean)).toBeLessThan(0.015)
  })

  test('a put and a call of one strike have the same profit, path by path', () => {
    const call = simulateDeltaHedge({ ...PARAMETERS, paths: 200 })
    const put = simulateDeltaHedge({ ...PARAMETERS, kind: 'put', paths: 200 })
    call.profit.forEach((profit, i) => void expect(put.profit[i]).toBeCloseTo(profit, 10))
  })

  test('sold above the volatility that comes, it earns the difference in premium on average', () => {
    const { profit, premium } = simulateDeltaHedge({ ...PARAMETERS, hedgeVolatility: 0.25 })
    const fair = simulateDeltaHedge({ ...PARAMETERS, paths: 1 }).premium
    expect(Math.abs(meanAndDeviation(profit).mean - (premium - fair))).toBeLessThan(0.02)
  })

  test('a band trades less, costs less and hedges worse', () => {
    const tight = simulateDeltaHedge({ ...PARAMETERS, paths: 3000, steps: 84, costRate: 0.002 })
    const wide = simulateDeltaHedge({ ...PARAMETERS, paths: 3000, steps: 84, costRate: 0.002, band: 0.1 })
    expect(meanAndDeviation(wide.cost).mean).toBeLessThan(0.7 * meanAndDeviation(tight.cost).mean)
    expect(meanAndDeviation(wide.profit).mean).toBeGreaterThan(meanAndDeviation(tight.profit).mean)
    const free = (band: number) =>
      meanAndDeviation(simulateDeltaHedge({ ...PARAMETERS, paths: 3000, steps: 84, band }).profit).deviation
    expect(free(0.1)).toBeGreaterThan(free(0))
  })

  test('a path depends on the seed and its number alone', () => {
    const few = simulateDeltaHedge({ ...PARAMETERS, paths: 3 })
    const many = simulateDeltaHedge({ ...PARAMETERS, paths: 50 })
    expect([...many.profit.subarray(0, 3)]).toEqual([...few.profit])
    expect(few.profit[0]).toMatchInlineSnapshot(`0.8542023962861747`)
  })

  test('the kernel walks the paths of the reference, bit for bit', () => {
    const steps = 60
    const schedule = {
      inverse: Float64Array.from({ length: steps }, (_, i) => 1 / (0.1 * Math.sqrt(1 - i / steps))),
      half: Float64Array.from({ length: steps }, (_, i) => 0.05 * Math.sqrt(1 - i / steps)),
    }
    for (const band of [0, 0.05]) {
      const move = { strike: 2000, start: 0.01, step: -1e-4, deviation: 0.02, offset: -1, band }
      const kernel = walkInKernel(move, schedule, { seed: 12, paths: 333 })
      expect(kernel).toEqual(walkPaths(move, schedule, { seed: 12, paths: 333 }))
    }
  })

  test('says which parameter is wrong', () => {
    expect(() => simulateDeltaHedge({ ...PARAMETERS, steps: 0 })).toThrow(BadHedgeError)
    expect(() => simulateDeltaHedge({ ...PARAMETERS, strike: Number.NaN })).toThrow(/strike is NaN/)
    expect(() => simulateDeltaHedge({ ...PARAMETERS, band: -1 })).toThrow(/band is -1/)
  })
})
