import { calendarFaults, sliceFaults, sviTotalVariance } from '@keel/quant'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SURFACE_SHAPE, TRAILING_POLICY, trailingSlice, trailingVolatilities } from '../src/index.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
const YEAR = 365 * DAY
const { floor, cap } = TRAILING_POLICY

const volatility = fc.double({ min: floor, max: cap, noNaN: true })
const volatilities = fc.record({ short: volatility, long: volatility })
const tau = fc.integer({ min: 10 * 60, max: YEAR })

describe('trailingSlice', () => {
  test('has no butterfly arbitrage, whatever the volatilities', () => {
    fc.assert(
      fc.property(volatilities, tau, (vols, tauSecs) => {
        expect(sliceFaults(trailingSlice(vols, { tauSecs }))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  test('has no calendar arbitrage between any two expiries at least an hour apart', () => {
    fc.assert(
      fc.property(volatilities, tau, fc.integer({ min: HOUR, max: YEAR }), (vols, tauSecs, later) => {
        const earlier = trailingSlice(vols, { tauSecs })
        expect(calendarFaults({ earlier, later: trailingSlice(vols, { tauSecs: tauSecs + later }) })).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  test('is flat at the money where short and long volatility are one', () => {
    fc.assert(
      fc.property(volatility, tau, (vol, tauSecs) => {
        const variance = sviTotalVariance(trailingSlice({ short: vol, long: vol }, { tauSecs }), 0)
        expect(variance / (vol * vol * (tauSecs / YEAR))).toBeCloseTo(1, 9)
      }),
    )
  })

  test('goes from short volatility to long', () => {
    const vols = { short: 1.2, long: 0.6 }
    const atm = (tauSecs: number) => Math.sqrt(sviTotalVariance(trailingSlice(vols, { tauSecs }), 0) / (tauSecs / YEAR))
    expect(atm(HOUR)).toBeCloseTo(1.2, 2)
    expect(atm(7 * DAY)).toBeLessThan(1.2)
    expect(atm(90 * DAY)).toBeLessThan(atm(7 * DAY))
    expect(atm(50 * YEAR)).toBeCloseTo(0.6, 2)
  })

  test('leans towards puts', () => {
    expect(SURFACE_SHAPE.rho).toBeLessThan(0)
    const slice = trailingSlice({ short: 0.8, long: 0.7 }, { tauSecs: 7 * DAY })
    expect(sviTotalVariance(slice, -0.1)).toBeGreaterThan(sviTotalVariance(slice, 0.1))
  })
})

describe('trailingVolatilities', () => {
  const hourly = (close: readonly number[]) => ({ ts: close.map((_, i) => i * HOUR), close })

  test('stay between floor and cap, one for each close', () => {
    const prices = fc.array(fc.double({ min: 1, max: 1e5, noNaN: true }), { minLength: 2, maxLength: 200 })
    fc.assert(
      fc.property(prices, (close) => {
        const values = trailingVolatilities(hourly(close))
        expect(values).toHaveLength(close.length)
        for (const { short, long } of values) {
          expect(short).toBeGreaterThanOrEqual(floor)
          expect(short).toBeLessThanOrEqual(cap)
          expect(long).toBeGreaterThanOrEqual(floor)
          expect(long).toBeLessThanOrEqual(cap)
        }
      }),
    )
  })

  test('are the fallback until there is enough to estimate from', () => {
    const { fallback, warmUpBars } = TRAILING_POLICY
    const values = trailingVolatilities(hourly(Array.from({ length: warmUpBars + 1 }, (_, i) => 2_500 + (i % 2))))
    for (const value of values.slice(0, warmUpBars)) expect(value).toEqual({ short: fallback, long: fallback })
    expect(values.at(-1)).not.toEqual({ short: fallback, long: fallback })
  })

  test('look at nothing later than their close', () => {
    const close = Array.from({ length: 120 }, (_, i) => 2_500 * (1 + 0.01 * Math.sin(i * i)))
    const whole = trailingVolatilities(hourly(close))
    expect(trailingVolatilities(hourly(close.slice(0, 80)))).toEqual(whole.slice(0, 80))
  })

  test('ask the premium over what a steady market realised', () => {
    // returns of ±1 % each hour: 0.01·√8760 = 0.936 a year
    const close = Array.from({ length: 2_000 }, (_, i) => (i % 2 === 0 ? 2_500 : 2_500 * Math.exp(0.01)))
    const { short, long } = trailingVolatilities(hourly(close)).at(-1)!
    expect(short).toBeCloseTo(TRAILING_POLICY.premium * 0.01 * Math.sqrt(8_760), 2)
    expect(long).toBeCloseTo(short, 2)
  })
})
