import { lnRatioQ96 } from './ln.ts'
import { INVERSE_ROOT_2_PI, normalPair } from './normalCdf.ts'
import { nearSqrt } from './sqrt.ts'
import { sdiv } from './word.ts'

/** European options on a forward, Black (1976): see Black76.sol. */

const WAD = 1_000_000_000_000_000_000n
const PRICE_BITS = 112n
const RATE_BITS = 64n
const TIME_BITS = 32n
export const YEAR = 31_536_000n
const HALF_YEAR = YEAR / 2n
/** 2^-56 in Q96: a σ√τ below it counts as one between it and twice that. */
const LEAST_TOTAL = 1n << 40n

export type OptionInput = {
  readonly forward: bigint
  readonly strike: bigint
  readonly discount: bigint
  readonly volatility: bigint
  readonly tau: bigint
}

export type OptionGreeks = {
  readonly call: bigint
  readonly put: bigint
  readonly callDelta: bigint
  readonly putDelta: bigint
  readonly gamma: bigint
  readonly vega: bigint
  readonly thetaCall: bigint
  readonly thetaPut: bigint
}

export class OptionOutsideDomain extends Error {
  override readonly name = 'OptionOutsideDomain'
  constructor(input: OptionInput) {
    super(
      `Outside the domain: forward ${input.forward}, strike ${input.strike}, discount ${input.discount}, volatility ${input.volatility}, tau ${input.tau}.`,
    )
  }
}

/** Call and put. */
export const price = (input: OptionInput): { call: bigint; put: bigint } => {
  checkDomain(input)
  const v = (input.volatility * rootYearsQ96(input.tau)) / WAD
  const { call, put } = core(input.forward, input.strike, lnRatioQ96(input.forward, input.strike), v)
  return { call: (call * input.discount) / WAD, put: (put * input.discount) / WAD }
}

/** Call, put and their Greeks. */
export const priceAndGreeks = (input: OptionInput): OptionGreeks => {
  checkDomain(input)
  const { forward, strike, discount, volatility, tau } = input
  const rootTau = rootYearsQ96(tau)
  const whole = core(forward, strike, lnRatioQ96(forward, strike), (volatility * rootTau) / WAD)
  const call = (whole.call * discount) / WAD
  const put = (whole.put * discount) / WAD
  const callDelta = (whole.delta * discount) >> 64n
  const density = ((whole.e * INVERSE_ROOT_2_PI) >> 64n) * discount
  const gamma = sdiv((((density << 60n) / whole.total) >> 92n) * WAD, forward)
  const spread = (forward * (density >> 64n)) / (WAD << 32n)
  const decay = sdiv(((spread * whole.total) >> 96n) * HALF_YEAR, tau) >> 32n
  const rate = sdiv(lnRatioQ96(WAD, discount) * YEAR, tau)
  return {
    call,
    put,
    callDelta,
    putDelta: callDelta - discount,
    gamma,
    vega: (spread * rootTau) >> 128n,
    thetaCall: ((rate * call) >> 96n) - decay,
    thetaPut: ((rate * put) >> 96n) - decay,
  }
}

/** Undiscounted call and put from ln(forward/strike) and σ√τ, both Q96. */
export const core = (
  forward: bigint,
  strike: bigint,
  x: bigint,
  v: bigint,
): { call: bigint; put: bigint; delta: bigint; e: bigint; total: bigint } => {
  const total = v < LEAST_TOTAL ? v | LEAST_TOTAL : v
  const t = terms(x, total)
  return { ...values(forward, strike, t), e: t.e, total }
}

/** What `values` needs: d in Q64, e^(−d1²/2) in Q128, t as `normalPair` gives them. */
export type Terms = {
  readonly d1: bigint
  readonly d2: bigint
  readonly e: bigint
  readonly t1: bigint
  readonly t2: bigint
}

/** From ln(forward/strike) and σ√τ, both Q96, the latter at least 2^-56. */
export const terms = (x: bigint, v: bigint): Terms => {
  const d1 = (x << 64n) / v + (v >> 33n)
  const d2 = d1 - (v >> 32n)
  return { d1, d2, ...normalPair(d1, d2) }
}

/** Undiscounted call and put, wad, and N(d1), Q64. */
export const values = (
  forward: bigint,
  strike: bigint,
  { d1, d2, e, t1, t2 }: Terms,
): { call: bigint; put: bigint; delta: bigint } => {
  const delta = (d1 >= 0n ? 1n << 64n : 0n) - ((e * t1) >> 128n)
  const reached = (d1 >= 0n ? forward : 0n) - (d2 >= 0n ? strike : 0n)
  const intrinsic = forward > strike ? forward - strike : 0n
  const timeValue = reached - intrinsic - ((((forward * e) >> 64n) * (t1 - t2)) >> 128n)
  const call = timeValue > 0n ? intrinsic + timeValue : intrinsic
  return { call, put: call - forward + strike, delta }
}

/** √(tau in years) in Q96. */
export const rootYearsQ96 = (tau: bigint): bigint => nearSqrt((tau << 192n) / YEAR)

const checkDomain = (input: OptionInput): void => {
  const { forward, strike, discount, volatility, tau } = input
  if (
    (forward | strike) >> PRICE_BITS !== 0n ||
    (discount | volatility) >> RATE_BITS !== 0n ||
    tau >> TIME_BITS !== 0n
  ) {
    throw new OptionOutsideDomain(input)
  }
}
