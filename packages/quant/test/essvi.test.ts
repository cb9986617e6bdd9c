import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  calendarFaults,
  type EssviSlice,
  essviFaults,
  essviToSvi,
  essviTotalVariance,
  fitEssvi,
  type SmilePoints,
  sliceFaults,
  sviTotalVariance,
} from '../src/index.ts'

const slice = fc.record({
  theta: fc.double({ min: 1e-3, max: 0.5, noNaN: true }),
  rho: fc.double({ min: -0.9, max: 0.9, noNaN: true }),
  psi: fc.double({ min: 1e-2, max: 1, noNaN: true }),
})

function pointsOf(w: (k: number) => number): SmilePoints {
  const k = Float64Array.from({ length: 31 }, (_, i) => (i - 15) * 0.05)
  return { k, w: k.map(w), weight: new Float64Array(31).fill(1000) }
}

describe('extended SSVI', () => {
  test('is raw SVI with three free parameters', () => {
    fc.assert(
      fc.property(slice, fc.double({ min: -3, max: 3, noNaN: true }), (s, k) => {
        expect(sviTotalVariance(essviToSvi(s), k)).toBeCloseTo(essviTotalVariance(s, k), 12)
        expect(essviTotalVariance(s, 0)).toBeCloseTo(s.theta, 14)
      }),
    )
  })

  test('without faults it passes the checks on the grid too', () => {
    fc.assert(
      fc.property(slice, slice, (earlier, s) => {
        fc.pre(essviFaults(s).length === 0)
        // θ ≤ 4ψ keeps |m| = |ρ|θ/ψ and σ = √(1 − ρ²)·θ/ψ inside the ranges, which are no matter of arbitrage.
        fc.pre(s.theta <= 4 * s.psi)
        expect(sliceFaults(essviToSvi(s), { margin: -1e-9 })).toEqual([])
        fc.pre(essviFaults(earlier).length === 0 && essviFaults(s, { earlier }).length === 0)
        const pair = { earlier: essviToSvi(earlier), later: essviToSvi(s) }
        expect(calendarFaults(pair, { margin: -1e-9 })).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test('says what is wrong', () => {
    expect(essviFaults({ theta: 0.01, rho: 0, psi: 0.3 }).map(({ rule }) => rule)).toEqual(['butterfly'])
    expect(essviFaults({ theta: -1, rho: 1, psi: 0.1 }).some(({ rule }) => rule === 'range')).toBe(true)
    const earlier: EssviSlice = { theta: 0.1, rho: 0, psi: 0.2 }
    expect(essviFaults({ theta: 0.09, rho: 0, psi: 0.2 }, { earlier }).every(({ rule }) => rule === 'calendar')).toBe(
      true,
    )
  })

  test('a fit gets back a surface without arbitrage', () => {
    const truth: readonly EssviSlice[] = [
      { theta: 0.01, rho: -0.3, psi: 0.08 },
      { theta: 0.03, rho: -0.35, psi: 0.15 },
      { theta: 0.09, rho: -0.2, psi: 0.3 },
    ]
    const found = fitEssvi(truth.map((s) => pointsOf((k) => essviTotalVariance(s, k))))
    found.forEach((s, i) => {
      expect(essviFaults(s, i === 0 ? {} : { earlier: found[i - 1]! })).toEqual([])
      expect(s.theta).toBeCloseTo(truth[i]!.theta, 5)
      expect(s.rho).toBeCloseTo(truth[i]!.rho, 3)
      expect(s.psi).toBeCloseTo(truth[i]!.psi, 4)
    })
  })

  test('a fit to anything has no arbitrage', () => {
    fc.assert(
      fc.property(fc.array(slice, { minLength: 2, maxLength: 6 }), (shapes) => {
        const found = fitEssvi(shapes.map((s) => pointsOf((k) => essviTotalVariance(s, k))))
        found.forEach((s, i) => {
          expect(essviFaults(s, i === 0 ? {} : { earlier: found[i - 1]! })).toEqual([])
        })
      }),
      { numRuns: 100 },
    )
  })
})
