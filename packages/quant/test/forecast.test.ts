import { describe, expect, test } from 'vitest'
import {
  createRandom,
  dieboldMariano,
  fitHar,
  forecastHar,
  jumpDiffusionPath,
  qlike,
  randomWalkForecast,
  realisedVariances,
  ShortHistoryError,
  TooFewLossesError,
} from '../src/index.ts'

const DAY = 86_400

describe('realised variances', () => {
  test('of a diffusion average to its variance a day', () => {
    const close = jumpDiffusionPath({ seed: 1, start: 100, steps: 300 * 288, dtSecs: 300, drift: 0, volatility: 0.8 })
    const { ts, variance } = realisedVariances({ ts: Array.from(close, (_, i) => i * 300), close })
    const mean = variance.subarray(0, 300).reduce((a, b) => a + b, 0) / 300
    expect(ts[5]).toBe(5 * DAY)
    expect(Math.abs(mean / (0.64 / 365) - 1)).toBeLessThan(0.02)
  })

  test('scale for what an outage hid and give up on a day mostly hidden', () => {
    const hours = [...Array(25).keys(), ...[27, 28, 29], ...Array.from({ length: 24 }, (_, i) => i + 49)]
    const close = hours.map((h) => (h % 2 === 0 ? 100 : 101))
    const { variance } = realisedVariances({ ts: hours.map((h) => h * 3600), close })
    expect(variance[0]).toBeCloseTo(24 * Math.log(1.01) ** 2, 12)
    expect(variance[1]).toBeNaN()
    expect(variance[2]).toBeCloseTo(24 * Math.log(1.01) ** 2, 12)
  })
})

describe('HAR', () => {
  /** A log-variance that follows the very recursion HAR fits. */
  function simulated(n: number): Float64Array {
    const random = createRandom(8)
    const logs = Array<number>(30).fill(-6)
    for (let i = 30; i < n; i++) {
      const mean = (w: number): number => Math.log(logs.slice(-w).reduce((a, b) => a + Math.exp(b), 0) / w)
      logs.push(-0.3 + 0.4 * mean(1) + 0.35 * mean(7) + 0.2 * mean(30) + 0.3 * random.normal())
    }
    return Float64Array.from(logs, Math.exp)
  }

  test('gets its coefficients back', () => {
    const model = fitHar(simulated(6000))
    const [, day, week, month] = model.coefficients
    expect(Math.abs(day! - 0.4)).toBeLessThan(0.05)
    expect(Math.abs(week! - 0.35)).toBeLessThan(0.06)
    expect(Math.abs(month! - 0.2)).toBeLessThan(0.06)
    expect(Math.sqrt(model.errorVariance)).toBeCloseTo(0.3, 1)
  })

  test('beats the random walk where it is the truth, and Diebold–Mariano notices', () => {
    const series = simulated(2500)
    const losses = { first: [] as number[], second: [] as number[] }
    const model = fitHar(series.subarray(0, 1500))
    for (let end = 1500; end < 2500; end++) {
      const history = series.subarray(0, end)
      const realised = series[end]!
      losses.first.push(qlike({ forecast: forecastHar(model, history), realised }))
      losses.second.push(qlike({ forecast: randomWalkForecast(history), realised }))
    }
    const { statistic, pValue, meanDifference } = dieboldMariano(losses)
    expect(meanDifference).toBeLessThan(0)
    expect(statistic).toBeLessThan(-3)
    expect(pValue).toBeLessThan(0.01)
  })

  test('works around holes and refuses too little', () => {
    const series = simulated(400)
    series[200] = Number.NaN
    const model = fitHar(series, { form: 'variance', horizon: 5 })
    expect(model.observations).toBe(400 - 30 - 5 + 1 - 35)
    expect(forecastHar(model, series)).toBeGreaterThan(0)
    expect(forecastHar(model, series.subarray(0, 210))).toBeNaN()
    expect(() => fitHar(series.subarray(0, 40))).toThrow(ShortHistoryError)
  })
})

describe('losses', () => {
  test('QLIKE is zero when right and dislikes low forecasts more', () => {
    expect(qlike({ forecast: 2, realised: 2 })).toBe(0)
    expect(qlike({ forecast: 1, realised: 2 })).toBeCloseTo(1 - Math.log(2), 15)
    expect(qlike({ forecast: 1, realised: 2 })).toBeGreaterThan(qlike({ forecast: 4, realised: 2 }))
    expect(qlike({ forecast: -1, realised: 2 })).toBeNaN()
  })

  test('Diebold–Mariano keeps its size when nothing differs', () => {
    const random = createRandom(77)
    let rejected = 0
    for (let trial = 0; trial < 400; trial++) {
      const draw = (): number[] => Array.from({ length: 200 }, () => random.normal() ** 2)
      if (dieboldMariano({ first: draw(), second: draw() }).pValue < 0.05) rejected++
    }
    expect(rejected / 400).toBeGreaterThan(0.02)
    expect(rejected / 400).toBeLessThan(0.1)
  })

  test('by hand: no autocorrelation, n = 16 and lags of floor(16^⅓) = 2', () => {
    const first = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 1.5 : 0.5))
    const second = Array(16).fill(0.5)
    // d alternates 1, 0: γ₀ = ¼, γ₁ = −15/64, γ₂ = 14/64; Bartlett ⅔ and ⅓.
    const longRun = 0.25 + 2 * ((2 / 3) * (-15 / 64) + (1 / 3) * (14 / 64))
    const expected = (Math.sqrt(15 / 16) * 0.5) / Math.sqrt(longRun / 16)
    expect(dieboldMariano({ first, second }).statistic).toBeCloseTo(expected, 12)
    expect(() => dieboldMariano({ first: [1], second: [2] })).toThrow(TooFewLossesError)
  })
})
