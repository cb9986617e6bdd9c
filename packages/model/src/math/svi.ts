import { YEAR } from './black76.ts'
import { lnRatioQ96 } from './ln.ts'
import { closeSqrt, twoSteps } from './sqrt.ts'

/** The raw SVI slice of Gatheral (2004): see Svi.sol. */

const WAD = 1_000_000_000_000_000_000n
const K_LIMIT = 100n * WAD
/** 2^-1/4 in Q16. */
const CENTRED_ROOT = 55109n

/** Fields of a slice in Q40, as in `SviSlice.sol`; σ is at least zero. */
export type SviFields = {
  readonly a: bigint
  readonly b: bigint
  readonly rho: bigint
  readonly m: bigint
  readonly sigma: bigint
}

/** A slice's fields as the arithmetic wants them: a in Q128; b, b·ρ, m and σ in Q64. */
export type SviUnpacked = {
  readonly level: bigint
  readonly slope: bigint
  readonly tilt: bigint
  readonly centre: bigint
  readonly sigma: bigint
}

export class LogMoneynessOutsideDomain extends Error {
  override readonly name = 'LogMoneynessOutsideDomain'
  constructor(k: bigint) {
    super(`Log-moneyness ${k} is not within ±${K_LIMIT} wad.`)
  }
}

export class TimeToExpiryOutsideDomain extends Error {
  override readonly name = 'TimeToExpiryOutsideDomain'
  constructor(tau: bigint) {
    super(`Time to expiry must be 1 to 2^32 seconds, not ${tau}.`)
  }
}

export class PriceOutsideDomain extends Error {
  override readonly name = 'PriceOutsideDomain'
  constructor(forward: bigint, strike: bigint) {
    super(`Forward ${forward} and strike ${strike} must be 1 to 2^112.`)
  }
}

/** Total variance in wad at k = ln(strike/forward) in wad. */
export const totalVariance = (slice: SviFields, k: bigint): bigint =>
  ((totalVarianceQ128(unpackSlice(slice), toQ64(k)) >> 50n) * WAD) >> 78n

/** Volatility in wad at k in wad. */
export const volatility = (slice: SviFields, k: bigint, tau: bigint): bigint => annualised(slice, toQ64(k), tau)

/** Volatility in wad from forward and strike. */
export const volatilityAt = (slice: SviFields, pair: { forward: bigint; strike: bigint }, tau: bigint): bigint => {
  const { forward, strike } = pair
  if (((forward - 1n) | (strike - 1n)) >> 112n !== 0n) throw new PriceOutsideDomain(forward, strike)
  return annualised(slice, lnRatioQ96(strike, forward) >> 32n, tau)
}

/** The fields scaled for the arithmetic. */
export const unpackSlice = ({ a, b, rho, m, sigma }: SviFields): SviUnpacked => ({
  level: a << 88n,
  slope: b << 24n,
  tilt: (b * rho) >> 16n,
  centre: m << 24n,
  sigma: sigma << 24n,
})

/** σ√τ in Q64 at k in Q64. */
export const totalVolatilityQ64 = (slice: SviUnpacked, k: bigint): bigint => closeSqrt(totalVarianceQ128(slice, k))

/** Total variance in Q128 at k in Q64. */
export const totalVarianceQ128 = (slice: SviUnpacked, k: bigint): bigint => {
  const z = k - slice.centre
  const square = z * z + slice.sigma * slice.sigma
  let root = (z < 0n ? -z : z) + slice.sigma
  root = (root * CENTRED_ROOT) >> 16n
  for (let pair = 0; pair < 2; pair++) root = twoSteps(square, root)
  const w = slice.level + slice.slope * root + slice.tilt * z
  return w > 0n ? w : 0n
}

const annualised = (slice: SviFields, k: bigint, tau: bigint): bigint => {
  if (tau < 1n || (tau - 1n) >> 32n !== 0n) throw new TimeToExpiryOutsideDomain(tau)
  return (closeSqrt((totalVarianceQ128(unpackSlice(slice), k) * YEAR) / tau) * WAD) >> 64n
}

const toQ64 = (k: bigint): bigint => {
  if (k <= -K_LIMIT || k >= K_LIMIT) throw new LogMoneynessOutsideDomain(k)
  return (k << 64n) / WAD
}
