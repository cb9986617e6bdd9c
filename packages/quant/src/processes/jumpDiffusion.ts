import { QuantError } from '../errors.ts'
import { exp } from '../math/exp.ts'
import { createRandom } from '../random/random.ts'
import { SECONDS_PER_YEAR } from '../time.ts'

/** |ln(price/start)| is held to this, far beyond any price, so that nothing overflows. */
const MOST_LOG_RETURN = 230

/**
 * A path of Merton's jump diffusion (Merton 1976, J. Financial Economics 3, eq. 2), sampled exactly at each step:
 *
 *     ln S(t+dt) − ln S(t) = (drift − ½·volatility² − jumpsPerYear·κ)·dt + volatility·√dt·Z + Σ J,   κ = E[e^J] − 1
 *
 * so that E[S(t)] = start·e^{drift·t} whatever the jumps; |ln(S/start)| is held within 230. The same arguments give the same bits on every engine.
 *
 * @returns `steps + 1` prices; element 0 is `start`, element i the price `i·dtSecs` later
 * @throws BadProcessError when an argument is outside its domain
 */
export function jumpDiffusionPath(parameters: jumpDiffusionPath.Parameters): Float64Array {
  const { seed, stream = 0, start, steps, dtSecs, drift, volatility } = parameters
  const { jumpsPerYear = 0, jumpMean = 0, jumpStd = 0 } = parameters
  const dt = dtSecs / SECONDS_PER_YEAR
  check({ start, steps, dtSecs, drift, volatility, jumpsPerYear, jumpMean, jumpStd })
  const random = createRandom(seed, stream)
  const compensator = jumpsPerYear * (exp(jumpMean + 0.5 * jumpStd * jumpStd) - 1)
  const step = (drift - 0.5 * volatility * volatility - compensator) * dt
  const deviation = volatility * Math.sqrt(dt)
  const jumps = jumpsPerYear * dt

  const prices = new Float64Array(steps + 1)
  prices[0] = start
  let logReturn = 0
  for (let i = 1; i <= steps; i++) {
    logReturn += step + deviation * random.normal()
    const count = random.poisson(jumps)
    if (count > 0) logReturn += count * jumpMean + jumpStd * Math.sqrt(count) * random.normal()
    logReturn = Math.min(MOST_LOG_RETURN, Math.max(-MOST_LOG_RETURN, logReturn))
    prices[i] = start * exp(logReturn)
  }
  return prices
}

export declare namespace jumpDiffusionPath {
  interface Parameters {
    /** Any safe integer. */
    readonly seed: number
    /** Independent paths of one seed. Default 0. */
    readonly stream?: number
    /** First price, 1e-50 to 1e50. */
    readonly start: number
    /** Number of steps, a whole number up to 1e8. */
    readonly steps: number
    /** Seconds between prices, positive, at most 1e10. */
    readonly dtSecs: number
    /** Drift of the price per year, e.g. 0.05; the jumps are compensated, so this is the expected growth rate. −1000 to 1000. */
    readonly drift: number
    /** Volatility of the diffusion per √year, without the jumps, e.g. 0.6. 0 to 1000. */
    readonly volatility: number
    /** Mean number of jumps per year. Default 0. At most 700 per step. */
    readonly jumpsPerYear?: number
    /** Mean of the log jump, e.g. −0.1. −10 to 10, default 0. */
    readonly jumpMean?: number
    /** Standard deviation of the log jump. 0 to 10, default 0. */
    readonly jumpStd?: number
  }
  type ReturnType = Float64Array
  type ErrorType = BadProcessError
}

/** A parameter of a process is outside its domain. */
export class BadProcessError extends QuantError {
  override readonly name = 'Quant.BadProcessError'
  constructor({ parameter, value, needed }: { parameter: string; value: number; needed: string }) {
    super(`Process parameter ${parameter} is ${value}. Pass ${needed}.`)
  }
}

function check(values: Omit<Required<jumpDiffusionPath.Parameters>, 'seed' | 'stream'>): void {
  const fail = (parameter: keyof typeof values, needed: string): never => {
    throw new BadProcessError({ parameter, value: values[parameter], needed })
  }
  if (!(values.start >= 1e-50 && values.start <= 1e50)) fail('start', 'a price between 1e-50 and 1e50')
  if (!(Number.isInteger(values.steps) && values.steps >= 0 && values.steps <= 1e8))
    fail('steps', 'a whole number up to 1e8')
  if (!(values.dtSecs > 0 && values.dtSecs <= 1e10)) fail('dtSecs', 'a positive number of seconds up to 1e10')
  if (!(Math.abs(values.drift) <= 1000)) fail('drift', 'a rate per year between −1000 and 1000')
  if (!(values.volatility >= 0 && values.volatility <= 1000)) fail('volatility', 'a decimal between 0 and 1000')
  const perStep = (values.jumpsPerYear * values.dtSecs) / SECONDS_PER_YEAR
  if (!(perStep >= 0 && perStep <= 700)) fail('jumpsPerYear', 'a rate giving between 0 and 700 jumps per step')
  if (!(Math.abs(values.jumpMean) <= 10)) fail('jumpMean', 'a log size between −10 and 10')
  if (!(values.jumpStd >= 0 && values.jumpStd <= 10)) fail('jumpStd', 'a standard deviation between 0 and 10')
}
