import { QuantError } from '../errors.ts'
import { exp } from '../math/exp.ts'
import { log } from '../math/log.ts'
import { SECONDS_PER_YEAR } from '../time.ts'
import { type Closes, checkCloses, longestStepSecs, type Spacing } from './bars.ts'

/**
 * Exponentially weighted volatility after each close, annualised on 365 days, with weights that fade by clock time:
 * v ← d·v + (1 − d)·r²/Δt with d = 2^(−Δt/halfLife). For equal steps this is the RiskMetrics recursion with λ = d.
 *
 * A return across an outage is left out: the estimate is carried over it unchanged.
 *
 * Source: J.P. Morgan 1996, RiskMetrics Technical Document, 4th ed., p. 78.
 *
 * @returns one volatility per close; `NaN` until the first return
 * @throws BadBarError, BadHalfLifeError, BadSpanError
 */
export function ewmaVolatility(closes: Closes, parameters: ewmaVolatility.Parameters): Float64Array {
  const { halfLifeSecs } = parameters
  if (!(halfLifeSecs > 0)) throw new BadHalfLifeError({ halfLifeSecs })
  checkCloses(closes)
  const { ts, close } = closes
  const out = new Float64Array(ts.length).fill(Number.NaN)
  if (ts.length < 2) return out
  const longest = longestStepSecs(ts, parameters)
  let variance = Number.NaN
  for (let i = 1; i < ts.length; i++) {
    const step = ts[i]! - ts[i - 1]!
    if (step <= longest) {
      const r = log(close[i]! / close[i - 1]!)
      const rate = (r * r * SECONDS_PER_YEAR) / step
      const keep = exp((-Math.LN2 * step) / halfLifeSecs)
      variance = Number.isNaN(variance) ? rate : keep * variance + (1 - keep) * rate
    }
    out[i] = Math.sqrt(variance)
  }
  return out
}

export declare namespace ewmaVolatility {
  interface Parameters extends Spacing {
    /** Seconds after which an observation weighs half as much. Positive. RiskMetrics' daily λ = 0.94 is 11.2 days. */
    readonly halfLifeSecs: number
  }
  type ReturnType = Float64Array
  type ErrorType = BadHalfLifeError
}

/** The half-life of an exponential average is not positive. */
export class BadHalfLifeError extends QuantError {
  override readonly name = 'Quant.BadHalfLifeError'
  constructor({ halfLifeSecs }: { halfLifeSecs: number }) {
    super(`Half-life is ${halfLifeSecs} s. Pass a positive number of seconds.`)
  }
}
