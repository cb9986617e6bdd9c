import { exp } from '../math/exp.ts'

/**
 * The Poisson variate at a given uniform: the least n whose cumulative probability reaches it.
 *
 * Domain: 0 ≤ mean ≤ 700 (beyond, e^−mean underflows) and u in (0, 1); `NaN` outside. Cost is proportional to the result.
 */
export function drawPoisson(mean: number, u: number): number {
  if (!(mean >= 0 && mean <= 700 && u > 0 && u < 1)) return Number.NaN
  let probability = exp(-mean)
  let cumulative = probability
  let n = 0
  const limit = mean + 40 * Math.sqrt(mean) + 40 // never reached by a uniform of 53 bits; guards against rounding
  while (cumulative < u && n < limit) {
    n++
    probability *= mean / n
    cumulative += probability
  }
  return n
}
