const WIDEST = 4.2
const COARSEST = 0.25
const DOUBLINGS = 6

/**
 * ∫₀^∞ f(u) du for a smooth f that decays like an exponential, by the double-exponential rule u = e^{t − e^{−t}}.
 *
 * The step is halved until two rounds agree to `tolerance` (absolute); the error of the finer one is then about its square.
 * Source: Takahasi and Mori 1974, "Double exponential formulas for numerical integration", Publ. RIMS 9, 721–741, §4.
 *
 * @returns the integral; the last round's value when the tolerance is not met
 */
export function integrateHalfLine(
  f: (u: number) => number,
  { tolerance = 1e-13 }: { tolerance?: number } = {},
): number {
  let step = COARSEST
  let sum = 0
  for (let t = -WIDEST; t <= 2 * WIDEST; t += step) sum += weighted(f, t)
  let value = sum * step
  for (let round = 0; round < DOUBLINGS; round++) {
    for (let t = -WIDEST + 0.5 * step; t <= 2 * WIDEST; t += step) sum += weighted(f, t)
    step *= 0.5
    const finer = sum * step
    const close = Math.abs(finer - value) <= tolerance
    value = finer
    if (close) break
  }
  return value
}

function weighted(f: (u: number) => number, t: number): number {
  const small = Math.exp(-t)
  const u = Math.exp(t - small)
  if (u === 0) return 0
  const value = f(u) * u * (1 + small)
  return Number.isFinite(value) ? value : 0
}
