import { sliceFieldFromFloat, sliceFieldToFloat } from '@keel/model'
import { black76Price, type SviSlice, sliceFaults, sviTotalVariance } from '@keel/quant'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roundSlice } from '../src/index.ts'

/** As signers may sign it, each parameter to 2^-40. */
function signed({ a, b, rho, m, sigma }: SviSlice): SviSlice {
  const field = (x: number) => sliceFieldToFloat(sliceFieldFromFloat(x))
  return { a: field(a), b: field(b), rho: field(rho), m: field(m), sigma: field(sigma) }
}

const share = fc.double({ min: 0, max: 1, noNaN: true })
const tilt = fc.double({ min: -1, max: 1, noNaN: true })

/** Slices that the contract takes, of a total volatility √w at the money; `reach` says how far off the vertex may be. */
function slices({ least, reach }: { readonly least: number; readonly reach: (deviation: number) => number }) {
  return fc
    .record({ size: share, slope: share, rho: tilt, centre: tilt, roundness: share })
    .map(({ size, slope, rho, centre, roundness }) => {
      const deviation = least * (2 / least) ** size
      const b = 4 * deviation * slope
      const m = reach(deviation) * centre
      const sigma = Math.max(1e-6, 3 * deviation * roundness ** 2)
      return signed({ a: deviation ** 2 - b * (Math.hypot(m, sigma) - rho * m), b, rho, m, sigma })
    })
    .filter((slice) => sliceFaults(slice).length === 0 && sliceFaults(roundSlice(slice)).length === 0)
}

/** Of options out of the money on a forward of 1, the most that rounding moves a price. */
function mostMoved(slice: SviSlice): number {
  const deviation = Math.sqrt(sviTotalVariance(slice, 0))
  const stored = roundSlice(slice)
  const moves = Array.from({ length: 17 }, (_, i) => {
    const k = (deviation * (i - 8)) / 2
    const price = (under: SviSlice) =>
      black76Price({
        kind: k > 0 ? 'call' : 'put',
        forward: 1,
        strike: Math.exp(k),
        years: 1,
        volatility: Math.sqrt(sviTotalVariance(under, k)),
      })
    return Math.abs(price(stored) - price(slice))
  })
  return Math.max(...moves)
}

describe('roundSlice', () => {
  test.each([
    { part: 'a twenty millionth', from: 'a hundredth', least: 0.01, most: 5e-8 },
    { part: 'a five millionth', from: 'a ten thousandth', least: 1e-4, most: 2e-7 },
  ])(
    'moves no price by more than $part of the forward from $from of total volatility on, where the vertex is within two deviations',
    ({ least, most }) => {
      fc.assert(
        fc.property(slices({ least, reach: (deviation) => 2 * deviation }), (slice) => {
          expect(mostMoved(slice)).toBeLessThan(most)
        }),
        { numRuns: 1_000 },
      )
    },
  )

  test('nor by more than a millionth wherever it is, from a hundredth of total volatility on', () => {
    fc.assert(
      fc.property(slices({ least: 0.01, reach: () => 4 }), (slice) => {
        expect(mostMoved(slice)).toBeLessThan(1e-6)
      }),
      { numRuns: 1_000 },
    )
  })
})
