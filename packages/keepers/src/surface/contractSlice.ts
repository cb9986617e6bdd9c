import { sliceFieldFromFloat, sliceFieldToFloat } from '@keel/model'
import type { SviSlice } from '@keel/quant'

/** The slice as the surface contract stores it: each parameter a whole number of 2^−40. */
export function roundSlice({ a, b, rho, m, sigma }: SviSlice): SviSlice {
  const round = (x: number): number => sliceFieldToFloat(sliceFieldFromFloat(x))
  return { a: round(a), b: round(b), rho: round(rho), m: round(m), sigma: round(sigma) }
}
