import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BadHedgeError,
  black76,
  black76Price,
  createRandom,
  inverseNormalCdf,
  logRatio,
  meanAndDeviation,
  normalCdf,
  simulateDeltaHedge,
} from '../src/index.ts'
import { walkInKernel } from '../src/kernel/hedgeBlocks.ts'
import {
  DRAW_ROWS,
  FIRST_DRAW_ROW,
  FURTHEST,
  hedgeTables,
  MIDDLE_RATIO_ROW,
  PER_UNIT,
  ROW,
} from '../src/simulate/tables.ts'
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
    expect(few.profit[0]).toMatchInlineSnapshot(`0.7079981776158295`)
  })

  test('the kernel walks the paths of the reference, bit for bit, and neither meets a NaN', () => {
    const size = fc.oneof(fc.double({ min: 0.01, max: 3, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }))
    const above = fc.oneof(
      fc.double({ min: 0.01, max: 3, noNaN: true }),
      fc.double({ min: Number.MIN_VALUE, max: 1e6, noNaN: true }),
    )
    const price = fc.oneof(
      fc.double({ min: 50, max: 200, noNaN: true }),
      fc.constantFrom(1e-40, 1e40),
      fc.double({ min: 1e-40, max: 1e40, noNaN: true }),
    )
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constantFrom('call', 'put'),
          forward: price,
          strike: price,
          years: above,
          steps: fc.integer({ min: 1, max: 40 }),
          paths: fc.integer({ min: 1, max: 150 }),
          seed: fc.maxSafeInteger(),
          pathVolatility: size,
          hedgeVolatility: above,
          drift: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
          costRate: size,
          impactRate: size,
          tradeCost: size,
          fundingRate: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
          band: size,
        }),
        (parameters) => {
          const { kind, forward, strike, years, steps, paths, seed, pathVolatility, hedgeVolatility, drift } =
            parameters
          const dt = years / steps
          const root = (i: number): number => hedgeVolatility * Math.sqrt((years * (steps - i)) / steps)
          const schedule = {
            inverse: Float64Array.from({ length: steps }, (_, i) => 1 / root(i)),
            half: Float64Array.from({ length: steps }, (_, i) => 0.5 * root(i)),
          }
          const move = {
            strike,
            start: logRatio(forward, strike),
            step: (drift - 0.5 * pathVolatility * pathVolatility) * dt,
            deviation: pathVolatility * Math.sqrt(dt),
            offset: kind === 'call' ? 0 : -1,
            band: parameters.band,
          }
          expect(walkInKernel(move, schedule, { seed, paths })).toEqual(walkPaths(move, schedule, { seed, paths }))
          const { profit, cost, funding } = simulateDeltaHedge(parameters)
          expect([...profit, ...cost, ...funding].some(Number.isNaN)).toBe(false)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('a path is the one that black76 and the normal quantile give step by step', () => {
    const { kind, forward, strike, years, pathVolatility: volatility, seed } = PARAMETERS
    const steps = 30
    const venue = { costRate: 0.001, impactRate: 0.02, tradeCost: 0.003, fundingRate: 0.2 }
    const { profit } = simulateDeltaHedge({ ...PARAMETERS, steps, paths: 40, ...venue })
    const cost = (units: number, price: number): number =>
      0.001 * units * price + 0.02 * units * units * price + (units > 0 ? 0.003 : 0)
    for (let path = 0; path < 40; path++) {
      const random = createRandom(seed, path)
      let price = forward
      let held = 0
      let cash = black76Price({ kind, forward, strike, years, volatility })
      for (let i = 0; i < steps; i++) {
        const { forwardDelta } = black76({ kind, forward: price, strike, years: years * (1 - i / steps), volatility })
        cash -= (forwardDelta - held) * price + cost(Math.abs(forwardDelta - held), price)
        held = forwardDelta
        cash -= 0.2 * held * price * (years / steps)
        const word = random.uint32() | 0
        const normal = -Math.sign(word + 0.5) * inverseNormalCdf(Math.abs(word + 0.5) / 2 ** 32)
        price *= Math.exp(volatility * Math.sqrt(years / steps) * normal - (0.5 * volatility ** 2 * years) / steps)
      }
      cash += held * price - cost(held, price) - Math.max(0, price - strike)
      expect(Math.abs(profit[path]! - cash)).toBeLessThan(1e-9)
    }
  })

  test('draws and ratios of the tables keep the errors they state', () => {
    const tables = hedgeTables()
    const row = (at: number, t: number): number => {
      let sum = 0
      for (let j = ROW - 1; j >= 0; j--) sum = sum * t + tables[ROW * at + j]!
      return sum
    }
    const bits = new DataView(new ArrayBuffer(8))
    const random = createRandom(5)
    for (let i = 0; i < 100_000; i++) {
      const q = Math.floor(2 ** (31 * random.uniform())) + 0.5
      bits.setFloat64(0, q)
      const top = bits.getUint16(0)
      bits.setFloat64(0, 0)
      bits.setUint16(0, top)
      const low = bits.getFloat64(0)
      bits.setUint16(0, top + 1)
      const t = q - 0.5 * (low + bits.getFloat64(0))
      expect(Math.abs(row(top - FIRST_DRAW_ROW, t) + inverseNormalCdf(q / 2 ** 32))).toBeLessThan(4e-12)
      const x = (2 * random.uniform() - 1) * FURTHEST
      const n = Math.round(x * PER_UNIT)
      expect(Math.abs(row(DRAW_ROWS + MIDDLE_RATIO_ROW + n, x - n / PER_UNIT) - normalCdf(x))).toBeLessThan(1e-15)
    }
  })

  test('says which parameter is wrong', () => {
    expect(() => simulateDeltaHedge({ ...PARAMETERS, steps: 0 })).toThrow(BadHedgeError)
    expect(() => simulateDeltaHedge({ ...PARAMETERS, paths: 1.5 })).toThrow(/paths is 1.5. Pass a number from 1 to/)
    expect(() => simulateDeltaHedge({ ...PARAMETERS, drift: Infinity })).toThrow(/drift is Infinity/)
    expect(() => simulateDeltaHedge({ ...PARAMETERS, years: -1 })).toThrow(/years is -1/)
    expect(() => simulateDeltaHedge({ ...PARAMETERS, strike: Number.NaN })).toThrow(/strike is NaN/)
    expect(() => simulateDeltaHedge({ ...PARAMETERS, band: -1 })).toThrow(/band is -1/)
  })
})
