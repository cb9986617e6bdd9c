import { rootYearsQ96 } from './black76.ts'
import { lnRatioQ96 } from './ln.ts'
import { INVERSE_ROOT_2_PI, millsQ64 } from './normalCdf.ts'
import { nearSqrt } from './sqrt.ts'
import { sdiv } from './word.ts'

/** The volatility at which Black-76 gives a price: see ImpliedVol.sol for the method. */

const WAD = 1_000_000_000_000_000_000n
const ONE = 1n << 64n
const SEED_SLOPE = 55686624996877332071n
const SEED_BASE = 362314463200590896n
const SEED_WING = 112614282019789n
const SEED_MIX = 14286045530135740727n
const MOST_STEPS = 8
const SMALL_STEP = 4503599627370496n

/** The price has no time value, or too little to tell. */
export const NO_TIME_VALUE = 0n
/** No volatility reaches the price. */
export const UNREACHABLE = (1n << 256n) - 1n

export type ImpliedVolInput = {
  readonly forward: bigint
  readonly strike: bigint
  readonly discount: bigint
  readonly price: bigint
  readonly tau: bigint
  readonly isCall: boolean
}

export class ImpliedVolOutsideDomain extends Error {
  override readonly name = 'ImpliedVolOutsideDomain'
  constructor(input: ImpliedVolInput) {
    super(
      `Outside the domain: forward ${input.forward}, strike ${input.strike}, discount ${input.discount}, price ${input.price}, tau ${input.tau}.`,
    )
  }
}

/** The implied volatility in wad, or one of the two answers above. */
export const solveVolatility = (input: ImpliedVolInput): bigint => {
  const { forward, strike, discount, price, tau, isCall } = input
  if ((forward | strike | price) >> 112n !== 0n || !within(discount, 64n) || !within(tau, 32n)) {
    throw new ImpliedVolOutsideDomain(input)
  }
  const ahead = isCall ? forward - strike : strike - forward
  const value = (price * WAD) / discount - (ahead > 0n ? ahead : 0n)
  // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigint
  const missing = (forward < strike ? forward : strike) - value
  if (value <= 0n) return NO_TIME_VALUE
  if (missing <= 0n) return UNREACHABLE
  const x = lnRatioQ96(forward, strike) >> 32n
  const size = x < 0n ? -x : x
  const mean = nearSqrt(forward * strike)
  const normalised = (value << 120n) / mean
  const s = root(size, normalised, (missing << 120n) / mean, seed(size, normalised))
  return ((s << 32n) * WAD) / rootYearsQ96(tau)
}

const within = (x: bigint, bits: bigint): boolean => x > 0n && (x - 1n) >> bits === 0n

const seed = (x: bigint, value: bigint): bigint => {
  const v = (value * SEED_SLOPE) >> 120n
  const log = lnRatioQ96(((value * SEED_BASE) >> 56n) + x * SEED_WING, value)
  const w = sdiv(x << 96n, nearSqrt(log << 97n))
  return v + w + ((nearSqrt(v * w) * SEED_MIX) >> 64n)
}

const root = (x: bigint, value: bigint, missing: bigint, first: bigint): bigint => {
  let s = first
  for (let step = 0; step < MOST_STEPS; step++) {
    const a = sdiv(x << 64n, s)
    const d1 = (s >> 1n) - a
    const far = millsQ64((s >> 1n) + a)
    const above = d1 > 0n
    const near = millsQ64(above ? d1 : -d1)
    const q = above ? -(near + far) : near - far < 1n ? 1n : near - far
    const log = lnRatioQ96(above ? missing : value, (q < 0n ? -q : q) << 56n)

    const square = (a * a) >> 64n
    const quarter = (s * s) >> 66n
    const g = (log >> 32n) + ((square + quarter) >> 1n)
    const slope = sdiv(s * INVERSE_ROOT_2_PI, q)
    const rho = square - quarter - slope
    const third = ((rho * (rho - slope)) >> 64n) - (3n * square + quarter)
    const change = sdiv(g << 64n, slope)
    const second = (rho * change) >> 64n
    const cubic = ((((third * change) >> 64n) * change) >> 64n) / 6n
    const next = s + sdiv(((s * change) >> 64n) * (ONE + (second >> 1n)), ONE + second + cubic)
    if (next >= s >> 1n && next <= s * 4n) s = next
    else s = change > 0n ? s * 2n : s >> 1n
    const small = SMALL_STEP << BigInt(step >> 1)
    if (change < small && change >= -small) break
  }
  return s
}
