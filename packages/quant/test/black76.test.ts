import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { black76, black76Price, type OptionKind } from '../src/index.ts'
import { type Row, readOuterVectors, readVectors } from './readVectors.ts'

const PRICE_TOLERANCE = 1e-15

const forward = fc.double({ min: 1e-3, max: 1e6, noNaN: true })
const moneyness = fc.double({ min: -4, max: 4, noNaN: true })
const years = fc.double({ min: 1e-6, max: 10, noNaN: true })
const volatility = fc.double({ min: 1e-3, max: 5, noNaN: true })

describe('Black-76 against high-precision rows', () => {
  test.each(readVectors('black76.csv'))('$kind $forward/$strike for $years at $volatility', (row) => {
    const inputs = {
      kind: row.kind as OptionKind,
      forward: Number(row.forward),
      strike: Number(row.strike),
      years: Number(row.years),
      volatility: Number(row.volatility),
      discount: Number(row.discount),
    }
    const larger = Math.max(inputs.forward, inputs.strike)
    const deviation = inputs.volatility * Math.sqrt(inputs.years)
    const greeks = black76(inputs)
    const near = (actual: number, expected: string | undefined, tolerance: number): void =>
      expect(Math.abs(actual - Number(expected))).toBeLessThanOrEqual(tolerance)
    near(greeks.price, row.price, PRICE_TOLERANCE * larger)
    near(greeks.forwardDelta, row.forwardDelta, 1e-15)
    near(greeks.vegaPerUnitVol, row.vegaPerUnitVol, 1e-15 * inputs.forward)
    near(greeks.forwardGamma, row.forwardGamma, 2e-14 / (inputs.forward * deviation))
    near(greeks.thetaPerYear, row.thetaPerYear, (2e-14 * inputs.forward * inputs.volatility) / Math.sqrt(inputs.years))
  })
})

const outer = readOuterVectors('black76-high-precision.csv')
// Larger and printed tables are not part of the repository; without them the committed rows above stand alone.
describe.skipIf(outer === undefined)('Black-76 against the larger table beside the repository', () => {
  test('every row: price, delta, gamma and vega', () => {
    expect(outer!.length).toBeGreaterThan(80)
    for (const row of outer ?? []) {
      const T = row.T_years!.split('/').map(Number)
      const inputs = {
        forward: 2000,
        strike: 2000 * Number(row.k_over_f),
        years: T[0]! / (T[1] ?? 1),
        volatility: Number(row.sigma),
      }
      const larger = Math.max(inputs.forward, inputs.strike)
      const call = black76({ kind: 'call', ...inputs })
      const put = black76({ kind: 'put', ...inputs })
      const what = `K/F ${row.k_over_f}, T ${row.T_years}, vol ${row.sigma}`
      expect(Math.abs(call.price - Number(row.call)), what).toBeLessThanOrEqual(PRICE_TOLERANCE * larger)
      expect(Math.abs(put.price - Number(row.put)), what).toBeLessThanOrEqual(PRICE_TOLERANCE * larger)
      expect(Math.abs(call.forwardDelta - Number(row.call_delta)), what).toBeLessThanOrEqual(1e-14)
      expect(Math.abs(call.vegaPerUnitVol - Number(row.vega)), what).toBeLessThanOrEqual(1e-13 * 2000)
    }
  })
})

/** A spot option in the terms of Haug's tables, carried to the forward. */
function ofSpot(row: Row) {
  const [spot, q, r] = [Number(row.spot), Number(row.q), Number(row.r)]
  const [top, bottom = 1] = row.t!.split('/').map(Number)
  const years = top! / bottom
  const kind: OptionKind = row.type === 'Call' ? 'call' : 'put'
  const growth = Math.exp((r - q) * years)
  const strike = Number(row.strike)
  return {
    kind,
    forward: spot * growth,
    strike,
    years,
    volatility: Number(row.vol),
    discount: Math.exp(-r * years),
    growth,
  }
}

const haug = readOuterVectors('haug-1998-european.csv')
// As above.
describe.skipIf(haug === undefined)('Haug 1998, European options', () => {
  test('every row', () => {
    expect(haug).toHaveLength(43)
    for (const row of haug ?? []) {
      expect(Math.abs(black76Price(ofSpot(row)) - Number(row.value))).toBeLessThanOrEqual(Number(row.tol))
    }
  })
})

