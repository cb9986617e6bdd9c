import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitSabr, sabrVolatility } from '../src/index.ts'

describe('SABR', () => {
  // β = 1, α 0.25, ρ −0.3, ν 1.5, rate −0.001, spot 100, 30 days; published to four digits, a tolerance of one in the last.
  const parameters = { alpha: 0.25, beta: 1, rho: -0.3, nu: 1.5 }
  const years = 30 / 365
  const forward = 100 * Math.exp(-0.001 * years)
  test.each([
    [60, 0.4656],
    [80, 0.3382],
    [100, 0.2527],
    [120, 0.2591],
    [140, 0.3073],
    [160, 0.355],
  ])('published volatility at %d', (strike, volatility) => {
    expect(Math.abs(sabrVolatility(parameters, { forward, strike, years }) - volatility)).toBeLessThan(1e-4)
  })

  test('is continuous through the money', () => {
    const of = (strike: number): number =>
      sabrVolatility({ ...parameters, beta: 0.5 }, { forward: 2000, strike, years })
    for (const gap of [1e-9, 1e-7, 1e-5]) expect(of(2000 * (1 + gap))).toBeCloseTo(of(2000), 5)
    const around = [-1.5, -0.5, 0.5, 1.5].map((i) => of(2000 * Math.exp((1e-4 * 0.25 * i) / 1.5)))
    expect(around[1]! - around[0]!).toBeCloseTo(around[3]! - around[2]!, 6)
  })

  test('is the same smile seen from either side, far out in the wings too', () => {
    // Turning k and ρ round mirrors β = 1: χ must not cancel on one side only.
    const x = fc.double({ min: 0, max: 30, noNaN: true })
    fc.assert(
      fc.property(
        x,
        fc.double({ min: -0.999, max: 0.999, noNaN: true }),
        fc.constantFrom(0.01, 0.7),
        (k, rho, alpha) => {
          const at = (sign: number): number => {
            const smile = { alpha, beta: 1, rho: sign * rho, nu: 1e3 * alpha }
            const drift =
              (0.25 * smile.rho * smile.nu * alpha + ((2 - 3 * rho * rho) * smile.nu * smile.nu) / 24) * 1e-6
            return sabrVolatility(smile, { forward: 1, strike: Math.exp(-sign * k), years: 1e-6 }) / (1 + drift)
          }
          expect(Math.abs(at(1) / at(-1) - 1)).toBeLessThan(1e-10)
        },
      ),
    )
  })

  test('without volatility of volatility and β = 1 it is flat', () => {
    fc.assert(
      fc.property(fc.double({ min: 100, max: 10_000, noNaN: true }), (strike) => {
        expect(sabrVolatility({ alpha: 0.6, beta: 1, rho: 0, nu: 0 }, { forward: 2000, strike, years: 1 })).toBeCloseTo(
          0.6,
          14,
        )
      }),
    )
    expect(sabrVolatility(parameters, { forward: 0, strike: 1, years })).toBeNaN()
  })

  test('a fit gets back the parameters', () => {
    const strike = [1200, 1500, 1800, 2000, 2200, 2600, 3200]
    const truth = { alpha: 0.7, beta: 1, rho: -0.25, nu: 1.2 }
    const volatility = strike.map((k) => sabrVolatility(truth, { forward: 2000, strike: k, years: 0.15 }))
    const found = fitSabr({ strike, volatility, weight: strike.map(() => 100) }, { forward: 2000, years: 0.15 })
    expect(found.cost).toBeLessThan(1e-12)
    expect(found.parameters.alpha).toBeCloseTo(0.7, 6)
    expect(found.parameters.rho).toBeCloseTo(-0.25, 5)
    expect(found.parameters.nu).toBeCloseTo(1.2, 5)
  })
})
