import type { SviSlice } from './slice.ts'

/** Index of each coordinate of a slice in wing form, the form fits run in. */
export const FLOOR = 0
export const RIGHT = 1
export const LEFT = 2
export const CENTRE = 3
export const ROUNDNESS = 4

/**
 * A raw slice from its wing form (floor, right slope, left slope, centre, roundness):
 *
 *     w(k) = floor − σ√(pc) + ½p·(r + y) + ½c·(r − y),   y = k − m, r = √(y² + σ²)
 *
 * Every rule on single parameters is a box here: floor > 0 is w > 0 everywhere, 0 < p, c is |ρ| < 1, and p, c ≤ 2 is
 * b(1 + |ρ|) ≤ 2.
 */
export function fromWings(point: ArrayLike<number>): SviSlice {
  const p = point[RIGHT]!
  const c = point[LEFT]!
  const sigma = point[ROUNDNESS]!
  return {
    a: point[FLOOR]! - sigma * Math.sqrt(p * c),
    b: 0.5 * (p + c),
    rho: (p - c) / (p + c),
    m: point[CENTRE]!,
    sigma,
  }
}

/** The wing form of a raw slice, coordinates in the order above. */
export function toWings({ a, b, rho, m, sigma }: SviSlice): Float64Array {
  const p = b * (1 + rho)
  const c = b * (1 - rho)
  return Float64Array.of(a + sigma * Math.sqrt(p * c), p, c, m, sigma)
}
