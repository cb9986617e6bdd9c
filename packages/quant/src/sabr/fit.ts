import { levenbergMarquardt, type Objective } from '../fit/levenbergMarquardt.ts'
import { exp } from '../math/exp.ts'
import { log } from '../math/log.ts'
import { type SabrParameters, sabrVolatility } from './volatility.ts'

/** Observed volatilities of one expiry, columns of equal length. */
export interface VolatilityPoints {
  /** In the unit of the forward, positive. */
  readonly strike: ArrayLike<number>
  /** Black volatility, decimal. */
  readonly volatility: ArrayLike<number>
  /** Weight of each residual in volatility, e.g. one over the half-spread. */
  readonly weight: ArrayLike<number>
}

/**
 * Fits α, ρ and ν of SABR at a chosen β to observed volatilities, by weighted least squares: Levenberg–Marquardt on ln α, ρ and ln ν with
 * central differences, |ρ| ≤ 0.999. Deterministic; never throws.
 *
 * @returns the parameters and ½·Σ (weight·residual)², which is `NaN` for observations or a β outside their domain. Needs at least three
 * observations for a determinate answer
 */
export function fitSabr(points: VolatilityPoints, options: fitSabr.Options): fitSabr.ReturnType {
  const { forward, years, beta = 1 } = options
  const { strike, volatility, weight } = points
  const toParameters = (p: ArrayLike<number>): SabrParameters => ({
    alpha: exp(p[0]!),
    beta,
    rho: p[1]!,
    nu: exp(p[2]!),
  })
  const residualsAt = (p: ArrayLike<number>): Float64Array => {
    const parameters = toParameters(p)
    return Float64Array.from(strike, (k, i) => {
      return weight[i]! * (sabrVolatility(parameters, { forward, strike: k, years }) - volatility[i]!)
    })
  }
  const objective: Objective = (p, normal) => {
    const residuals = residualsAt(p)
    if (normal !== undefined) {
      const columns = [0, 1, 2].map((j) => slopeIn(p, j))
      for (let j = 0; j < 3; j++) {
        normal.gradient[j] = dot(columns[j]!, residuals)
        for (let l = 0; l <= j; l++) normal.matrix[j * 3 + l] = dot(columns[j]!, columns[l]!)
      }
    }
    return 0.5 * dot(residuals, residuals)
  }
  const slopeIn = (p: Float64Array, j: number): Float64Array => {
    const h = 1e-6
    const [up, down] = [h, -h].map((d) => residualsAt(p.map((value, i) => (i === j ? value + d : value)))) as [
      Float64Array,
      Float64Array,
    ]
    return up.map((value, i) => (value - down[i]!) / (2 * h))
  }
  const middle = volatility[strike.length >> 1] ?? 0.5
  const level = log(middle) + (1 - beta) * log(forward)
  const found = levenbergMarquardt({
    objective,
    start: [level, 0, 0],
    lower: [level - 5, -0.999, -7],
    upper: [level + 5, 0.999, 4],
    tolerance: 1e-12,
  })
  return { parameters: toParameters(found.point), cost: found.cost }
}

export declare namespace fitSabr {
  interface Options {
    /** Quote currency per underlying, positive. */
    readonly forward: number
    /** Years of 365 days. */
    readonly years: number
    /** Exponent of the backbone, held. Default 1. */
    readonly beta?: number
  }
  interface ReturnType {
    /** With the β that was given. */
    readonly parameters: SabrParameters
    /** ½·Σ (weight·residual)². */
    readonly cost: number
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
