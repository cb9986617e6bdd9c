import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BadBarError,
  BadHalfLifeError,
  closeToCloseVolatility,
  createRandom,
  ewmaVolatility,
  garmanKlassVolatility,
  jumpDiffusionPath,
  parkinsonVolatility,
  TooFewObservationsError,
  yangZhangVolatility,
} from '../src/index.ts'

const HOUR = 3600
const MINUTES = 60

/** Hourly bars cut from a one-second-scale path, so that highs and lows are nearly those of the diffusion. */
function barsOf(volatility: number, hours: number) {
  const perBar = 720
  const path = jumpDiffusionPath({
    seed: 7,
    start: 2000,
    steps: hours * perBar,
    dtSecs: HOUR / perBar,
    drift: 0,
    volatility,
  })
  const bars = {
    ts: [] as number[],
    open: [] as number[],
    high: [] as number[],
    low: [] as number[],
    close: [] as number[],
  }
  for (let i = 0; i < hours; i++) {
    const slice = path.subarray(i * perBar, (i + 1) * perBar + 1)
    bars.ts.push(i * HOUR)
    bars.open.push(slice[0]!)
    bars.close.push(slice[perBar]!)
    bars.high.push(slice.reduce((a, b) => Math.max(a, b)))
    bars.low.push(slice.reduce((a, b) => Math.min(a, b)))
  }
  return bars
}

describe('realised volatility', () => {
  const bars = barsOf(0.6, 1500)
  // Standard errors over 1,500 bars: 1.8 % close-to-close, about 0.8 % range-based; highs seen 720 times a bar read about 3 % low.
  test.each([
    ['close to close', closeToCloseVolatility(bars), 0.035],
    ['Parkinson', parkinsonVolatility(bars), 0.05],
    ['Garman–Klass', garmanKlassVolatility(bars), 0.05],
    ['Yang–Zhang', yangZhangVolatility(bars), 0.05],
  ])('%s recovers the volatility of a diffusion', (_, estimate, tolerance) => {
    expect(Math.abs(estimate / 0.6 - 1)).toBeLessThan(tolerance)
  })

  test('by hand: two bars', () => {
    const two = { ts: [0, HOUR], open: [100, 102], high: [105, 104], low: [99, 100], close: [102, 101] }
    const perYear = 8760
    const range = [Math.log(105 / 99), Math.log(104 / 100)]
    const move = [Math.log(102 / 100), Math.log(101 / 102)]
    const parkinson = ((range[0]! ** 2 + range[1]! ** 2) / 2 / (4 * Math.log(2))) * perYear
    expect(parkinsonVolatility(two)).toBeCloseTo(Math.sqrt(parkinson), 13)
    const gk = [0, 1].map((i) => 0.5 * range[i]! ** 2 - (2 * Math.log(2) - 1) * move[i]! ** 2)
    expect(garmanKlassVolatility(two)).toBeCloseTo(Math.sqrt(((gk[0]! + gk[1]!) / 2) * perYear), 13)
    expect(closeToCloseVolatility(two)).toBeCloseTo(Math.abs(move[1]!) * Math.sqrt(perYear), 13)
  })

  test('an outage is neither a return nor time', () => {
    const ts = [0, 1, 2, 3, 40, 41, 42].map((h) => h * HOUR)
    const close = [100, 101, 100, 101, 150, 151.5, 150]
    const r = Math.log(1.01)
    expect(closeToCloseVolatility({ ts, close })).toBeCloseTo(r * Math.sqrt(8760), 12)
    expect(closeToCloseVolatility({ ts, close }, { maxGapSecs: 100 * HOUR })).toBeGreaterThan(r * Math.sqrt(8760))
    const ewma = ewmaVolatility({ ts, close }, { halfLifeSecs: 5 * HOUR })
    expect(ewma[0]).toBeNaN()
    expect(ewma[4]).toBe(ewma[3])
    expect(ewma[6]).toBeCloseTo(r * Math.sqrt(8760), 12)
  })

  test('the EWMA weight is λ = 2^(−step/half-life)', () => {
    const ts = [0, 1, 2].map((d) => d * 86_400)
    const close = [100, 110, 100]
    const lambda = 0.94
    const halfLifeSecs = (86_400 * Math.log(0.5)) / Math.log(lambda)
    const r2 = Math.log(1.1) ** 2 * 365
    const flat = ewmaVolatility({ ts, close: [100, 110, 110] }, { halfLifeSecs })
    expect(flat[2]! ** 2).toBeCloseTo(lambda * r2, 12)
    expect(ewmaVolatility({ ts, close }, { halfLifeSecs })[2]! ** 2).toBeCloseTo(r2, 12)
  })

  test('scaling every price changes nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (scale) => {
        const few = barsOf(0.5, 3)
        const scaled = Object.fromEntries(
          Object.entries(few).map(([name, column]) => [name, name === 'ts' ? column : column.map((p) => p * scale)]),
        ) as unknown as typeof few
        expect(yangZhangVolatility(scaled)).toBeCloseTo(yangZhangVolatility(few), 9)
      }),
      { numRuns: 10 },
    )
  })

  test('says which bar is bad', () => {
    const good = { ts: [0, MINUTES], open: [1, 1], high: [1, 1], low: [1, 1], close: [1, 1] }
    expect(() => parkinsonVolatility({ ...good, high: [1, 0.5] })).toThrow(BadBarError)
    expect(() => closeToCloseVolatility({ ...good, ts: [5, 5] })).toThrow(/Bar 1: time 5 not after 5/)
    expect(() => closeToCloseVolatility({ ts: [0, 1], close: [1, NaN] })).toThrow(BadBarError)
    expect(() => closeToCloseVolatility({ ts: [0], close: [1] })).toThrow(TooFewObservationsError)
    expect(() => ewmaVolatility(good, { halfLifeSecs: 0 })).toThrow(BadHalfLifeError)
  })
})

