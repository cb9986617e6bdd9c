import { terms, values, YEAR } from '../math/black76.ts'
import { expWad } from '../math/exp.ts'
import { lnRatioQ96 } from '../math/ln.ts'
import { INVERSE_ROOT_2_PI } from '../math/normalCdf.ts'
import { nearSqrt } from '../math/sqrt.ts'
import { type SviUnpacked, totalVarianceQ128, unpackSlice as unpackFields } from '../math/svi.ts'
import { unpackSlice } from '../sviSlice.ts'
import { WAD } from '../types/wad.ts'
import { lnStrikeOf, strikeOf } from './node.ts'
import type { SurfaceSlice } from './pricingInput.ts'
import { forwardOfAverage, varianceDecay, varianceLeft } from './varianceTime.ts'

/** Per-expiry and per-strike arithmetic of the book: see ExpiryContext.sol. */

const MAX_PRICE = (1n << 112n) - 1n
const MAX_RATE_TIME = 2_900_000_000_000_000_000n
const MAX_VARIANCE = 1n << 66n
/** 2^-112 in Q192, added to every variance left. */
const LEAST_VARIANCE = 1n << 80n

/** What all options of one expiry share at one spot. */
export type Context = {
  /** Of the settlement price, wad. */
  readonly forward: bigint
  /** Q96 */
  readonly lnForward: bigint
  readonly discount: bigint
  /** Move of `forward` per move of the spot, wad. */
  readonly deltaScale: bigint
  /** Total variance left over total variance of the slice, Q64. */
  readonly variance: bigint
  /** Square root of the variance time in years, Q96. */
  readonly rootTime: bigint
  /** Seconds, Q32, see `varianceDecay`. */
  readonly decayTime: bigint
  readonly slice: SviUnpacked
}

/** The options of one strike. */
export type Unit = {
  /** Undiscounted, wad. */
  readonly call: bigint
  readonly put: bigint
  /** N(d1), Q64. */
  readonly delta: bigint
  /** phi(d1), Q64. */
  readonly density: bigint
  /** exp(-d1^2 / 2), Q128. */
  readonly gaussian: bigint
  /** sigma sqrt(tau), Q64. */
  readonly volatility: bigint
  /** For the sums: N(d1), Q192. */
  readonly exactDelta: bigint
  /** The strike, wad. */
  readonly strike: bigint
  /** The strike if d2 >= 0, else zero. */
  readonly reached: bigint
  /** (reached - K N(d2)) / F, Q192. */
  readonly time: bigint
}

/** What a context depends on besides the slice. */
export type ContextTime = {
  readonly averageSoFar: bigint
  readonly expiry: number
  readonly timestamp: number
  readonly window: number
  readonly rate: bigint
}

const NO_SLICE: SviUnpacked = unpackFields(unpackSlice(0n))

export const contextAt = (slice: SurfaceSlice, at: ContextTime & { readonly spot: bigint }): Context => {
  const tau = BigInt(at.expiry - at.timestamp)
  const window = BigInt(at.window)
  const spot = held(at.spot)
  const ratio = slice.reportedAt === 0 ? WAD : slice.forwardRatio
  const { mixed, share } = forwardOfAverage(
    { forward: held((spot * ratio) / WAD), spot, averageSoFar: at.averageSoFar },
    { tau, window },
  )
  const forward = held(mixed)
  const shared = {
    forward,
    lnForward: lnRatioQ96(forward, WAD),
    discount: discountOf(at.rate, tau),
    deltaScale: (ratio * share) / WAD,
  }
  if (slice.reportedAt === 0) return { ...shared, variance: 0n, rootTime: 0n, decayTime: 0n, slice: NO_SLICE }
  const left = varianceLeft(tau, window)
  const whole = at.expiry > slice.reportedAt ? BigInt(at.expiry - slice.reportedAt) : 1n
  const variance = (left << 32n) / whole
  return {
    ...shared,
    variance: variance > MAX_VARIANCE ? MAX_VARIANCE : variance,
    rootTime: nearSqrt((left << 160n) / YEAR),
    decayTime: varianceDecay(tau, window),
    slice: unpackFields(unpackSlice(slice.svi)),
  }
}

/** e^(−rate·tau), wad. */
export const discountOf = (rate: bigint, tau: bigint): bigint => {
  let x = (rate * tau) / YEAR
  if (x > MAX_RATE_TIME) x = MAX_RATE_TIME
  if (x < -MAX_RATE_TIME) x = -MAX_RATE_TIME
  return x === 0n ? WAD : expWad(-x)
}

export const unitOf = (c: Context, node: bigint): Unit => {
  const x = c.lnForward - lnStrikeOf(node)
  const volatility = totalVolatilityAt(c, -x >> 32n)
  const t = terms(x, volatility << 32n)
  const { d1, d2, e, t1, t2 } = t
  const strike = strikeOf(node)
  return {
    ...values(c.forward, strike, t),
    density: ((e >> 64n) * INVERSE_ROOT_2_PI) >> 64n,
    gaussian: e,
    volatility,
    exactDelta: (d1 >= 0n ? 1n << 192n : 0n) - e * t1,
    strike,
    reached: d2 >= 0n ? strike : 0n,
    time: e * t2,
  }
}

/** σ√τ at a log-moneyness, both Q64; above zero. */
export const totalVolatilityAt = (c: Context, k: bigint): bigint =>
  nearSqrt(totalVarianceQ128(c.slice, k) * c.variance + LEAST_VARIANCE) >> 32n

/** Vega of one option whose density is one, wad. */
export const vegaScaleOf = (c: Context): bigint => (((c.forward * c.discount) / WAD) * c.rootTime) >> 96n

const held = (price: bigint): bigint => (price === 0n ? 1n : price > MAX_PRICE ? MAX_PRICE : price)
