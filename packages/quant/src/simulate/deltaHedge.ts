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
 * that closes the hedge included, costs what the venue takes: a share of the amount, a price impact that grows with its size, and a fixed
 * sum. A perpetual's funding is paid on the hedge held. No interest: discount the result if it matters.
 *
 * Path i depends on the seed and i alone, with the same bits on every engine. One 32-bit word is one normal draw, so draws lie within ±6.3
 * deviations; deltas are Black's to 1e-15; |ln(forward/strike)| is held within 230.
 *
 * @returns per path, in quote currency per option: profit after cost and funding, and these two
 * @throws BadHedgeError when a parameter is outside its domain
 */
export function simulateDeltaHedge(parameters: simulateDeltaHedge.Parameters): simulateDeltaHedge.ReturnType {
  const { kind, forward, strike, years, steps, paths, seed, pathVolatility, hedgeVolatility } = parameters
  const { drift = 0, costRate = 0, impactRate = 0, tradeCost = 0, fundingRate = 0, band = 0 } = parameters
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
  const cost = new Float64Array(paths)
  const funding = new Float64Array(paths)
  const profit = new Float64Array(paths)
  for (let i = 0; i < paths; i++) {
    const end = walked.end[i]!
    const closed = Math.abs(walked.held[i]!)
    const shared = costRate * (walked.traded[i]! + closed * end)
    const impact = impactRate * (walked.squares[i]! + closed * closed * end)
    cost[i] = shared + impact + tradeCost * (walked.trades[i]! + (closed > 0 ? 1 : 0))
    funding[i] = 0 - fundingRate * dt * walked.carried[i]!
    profit[i] = premium + walked.gain[i]! - cost[i]! - Math.max(0, sign * (end - strike)) + funding[i]!
  }
  return { profit, cost, funding, premium }
}

export declare namespace simulateDeltaHedge {
  interface Parameters {
    /** The option that is written. */
    readonly kind: OptionKind
    /** Forward now, quote currency per underlying: 1e-40 to 1e40. */
    readonly forward: number
    /** In the unit of the forward: 1e-40 to 1e40. */
    readonly strike: number
    /** Time to expiry, years of 365 days: above 0, at most 1e6. */
    readonly years: number
    /** Equal steps to expiry, each beginning with a hedge: 1 to 1e6. */
    readonly steps: number
    /** 1 to 1e7. */
    readonly paths: number
    /** Any safe integer. */
    readonly seed: number
    /** Volatility the forward moves with, decimal per √year: 0 to 1e6. */
    readonly pathVolatility: number
    /** Volatility the option is sold at and its deltas are computed with, decimal per √year: above 0, at most 1e6. */
    readonly hedgeVolatility: number
    /** Expected growth of the forward per year, −1e6 to 1e6. Default 0. */
    readonly drift?: number
    /** Cost of a hedge trade as a share of its amount, 0 to 1e6. Default 0. */
    readonly costRate?: number
    /**
     * Price impact of a hedge trade: buying or selling u units moves its own price by `impactRate`·u as a share, so that it costs
     * impactRate·u²·price; 0 to 1e6. Default 0.
     */
    readonly impactRate?: number
    /** What every trade costs whatever its size, e.g. gas, quote currency: 0 to 1e40. Default 0. */
    readonly tradeCost?: number
    /** Funding per year on the value of the hedge, paid when long and received when short if positive: −1e6 to 1e6. Default 0. */
    readonly fundingRate?: number
    /** Half-width of the band in delta, 0 to 1e6. Default 0. */
    readonly band?: number
  }
  interface ReturnType {
    /** Per path, after cost and funding; negative is a loss. Quote currency per option. */
    readonly profit: Float64Array
    /** Per path, zero or more. Quote currency per option. */
    readonly cost: Float64Array
    /** Per path, negative when paid. Quote currency per option. */
    readonly funding: Float64Array
    /** What the option was sold for. */
    readonly premium: number
  }
  type ErrorType = BadHedgeError
}

/** A parameter of the simulation is outside its domain. */
export class BadHedgeError extends QuantError {
  override readonly name = 'Quant.BadHedgeError'
  constructor({ parameter, value, least, greatest }: BadHedgeError.Evidence) {
    super(`Hedge parameter ${parameter} is ${value}. Pass a number from ${least} to ${greatest}.`)
  }
}

export declare namespace BadHedgeError {
  interface Evidence {
    /** Its name. */
    readonly parameter: string
    /** What was given. */
    readonly value: number
    /** Bounds of its domain, both inside it. */
    readonly least: number
    /** As above. */
    readonly greatest: number
  }
}

/** Mean and sample standard deviation (over n − 1) of a column, in its unit. `NaN` for an empty one; the deviation of one value too. */
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

/** Least and greatest value of each parameter; a least of `TINY` means above zero. */
const TINY = Number.MIN_VALUE
const DOMAIN = {
  forward: [1e-40, 1e40],
  strike: [1e-40, 1e40],
  years: [TINY, 1e6],
  steps: [1, 1e6],
  paths: [1, 1e7],
  seed: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  pathVolatility: [0, 1e6],
  hedgeVolatility: [TINY, 1e6],
  drift: [-1e6, 1e6],
  costRate: [0, 1e6],
  impactRate: [0, 1e6],
  tradeCost: [0, 1e40],
  fundingRate: [-1e6, 1e6],
  band: [0, 1e6],
} as const

function check(parameters: simulateDeltaHedge.Parameters): void {
  for (const parameter of Object.keys(DOMAIN) as (keyof typeof DOMAIN)[]) {
    const value = parameters[parameter] ?? 0
    const [least, greatest] = DOMAIN[parameter]
    const whole = parameter === 'steps' || parameter === 'paths' || parameter === 'seed'
    if (!(value >= least && value <= greatest) || (whole && !Number.isInteger(value))) {
      throw new BadHedgeError({ parameter, value, least, greatest })
    }
  }
}