describe('random paths', () => {
  test('the first draws of a seed never change, on any engine', () => {
    const random = createRandom(42)
    expect([random.uint32(), random.uint32(), random.uint32()]).toMatchInlineSnapshot(`
      [
        2289002547,
        1174489631,
        1873653176,
      ]
    `)
    expect(random.normal()).toMatchInlineSnapshot(`0.3360307352078153`)
    const path = jumpDiffusionPath({
      seed: 3,
      start: 2000,
      steps: 1000,
      dtSecs: HOUR,
      drift: 0.05,
      volatility: 0.7,
      jumpsPerYear: 50,
      jumpMean: -0.05,
      jumpStd: 0.1,
    })
    expect(path[1000]).toMatchInlineSnapshot(`2928.913237629866`)
  })

  test('streams differ, seeds differ, repeats do not', () => {
    const draw = (seed: number, stream?: number): number => createRandom(seed, stream).uniform()
    expect(new Set([draw(1), draw(2), draw(1, 1), draw(2 ** 40), draw(-1)]).size).toBe(5)
    expect(draw(9, 4)).toBe(draw(9, 4))
  })

  test('moments of the draws', () => {
    const random = createRandom(2024)
    const n = 200_000
    let [mean, square, fourth, count] = [0, 0, 0, 0]
    for (let i = 0; i < n; i++) {
      const z = random.normal()
      mean += z / n
      square += (z * z) / n
      fourth += z ** 4 / n
      count += random.poisson(2.5) / n
    }
    expect(Math.abs(mean)).toBeLessThan(0.01)
    expect(Math.abs(square - 1)).toBeLessThan(0.015)
    expect(Math.abs(fourth - 3)).toBeLessThan(0.12)
    expect(Math.abs(count - 2.5)).toBeLessThan(0.015)
  })

  test('a jump diffusion grows at its drift and carries the variance of both parts', () => {
    const parameters = { start: 1, steps: 1, dtSecs: 31_536_000 / 12, drift: 0.3, volatility: 0.4 }
    const jumps = { jumpsPerYear: 24, jumpMean: -0.03, jumpStd: 0.06 }
    let [mean, logMean, logSquare] = [0, 0, 0]
    const n = 40_000
    for (let stream = 0; stream < n; stream++) {
      const end = jumpDiffusionPath({ seed: 5, stream, ...parameters, ...jumps })[1]!
      mean += end / n
      logMean += Math.log(end) / n
      logSquare += Math.log(end) ** 2 / n
    }
    expect(Math.abs(mean - Math.exp(0.025))).toBeLessThan(0.005)
    const variance = (0.16 + 24 * (0.03 ** 2 + 0.06 ** 2)) / 12
    expect(Math.abs((logSquare - logMean ** 2) / variance - 1)).toBeLessThan(0.03)
  })
})
