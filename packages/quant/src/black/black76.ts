import { exp } from '../math/exp.ts'
import { logRatio } from '../math/logRatio.ts'
import { millsRatio } from '../math/mills.ts'

const INVERSE_SQRT_TWO_PI = 0.3989422804014327
/** A deviation that is as good as any larger one, and a width in price that is as good as any smaller one. */
const MOST_DEVIATION = 1e100
const LEAST_WIDTH = 1e-300

/** Right to buy (call) or to sell (put). */
export type OptionKind = 'call' | 'put'

/** What Black-76 needs to know. */
export interface BlackInputs {
  /** A call pays max(0, forward − strike) at expiry, a put max(0, strike − forward). */
  readonly kind: OptionKind
  /** Forward price for the expiry, quote currency per underlying. Positive. */
  readonly forward: number
  /** Strike, in the unit of the forward. Positive. */
  readonly strike: number
  /** Time to expiry in years of 365 days. Zero or below means expired: the intrinsic value. */
  readonly years: number
  /** Volatility as a decimal per √year (0.65 is 65 %). Zero or more. */
  readonly volatility: number
  /** Price today of one unit of quote currency at expiry. Default 1. */
  readonly discount?: number
}

/** Value and sensitivities of one option held long. */
export interface BlackGreeks {
  /** Present value, quote currency per underlying. */
  readonly price: number
  /** ∂price/∂forward. Calls in [0, discount], puts in [−discount, 0]. */
  readonly forwardDelta: number
  /** ∂²price/∂forward². */
  readonly forwardGamma: number
  /** ∂price/∂volatility per 1.00 of volatility (100 points). */
  readonly vegaPerUnitVol: number
  /** Change of price per year as time passes with forward and discount held fixed. Never positive. */
  readonly thetaPerYear: number
  /** ∂price/∂rate per 1.00 of the discounting rate, with the forward held: −years·price. */
  readonly rhoPerUnitRate: number
}

/**
 * Price of a European option on a forward (Black 1976, J. Financial Economics 3, eq. 16).
 *
 * Error below 1e-15·max(forward, strike). Never below discounted intrinsic. Domain as of {@link black76}; `NaN` outside it.
 */
export function black76Price(inputs: BlackInputs): number {
  return black76(inputs).price
}

/**
 * Price and Greeks of a European option on a forward, in one pass: one logarithm, one exponential, two Mills ratios.
 *
 * Source of the form: Φ(−x) = φ(x)·R(x) and forward·φ(d₁) = strike·φ(d₂), so one exponential serves both distribution
 * functions and the density. Errors below 1e-15 of max(forward, strike) in price and 1e-15 in delta.
 *
 * Domain: forward and strike from 1e-150 to 1e150 with a ratio from 1e-300 to 1e300, years and volatility finite, volatility zero or more;
 * no result is `NaN` inside it. Outside it (a `NaN`, an infinity, a negative price, a kind that is none) all six are.
 */
export function black76(inputs: BlackInputs): BlackGreeks {
  const { kind, forward, strike, years, volatility, discount = 1 } = inputs
  const call = kind === 'call'
  if (!(call || kind === 'put') || !isPositive(forward) || !isPositive(strike)) return NOT_A_NUMBER
  if (!(volatility >= 0 && Number.isFinite(volatility) && Number.isFinite(years))) return NOT_A_NUMBER
  const rootYears = years > 0 ? Math.sqrt(years) : 0
  const deviation = Math.min(volatility * rootYears, MOST_DEVIATION)
  if (deviation === 0) return expired(call, inputs)

  const d1 = logRatio(forward, strike) / deviation + 0.5 * deviation
  const d2 = d1 - deviation
  const density = INVERSE_SQRT_TWO_PI * exp(-0.5 * d1 * d1)
  const tail1 = density * millsRatio(Math.abs(d1))
  const tail2 = density * millsRatio(Math.abs(d2)) * forward
  // Φ(∓d1) and strike·Φ(∓d2), each taken from the tail it lies in.
  const sign = call ? 1 : -1
  const delta = d1 * sign < 0 ? tail1 : 1 - tail1
  const strikeLeg = d2 * sign < 0 ? tail2 : strike - tail2
  const intrinsic = Math.max(0, sign * (forward - strike))
  const price = discount * Math.max(intrinsic, sign * (forward * delta - strikeLeg))
  const vega = discount * (forward * density * rootYears)
  return {
    price,
    forwardDelta: discount * (sign * delta),
    forwardGamma: (discount * density) / Math.max(LEAST_WIDTH, forward * deviation),
    vegaPerUnitVol: vega,
    thetaPerYear: (-0.5 * vega * volatility) / years,
    rhoPerUnitRate: -years * price,
  }
}

function isPositive(price: number): boolean {
  return price > 0 && price < Number.POSITIVE_INFINITY
}

const NOT_A_NUMBER: BlackGreeks = {
  price: Number.NaN,
  forwardDelta: Number.NaN,
  forwardGamma: Number.NaN,
  vegaPerUnitVol: Number.NaN,
  thetaPerYear: Number.NaN,
  rhoPerUnitRate: Number.NaN,
}

/** The limit of no variance: a step at the strike, where delta is a half. */
function expired(call: boolean, { forward, strike, years, discount = 1 }: BlackInputs): BlackGreeks {
  const sign = call ? 1 : -1
  const moneyness = sign * (forward - strike)
  const delta = moneyness > 0 ? sign : moneyness < 0 ? 0 : 0.5 * sign
  const price = discount * Math.max(0, moneyness)
  return {
    price,
    forwardDelta: discount * delta,
    forwardGamma: 0,
    vegaPerUnitVol: 0,
    thetaPerYear: 0,
    rhoPerUnitRate: -Math.max(0, years) * price,
  }
}
