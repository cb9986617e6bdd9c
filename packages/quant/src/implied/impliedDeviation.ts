import { inverseNormalCdf } from '../math/inverseNormal.ts'
import { log } from '../math/log.ts'
import { millsRatio } from '../math/mills.ts'

const LN_SQRT_TWO_PI = 0.9189385332046728
const MAX_STEPS = 8

// 1/(2k + 1)!, rounded once here so that the batch kernel can use the same bits.
const WEIGHT_3 = 1 / 6
const WEIGHT_5 = 1 / 120
const WEIGHT_7 = 1 / 5040
const WEIGHT_9 = 1 / 362880
const WEIGHT_11 = 1 / 39916800
const WEIGHT_13 = 1 / 6227020800
const WEIGHT_15 = 1 / 1307674368000

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
 * Domain: any x ≥ 0 and 0 < β < e^{−x/2}; that β and room add up to e^{−x/2} is taken on trust. β = 0 gives 0, room = 0 gives `Infinity`, anything outside gives `NaN`.
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
  let s = firstGuess(x, beta, room)
  for (let i = 0; i < MAX_STEPS; i++) {
    const next = improve(s, x, lnBeta, lnRoom)
    const change = Math.abs(next - s)
    s = next
    // The error after a step is about (change/s)⁴, far below rounding here.
    if (!(change > 1e-4 * s)) break
  }
  return s > 0 ? s : Number.NaN
}

function boundary(beta: number, room: number): number {
  if (beta === 0 && room > 0) return 0
  return room === 0 && beta > 0 ? Number.POSITIVE_INFINITY : Number.NaN
}

/**
 * Within 40 % of the answer everywhere. Below the cap: the at-the-money line, the wing's inverse of ln β ≈ −x²/(2s²), and
 * their geometric mean, constants fitted over x ≤ 6, s ≤ 8. Near the cap: the share of it that is missing is between one and
 * two times Φ(x/s − s/2).
 */
function firstGuess(x: number, beta: number, room: number): number {
  if (room < 0.1 * beta) {
    const z = -inverseNormalCdf((0.5 * room) / (beta + room))
    return z + Math.sqrt(z * z + 2 * x)
  }
  const centre = 3.01877799 * beta
  if (x === 0) return centre
  const wing = x / Math.sqrt(2 * log(5.02812324 + (0.00156283711 * x) / beta))
  return centre + wing + 0.77444808 * Math.sqrt(centre * wing)
}

/** One Householder step, with every derivative scaled by s so that none overflows. Scalars: it runs in the innermost loop. */
function improve(s: number, x: number, lnBeta: number, lnRoom: number): number {
  const h = x / s
  const t = 0.5 * s
  const lnDensity = -0.5 * (h * h + t * t) - LN_SQRT_TWO_PI // ln b′
  const second = h * h - t * t // s·b″/b′
  const third = second * second - 3 * h * h - t * t // s²·b‴/b′
  const d1 = t - h
  let ratio: number // b/(s·b′), or (cap − b)/(s·b′) above the inflection
  let newton: number // Newton's step over s
  let curve: number // s·b′·f″/f′ of the objective f
  if (d1 <= 0 || (s < 0.5 && x < 0.7)) {
    ratio = s < 0.5 && x < 0.7 ? nearMoneyRatio(h, t) : (millsRatio(-d1) - millsRatio(h + t)) / s
    newton = (lnBeta - log(ratio * s) - lnDensity) * ratio
    curve = -1 / ratio
  } else {
    ratio = (millsRatio(d1) + millsRatio(h + t)) / s
    newton = (log(ratio * s) + lnDensity - lnRoom) * ratio
    curve = 1 / ratio
  }
  const halley = second + curve
  const householder = third + curve * (3 * second + 2 * curve)
  return s * (1 + (newton * (1 + 0.5 * halley * newton)) / (1 + newton * (halley + householder * newton * WEIGHT_3)))
}

/**
 * (R(h − t) − R(h + t))/(2t) for t < ¼ without cancellation: Σ T₂ₖ₊₁(h)·t^(2k)/(2k+1)!, Tₙ = ∫₀^∞ yⁿ·e^(−hy−y²/2) dy, from
 * T₀ = R, T₁ = 1 − hR, Tₙ₊₁ = n·Tₙ₋₁ − h·Tₙ. What the recurrence loses for large h, ln b is steep enough in s to forgive.
 */
function nearMoneyRatio(h: number, t: number): number {
  const u = t * t
  const t0 = millsRatio(h)
  const t1 = 1 - h * t0
  const t2 = t0 - h * t1
  const t3 = 2 * t1 - h * t2
  const t4 = 3 * t2 - h * t3
  const t5 = 4 * t3 - h * t4
  const t6 = 5 * t4 - h * t5
  const t7 = 6 * t5 - h * t6
  const t8 = 7 * t6 - h * t7
  const t9 = 8 * t7 - h * t8
  const t10 = 9 * t8 - h * t9
  const t11 = 10 * t9 - h * t10
  const t12 = 11 * t10 - h * t11
  const t13 = 12 * t11 - h * t12
  const t14 = 13 * t12 - h * t13
  const t15 = 14 * t13 - h * t14
  const high = t9 * WEIGHT_9 + u * (t11 * WEIGHT_11 + u * (t13 * WEIGHT_13 + u * (t15 * WEIGHT_15)))
  return t1 + u * (t3 * WEIGHT_3 + u * (t5 * WEIGHT_5 + u * (t7 * WEIGHT_7 + u * high)))
}
