import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { erfcx, exp, inverseNormalCdf, log, logRatio, millsRatio, normalCdf, normalPdf } from '../src/index.ts'
import { readVectors } from './readVectors.ts'

const relative = (actual: number, expected: number): number =>
  actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected)

describe('exp and log', () => {
  test.each(readVectors('elementary.csv'))('$function($x)', (row) => {
    const f = row.function === 'exp' ? exp : log
    expect(relative(f(Number(row.x)), Number(row.value))).toBeLessThanOrEqual(2.3e-16)
  })

  test('hold their limits and refuse what has none', () => {
    expect([exp(0), exp(710), exp(-746), exp(Number.NaN)]).toEqual([1, Infinity, 0, Number.NaN])
    expect([log(1), log(0), log(-1), log(Infinity), log(Number.NaN)]).toEqual([0, -Infinity, NaN, Infinity, NaN])
    expect(exp(-745)).toBe(5e-324)
  })

  test('undo each other', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -600, max: 600, noNaN: true }),
        (x) => Math.abs(log(exp(x)) - x) <= 5e-16 + 4e-16 * Math.abs(x),
      ),
    )
  })

  test('logRatio sees a forward one ulp from its strike', () => {
    expect(logRatio(1 + Number.EPSILON, 1)).toBe(Number.EPSILON)
    expect(logRatio(2000, 2000)).toBe(0)
  })

  test('logRatio agrees with the difference of logarithms and is odd', () => {
    const price = fc.double({ min: 1e-3, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(price, price, (a, b) => {
        expect(Math.abs(logRatio(a, b) - (log(a) - log(b)))).toBeLessThanOrEqual(1e-14)
        expect(Math.abs(logRatio(a, b) + logRatio(b, a))).toBeLessThanOrEqual(1e-14)
      }),
    )
  })
})

describe('the normal distribution', () => {
  test.each(readVectors('normal.csv'))('at $x', (row) => {
    const x = Number(row.x)
    expect(relative(normalPdf(x), Number(row.pdf))).toBeLessThan(1e-15)
    expect(Math.abs(normalCdf(x) - Number(row.cdf))).toBeLessThanOrEqual(2e-16)
    expect(relative(normalCdf(x), Number(row.cdf))).toBeLessThan(3e-15)
    if (row.erfcx !== '') expect(relative(erfcx(x), Number(row.erfcx))).toBeLessThan(6e-15)
    if (row.mills !== '') expect(relative(millsRatio(x), Number(row.mills))).toBeLessThan(1e-15)
  })

  test('inverts', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (x) => {
        expect(Math.abs(inverseNormalCdf(normalCdf(x)) - x)).toBeLessThan(x > 2 ? 1e-10 : 2e-14)
      }),
    )
    expect([inverseNormalCdf(0), inverseNormalCdf(0.5), inverseNormalCdf(1)]).toEqual([-Infinity, 0, Infinity])
    expect(inverseNormalCdf(1.5)).toBeNaN()
  })

  test('keeps the Mills ratio falling, and falling towards 1/x', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (x) => {
        expect(millsRatio(x * 1.000001 + 1e-9)).toBeLessThanOrEqual(millsRatio(x) * (1 + 1e-15))
        expect(millsRatio(x) * x).toBeLessThanOrEqual(1 + 1e-15)
      }),
    )
  })
})
