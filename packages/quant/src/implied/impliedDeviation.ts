import { log } from '../math/log.ts'
import { millsRatio } from '../math/mills.ts'

const LN_SQRT_TWO_PI = 0.9189385332046728
const MAX_STEPS = 8

/** The undiscounted out-of-the-money option, over the geometric mean of forward and strike. */
export interface NormalisedPrice {
  /** |ln(forward/strike)|, zero or more. */
  readonly x: number
  /** Price / √(forward·strike), in [0, e^{−x/2}]. */
  readonly beta: number
  /** e^{−x/2} − beta: how far the price lies below its cap. Passed in because callers know it exactly. */
  readonly room: number
}

/**
 * The σ√T at which Black's formula gives a price, to the precision the price itself carries: relative error at most a few
 * 1e-16·max(1, β/(s·∂β/∂s)).
 *
 * Domain: any x ≥ 0 and 0 < β < e^{−x/2}. β = 0 gives 0, room = 0 gives `Infinity`, anything outside gives `NaN`.
 *
 * Method: Householder's step of third order on ln β below the inflection of the price in s and on −ln(e^{−x/2} − β) above
 * it, where both b/b′ and (e^{−x/2} − b)/b′ are sums of Mills ratios, so that a step needs one logarithm and no exponential.
 * For small s near the money the difference of two Mills ratios is summed as a Taylor series instead. Two steps reach 4e-5
 * at worst and 1e-9 as a rule, three reach rounding. Source of the objective and of the idea: Jäckel 2015, "Let's be
 * rational", Wilmott 2015(75), 40–53.
 */
export function impliedDeviation({ x, beta, room }: NormalisedPrice): number {
  if (!(beta > 0 && room > 0 && x >= 0)) return boundary(beta, room)
  const lnBeta = log(beta)
  const lnRoom = log(room)
  let s = firstGuess(x, beta)
  for (let i = 0; i < MAX_STEPS; i++) {
    const next = improve(s, x, lnBeta, lnRoom)
    const change = Math.abs(next - s)
    s = next
    // The error after a step is about (change/s)⁴, far below rounding here.
    if (!(change > 2e-5 * s)) break
  }
  return s
}

function boundary(beta: number, room: number): number {
  if (beta === 0 && room > 0) return 0
  return room === 0 && beta > 0 ? Number.POSITIVE_INFINITY : Number.NaN
}

/**
 * Within 35 % of the answer everywhere: the at-the-money line, the wing's inverse of ln β ≈ −x²/(2s²), and their geometric mean.
 * Constants fitted over |x| ≤ 6, σ√T in [1e-3, 8].
 */
function firstGuess(x: number, beta: number): number {
  const centre = 3.01877799 * beta
  if (x === 0) return centre
  const wing = x / Math.sqrt(2 * log(5.02812324 + (0.00156283711 * x) / beta))
  return centre + wing + 0.77444808 * Math.sqrt(centre * wing)
}

/** One Householder step. Scalars, since it runs in the innermost loop. */
function improve(s: number, x: number, lnBeta: number, lnRoom: number): number {
  const h = x / s
  const t = 0.5 * s
  const lnDensity = -0.5 * (h * h + t * t) - LN_SQRT_TWO_PI // ln ∂β/∂s
  const second = (h * h) / s - 0.25 * s // β″/β′
  const third = second * second - (3 * h * h) / (s * s) - 0.25 // β‴/β′
  const d1 = t - h
  let ratio: number // b/b′, or (cap − b)/b′ above the inflection
  let newton: number
  let curve: number // f″/f′·b′ of the objective f
  if (d1 <= 0 || (s < 0.5 && x < 0.7)) {
    ratio = s < 0.5 && x < 0.7 ? nearMoneyRatio(h, t) : millsRatio(-d1) - millsRatio(h + t)
    newton = (lnBeta - log(ratio) - lnDensity) * ratio
    curve = -1 / ratio
  } else {
    ratio = millsRatio(d1) + millsRatio(h + t)
    newton = (log(ratio) + lnDensity - lnRoom) * ratio
    curve = 1 / ratio
  }
  const halley = second + curve
  const householder = third + curve * (3 * second + 2 * curve)
  return s + (newton * (1 + 0.5 * halley * newton)) / (1 + newton * (halley + (householder * newton) / 6))
}

/**
 * R(h − t) − R(h + t) for t < ¼ without cancellation: 2·Σ T₂ₖ₊₁(h)·t^(2k+1)/(2k+1)!, Tₙ = ∫₀^∞ yⁿ·e^(−hy−y²/2) dy, from
 * T₀ = R, T₁ = 1 − hR, Tₙ₊₁ = n·Tₙ₋₁ − h·Tₙ. What the recurrence loses for large h, ln β is steep enough in s to forgive.
 */
function nearMoneyRatio(h: number, t: number): number {
  let before = millsRatio(h)
  let term = 1 - h * before
  let weight = t
  let sum = term * weight
  for (let n = 1; n < 15; n += 2) {
    before = n * before - h * term
    term = (n + 1) * term - h * before
    weight *= (t * t) / ((n + 1) * (n + 2))
    sum += term * weight
  }
  return 2 * sum
}
