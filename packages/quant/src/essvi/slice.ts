import type { SviSlice } from '../svi/slice.ts'

/**
 * One slice of an extended SSVI surface, total variance at log-moneyness k:
 *
 *     w(k) = ½·(θ + ρψk + √((ψk + ρθ)² + θ²(1 − ρ²)))
 *
 * Three parameters instead of raw SVI's five, in exchange for conditions in closed form that rule out arbitrage everywhere, not
 * only on a grid. Sources: Gatheral and Jacquier 2014, "Arbitrage-free SVI volatility surfaces", §4; Hendriks and Martini 2019,
 * "The extended SSVI volatility surface", J. Computational Finance 22(5).
 */
export interface EssviSlice {
  /** Total variance at the money, positive. */
  readonly theta: number
  /** Tilt, −1 < ρ < 1. */
  readonly rho: number
  /** Sum of the wings' slopes θφ, positive. */
  readonly psi: number
}

/**
 * The same smile as raw SVI, exactly: Gatheral and Jacquier 2014, §3, from the natural to the raw parameters.
 *
 * Domain: θ > 0, |ρ| < 1, ψ > 0; outside it parameters that are `NaN` or that `sliceFaults` refuses.
 */
export function essviToSvi({ theta, rho, psi }: EssviSlice): SviSlice {
  const rest = 1 - rho * rho
  return { a: 0.5 * theta * rest, b: 0.5 * psi, rho, m: (-rho * theta) / psi, sigma: (theta * Math.sqrt(rest)) / psi }
}

/** Total variance (volatility² × years) at a log-moneyness k = ln(strike/forward). Positive for a slice in range; may
 * be `NaN` for |ρ| > 1. */
export function essviTotalVariance({ theta, rho, psi }: EssviSlice, k: number): number {
  const tilted = psi * k + rho * theta
  return 0.5 * (theta + rho * psi * k + Math.sqrt(tilted * tilted + theta * theta * (1 - rho * rho)))
}

/** A condition of {@link essviFaults} that does not hold. `excess` is how far, in the unit of the condition. */
export interface EssviFault {
  /** What the condition guards. */
  readonly rule: 'range' | 'butterfly' | 'calendar'
  /** The condition in symbols, e.g. `θ > 0`. */
  readonly condition: string
  /** Positive, or `NaN`: how far it is from holding. */
  readonly excess: number
}

/**
 * Conditions sufficient for no arbitrage anywhere, in k and between expiries. Empty when all hold; never throws, and a `NaN` holds none.
 *
 * Of one slice: ψ(1 + |ρ|) ≤ 4 and ψ²(1 + |ρ|) ≤ 4θ (Gatheral and Jacquier 2014, theorem 4.2). Against an earlier one: θ does not
 * fall, neither wing's slope ψ(1 ± ρ) falls, and ψ/θ does not rise (Hendriks and Martini 2019, proposition 3.5).
 */
export function essviFaults(slice: EssviSlice, { earlier }: { earlier?: EssviSlice } = {}): readonly EssviFault[] {
  const { theta, rho, psi } = slice
  const tolerance = 1e-12
  const faults: EssviFault[] = []
  const demand = (rule: EssviFault['rule'], condition: string, excess: number): void => {
    if (!(excess <= tolerance)) faults.push({ rule, condition, excess })
  }
  demand('range', 'θ > 0', theta > 0 ? 0 : Math.abs(theta) + 1)
  demand('range', '|ρ| < 1', Math.abs(rho) < 1 ? 0 : 1)
  demand('range', 'ψ > 0', psi > 0 ? 0 : Math.abs(psi) + 1)
  demand('butterfly', 'ψ(1 + |ρ|) ≤ 4', psi * (1 + Math.abs(rho)) - 4)
  demand('butterfly', 'ψ²(1 + |ρ|) ≤ 4θ', psi * psi * (1 + Math.abs(rho)) - 4 * theta)
  if (earlier === undefined) return faults
  demand('calendar', 'θ rises', earlier.theta - theta)
  demand('calendar', 'ψ(1 + ρ) rises', earlier.psi * (1 + earlier.rho) - psi * (1 + rho))
  demand('calendar', 'ψ(1 − ρ) rises', earlier.psi * (1 - earlier.rho) - psi * (1 - rho))
  demand('calendar', 'ψ/θ falls', psi / theta - earlier.psi / earlier.theta)
  return faults
}
