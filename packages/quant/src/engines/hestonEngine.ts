import {
  add,
  type Complex,
  complex,
  complexExp,
  complexLog,
  complexSqrt,
  divide,
  multiply,
  scale,
  subtract,
} from '../math/complex.ts'
import { integrateHalfLine } from '../math/integrate.ts'
import { logRatio } from '../math/logRatio.ts'
import type { EuropeanEngine } from './europeanOption.ts'

/** Parameters of Heston's model: dv = κ(θ − v)dt + σ√v dZ, correlation ρ with the forward. */
export interface HestonParameters {
  /** Variance now, v₀ ≥ 0. */
  readonly variance: number
  /** Long-run variance θ > 0. */
  readonly longRunVariance: number
  /** Speed of reversion κ > 0, per year. */
  readonly reversion: number
  /** Volatility of variance σ > 0, per √year. */
  readonly volOfVariance: number
  /** Correlation ρ, −1 < ρ < 1. */
  readonly rho: number
}

/**
 * Values options under Heston's model to about 1e-13 of the forward: a test engine, against which approximations are held.
 *
 * Domain: parameters as documented on each, `years` > 0, forward and strike positive; `NaN` or a meaningless number outside it. Uses the
 * engine's own functions, so the same to 1e-12 everywhere, not to the bit.
 *
 * Lewis' single integral along Im u = −½, for any strike of one expiry:
 *
 *     call/discount = F − (√(FK)/π)·∫₀^∞ Re[e^{iux}·φ(u − i/2)]/(u² + ¼) du,  x = ln(F/K)
 *
 * with the characteristic function φ of ln(S/F) in the form whose logarithm never crosses a branch. Sources: Heston 1993, Review
 * of Financial Studies 6, 327–343; Lewis 2001, "A simple option formula for general jump-diffusion and other exponential Lévy
 * processes", eq. 3.11; Albrecher, Mayer, Schoutens and Tistaert 2007, "The little Heston trap", Wilmott, January 2007, 83–92.
 */
export function hestonEngine(parameters: HestonParameters): EuropeanEngine {
  return {
    price: ({ kind, strike, years }, { forward, discount = 1 }) => {
      const x = logRatio(forward, strike)
      const integrand = (u: number): number => {
        const value = multiply(
          complexExp(complex(0, u * x)),
          hestonCharacteristic(parameters, { u: complex(u, -0.5), years }),
        )
        return value.re / (u * u + 0.25)
      }
      const call = forward - (Math.sqrt(forward * strike) / Math.PI) * integrateHalfLine(integrand)
      const intrinsic = kind === 'call' ? forward - strike : strike - forward
      return discount * Math.max(0, intrinsic, kind === 'call' ? call : call - forward + strike)
    },
  }
}

/**
 * E[(S/F)^{iu}] at the end of `years`, for complex u: the characteristic function of ln(S/F).
 *
 * Domain: parameters as documented on each, `years` > 0, and −1 ≤ Im u ≤ 0, where the expectation always exists; beyond it may be `NaN`.
 * Uses the engine's `exp`, `sin` and `cos`: about 1e-14, not the same bits everywhere. Source: Albrecher, Mayer, Schoutens and Tistaert 2007,
 * "The little Heston trap", Wilmott, January 2007, 83–92, the second form.
 */
export function hestonCharacteristic(
  parameters: HestonParameters,
  { u, years }: { u: Complex; years: number },
): Complex {
  const { variance, longRunVariance, reversion, volOfVariance, rho } = parameters
  const squared = volOfVariance * volOfVariance
  const iu = complex(-u.im, u.re)
  const drag = subtract(complex(reversion), scale(iu, rho * volOfVariance))
  // u² + iu, from the drift of ln S
  const curve = add(multiply(u, u), iu)
  const d = complexSqrt(add(multiply(drag, drag), scale(curve, squared)))
  const minus = subtract(drag, d)
  const g = divide(minus, add(drag, d))
  const decay = complexExp(scale(d, -years))
  const one = complex(1)
  const remaining = subtract(one, multiply(g, decay))
  const c = scale(
    subtract(scale(minus, years), scale(complexLog(divide(remaining, subtract(one, g))), 2)),
    (reversion * longRunVariance) / squared,
  )
  const v = scale(multiply(minus, divide(subtract(one, decay), remaining)), variance / squared)
  return complexExp(add(c, v))
}
