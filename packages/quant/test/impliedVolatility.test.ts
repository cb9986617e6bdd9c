import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { black76, impliedDeviation, impliedVolatilities, impliedVolatility } from '../src/index.ts'
import { readVectors } from './readVectors.ts'

describe('implied deviation against high-precision rows', () => {
  test.each(readVectors('implied-deviation.csv'))('x $x, s $s', (row) => {
    const s = impliedDeviation({ x: Number(row.x), beta: Number(row.beta), room: Number(row.room) })
    expect(Math.abs(s / Number(row.s) - 1)).toBeLessThanOrEqual(2e-15 * Number(row.condition))
  })
})

describe('implied volatility', () => {
  test('returns the volatility a price was made with, as far as the price can tell', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 1e-4, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 4, noNaN: true }),
        fc.constantFrom('call', 'put'),
        (k, years, volatility, kind) => {
          const inputs = { kind, forward: 2000, strike: 2000 * Math.exp(k), years } as const
          const { price, vegaPerUnitVol } = black76({ ...inputs, volatility })
          fc.pre(vegaPerUnitVol > 1e-200)
          const attainable = (4e-15 * Math.max(inputs.forward, inputs.strike)) / vegaPerUnitVol
          fc.pre(attainable < 0.1 * volatility)
          const found = impliedVolatility({ ...inputs, price })
          expect(Math.abs(found - volatility)).toBeLessThanOrEqual(attainable + 1e-14 * volatility)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('stays finite and repeats the price over the whole normalised domain', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 600, noNaN: true }),
        fc.double({ min: 1e-300, max: 1, noNaN: true }),
        (x, share) => {
          const cap = Math.exp(-x / 2)
          const beta = cap * share
          fc.pre(beta > 1e-300 && beta < cap * (1 - 1e-15))
          const s = impliedDeviation({ x, beta, room: cap - beta })
          expect(s).toBeGreaterThan(0)
          expect(s).toBeLessThan(60)
          expect(s).toBeGreaterThan(x / 40)
        },
      ),
      { numRuns: 20000, seed: 1 },
    )
  })

  test('answers at and beyond the bounds without throwing', () => {
    const call = { kind: 'call', forward: 110, strike: 100, years: 1 } as const
    expect(impliedVolatility({ ...call, price: 10 })).toBe(0)
    expect(impliedVolatility({ ...call, price: 9.99 })).toBeNaN()
    expect(impliedVolatility({ ...call, price: 110 })).toBe(Infinity)
    expect(impliedVolatility({ ...call, price: 110.01 })).toBeNaN()
    expect(impliedVolatility({ ...call, price: NaN })).toBeNaN()
    expect(impliedVolatility({ ...call, price: 12, years: -1 })).toBeNaN()
    expect(impliedVolatility({ ...call, price: 12, forward: 0 })).toBeNaN()
  })

  test('a batch has the bits of the scalar', () => {
    const n = 200
    const price = Float64Array.from({ length: n }, (_, i) => 0.5 + i)
    const columns = {
      sign: new Int8Array(n).fill(1),
      forward: new Float64Array(n).fill(1000),
      strike: new Float64Array(n).fill(1100),
      years: new Float64Array(n).fill(0.3),
      price,
    }
    const out = impliedVolatilities(columns)
    for (let i = 0; i < n; i++) {
      const scalar = impliedVolatility({ kind: 'call', forward: 1000, strike: 1100, years: 0.3, price: price[i]! })
      expect(Object.is(out[i], scalar)).toBe(true)
    }
  })
})
