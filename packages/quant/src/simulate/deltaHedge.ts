import type { OptionKind } from '../black/black76.ts'
import { black76Price } from '../black/black76.ts'
import { QuantError } from '../errors.ts'
import { walkInKernel } from '../kernel/hedgeBlocks.ts'
import { logRatio } from '../math/logRatio.ts'
import { type HedgeSchedule, walkPaths } from './walk.ts'

/**
 * Profit of writing one option at a chosen volatility and delta-hedging it with the forward until expiry, over many paths.
 *
 * Each path is a lognormal forward in equal steps. At the start of each step the hedge is brought back to within `band` of the Black
 * delta at the hedging volatility: to the edge, not the middle, and exactly to it when the band is 0. Each trade, the last one
 * that closes the hedge included, costs `costRate` of the amount traded. No interest: discount the result if it matters.
 *
 * Path i depends on the seed and i alone, with the same bits on every engine.
 *
 * @returns per path, in quote currency per option: profit after cost, and the cost
 * @throws BadHedgeError when a parameter is outside its domain
 */
export function simulateDeltaHedge(parameters: simulateDeltaHedge.Parameters): simulateDeltaHedge.ReturnType {
  const { kind, forward, strike, years, steps, paths, seed, pathVolatility, hedgeVolatility } = parameters
  const { drift = 0, costRate = 0, band = 0 } = parameters
  check(parameters)
  const dt = years / steps
  const schedule = hedgeSchedule(hedgeVolatility, years, steps)
  const premium = black76Price({ kind, forward, strike, years, volatility: hedgeVolatility })
  const move = {
    strike,
    start: logRatio(forward, strike),
    step: (drift - 0.5 * pathVolatility * pathVolatility) * dt,
    deviation: pathVolatility * Math.sqrt(dt),
    offset: kind === 'call' ? 0 : -1,
    band,
  }
  const walked = walkInKernel(move, schedule, { seed, paths }) ?? walkPaths(move, schedule, { seed, paths })
  const sign = kind === 'call' ? 1 : -1
  const cost = walked.traded.map((traded, i) => costRate * (traded + Math.abs(walked.held[i]!) * walked.end[i]!))
  const profit = walked.gain.map((gain, i) => premium + gain - cost[i]! - Math.max(0, sign * (walked.end[i]! - strike)))
  return { profit, cost, premium }
}

export declare namespace simulateDeltaHedge {
  interface Parameters {
    readonly kind: OptionKind
    /** Forward now, and strike; positive. */
    readonly forward: number
    readonly strike: number
    /** Time to expiry, years of 365 days, positive. */
    readonly years: number
    /** Equal steps to expiry, each beginning with a hedge: 1 or more. */
    readonly steps: number
    readonly paths: number
    readonly seed: number
    /** Volatility the forward moves with, decimal. */
    readonly pathVolatility: number
    /** Volatility the option is sold at and its deltas are computed with, decimal, positive. */
    readonly hedgeVolatility: number
    /** Expected growth of the forward per year. Default 0. */
    readonly drift?: number
    /** Cost of a hedge trade as a share of its amount. Default 0. */
    readonly costRate?: number
    /** Half-width of the band in delta. Default 0. */
    readonly band?: number
  }
  interface ReturnType {
    readonly profit: Float64Array
    readonly cost: Float64Array
    /** What the option was sold for. */
    readonly premium: number
  }
  type ErrorType = BadHedgeError
}

/** A parameter of the simulation is outside its domain. */
export class BadHedgeError extends QuantError {
  override readonly name = 'Quant.BadHedgeError'
  constructor({ parameter, value }: { parameter: string; value: number }) {
    super(`Hedge parameter ${parameter} is ${value}. Pass a finite number inside the domain its documentation states.`)
  }
}

/** Mean and sample standard deviation of a column. */
export function meanAndDeviation(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) }
}

/** For each step 1/(σ√τ) and ½σ√τ at its start: what d₁ needs besides ln(F/K). */
function hedgeSchedule(volatility: number, years: number, steps: number): HedgeSchedule {
  const inverse = new Float64Array(steps)
  const half = new Float64Array(steps)
  for (let i = 0; i < steps; i++) {
    const deviation = volatility * Math.sqrt((years * (steps - i)) / steps)
    inverse[i] = 1 / deviation
    half[i] = 0.5 * deviation
  }
  return { inverse, half }
}

function check(parameters: simulateDeltaHedge.Parameters): void {
  for (const name of ['forward', 'strike', 'years', 'hedgeVolatility'] as const) {
    const value = parameters[name]
    if (!(value > 0 && value < 1e150)) throw new BadHedgeError({ parameter: name, value })
  }
  for (const name of ['steps', 'paths'] as const) {
    const value = parameters[name]
    if (!(Number.isSafeInteger(value) && value >= 1)) throw new BadHedgeError({ parameter: name, value })
  }
  for (const name of ['pathVolatility', 'costRate', 'band'] as const) {
    const value = parameters[name] ?? 0
    if (!(value >= 0 && value < 1e6)) throw new BadHedgeError({ parameter: name, value })
  }
  const { seed, drift = 0 } = parameters
  if (!Number.isSafeInteger(seed)) throw new BadHedgeError({ parameter: 'seed', value: seed })
  if (!Number.isFinite(drift)) throw new BadHedgeError({ parameter: 'drift', value: drift })
}