const haugGreeks = readOuterVectors('haug-1998-greeks.csv')
// As above.
describe.skipIf(haugGreeks === undefined)('Haug 1998, Greeks', () => {
  test('every Greek on spot, to the last printed digit', () => {
    expect(haugGreeks).toHaveLength(11)
    for (const row of haugGreeks ?? []) {
      const option = ofSpot(row)
      const { price, forwardDelta, forwardGamma, vegaPerUnitVol, thetaPerYear } = black76(option)
      const [r, q] = [Number(row.r), Number(row.q)]
      const deltaCash = forwardDelta * option.forward
      // The forward and the discount move with the rates and with time; the library's Greeks hold them.
      const theta = thetaPerYear + r * price - (r - q) * deltaCash
      const spotGreeks: Readonly<Record<string, number>> = {
        delta: forwardDelta * option.growth,
        elasticity: deltaCash / price,
        gamma: forwardGamma * option.growth ** 2,
        vega: vegaPerUnitVol,
        theta,
        'theta per day': theta / 365,
        rho: option.years * (deltaCash - price),
        dividendRho: -option.years * deltaCash,
      }
      expect(Math.abs(spotGreeks[row.greek!]! - Number(row.value)), row.greek!).toBeLessThanOrEqual(5.1e-5)
    }
  })
})

describe('Black-76 for every input', () => {
  test('puts and calls keep parity, bounds and signs', () => {
    fc.assert(
      fc.property(forward, moneyness, years, volatility, (f, k, t, v) => {
        const inputs = { forward: f, strike: f * Math.exp(k), years: t, volatility: v }
        const call = black76({ kind: 'call', ...inputs })
        const put = black76({ kind: 'put', ...inputs })
        const larger = Math.max(f, inputs.strike)
        expect(Math.abs(call.price - put.price - (f - inputs.strike))).toBeLessThanOrEqual(2e-15 * larger)
        expect(call.price).toBeGreaterThanOrEqual(Math.max(0, f - inputs.strike))
        expect(call.price).toBeLessThanOrEqual(f)
        expect(put.price).toBeGreaterThanOrEqual(Math.max(0, inputs.strike - f))
        expect(put.price).toBeLessThanOrEqual(inputs.strike)
        expect(call.forwardDelta - put.forwardDelta).toBeCloseTo(1, 14)
        expect(call.forwardGamma).toBe(put.forwardGamma)
        expect(call.vegaPerUnitVol).toBeGreaterThanOrEqual(0)
        expect(call.thetaPerYear).toBeLessThanOrEqual(0)
      }),
    )
  })

  test('Greeks are the slopes of the price', () => {
    const options = { forward: 2000, strike: 2150, years: 0.1, volatility: 0.7, discount: 0.98 }
    for (const kind of ['call', 'put'] as const) {
      const at = (change: Partial<typeof options>): number => black76Price({ kind, ...options, ...change })
      const greeks = black76({ kind, ...options })
      expect((at({ forward: 2000.1 }) - at({ forward: 1999.9 })) / 0.2).toBeCloseTo(greeks.forwardDelta, 7)
      expect((at({ forward: 2001 }) - 2 * at({}) + at({ forward: 1999 })) / 1).toBeCloseTo(greeks.forwardGamma, 7)
      expect((at({ volatility: 0.7001 }) - at({ volatility: 0.6999 })) / 2e-4).toBeCloseTo(greeks.vegaPerUnitVol, 4)
      expect((at({ years: 0.09999 }) - at({ years: 0.10001 })) / 2e-5).toBeCloseTo(greeks.thetaPerYear, 3)
    }
  })

  test('an option without variance is its intrinsic value', () => {
    const inputs = { forward: 110, strike: 100, discount: 0.9 }
    expect(black76Price({ kind: 'call', ...inputs, years: 0, volatility: 0.5 })).toBeCloseTo(9, 15)
    expect(black76Price({ kind: 'put', ...inputs, years: 1, volatility: 0 })).toBe(0)
    expect(black76({ kind: 'call', ...inputs, years: -1, volatility: 0.5 }).forwardDelta).toBe(0.9)
  })

  test('nonsense in is NaN out', () => {
    const good = { kind: 'call', forward: 100, strike: 100, years: 1, volatility: 0.5 } as const
    for (const bad of [{ forward: 0 }, { forward: -1 }, { strike: NaN }, { volatility: -0.1 }, { years: NaN }]) {
      expect(black76Price({ ...good, ...bad })).toBeNaN()
    }
  })
})
