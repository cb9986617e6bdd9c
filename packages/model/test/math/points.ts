import { type OptionInput, price, YEAR } from '../../src/math/black76.ts'
import type { BoardContext, BoardStrike } from '../../src/math/bookPass.ts'
import type { ImpliedVolInput } from '../../src/math/impliedVol.ts'
import type { SviFields } from '../../src/math/svi.ts'
import { smaller } from '../../src/math/word.ts'
import type { Random } from '../pricing/random.ts'

/** Points of the domains that the contracts declare: their ends, numbers of every size, and where options are traded. */

const WAD = 10n ** 18n
const Q64 = 64n
const Q96 = 96n
const PRICE_BITS = 112n
const RATE_BITS = 64n
const TIME_BITS = 32n
const FIELD_BITS = 47n
const TICK = 10n ** 10n
const SHARE_OF_ENDS = 0.08

/** Below 2^bits: an end, a power of two or beside one, or a number of any size. */
export const wholeOf = (random: Random, bits: bigint): bigint => {
  const most = (1n << bits) - 1n
  if (random.chance(SHARE_OF_ENDS)) return random.pick([0n, 1n, 2n, most, most - 1n, most >> 1n, (most >> 1n) + 1n])
  const length = BigInt(random.whole(1, Number(bits)))
  if (random.chance(SHARE_OF_ENDS)) return smaller(most, (1n << length) + BigInt(random.whole(-1, 1)))
  return wide(random, length)
}

const wide = (random: Random, bits: bigint): bigint => {
  const top = 1n << (bits - 1n)
  let low = 0n
  for (let left = bits - 1n; left > 0n; left -= 64n) {
    const part = left > 64n ? 64n : left
    low = (low << part) | random.bits(part)
  }
  return top | low
}

/** Evenly in [−down, up], or of any size around zero, or an end. */
export const signedOf = (random: Random, down: bigint, up: bigint): bigint => {
  if (random.chance(SHARE_OF_ENDS)) return random.pick([-down, 1n - down, -1n, 0n, 1n, up - 1n, up])
  if (random.chance(0.3)) {
    const below = random.chance(0.5)
    const size = smaller(wholeOf(random, bitsOf(below ? down : up)), below ? down : up)
    return below ? -size : size
  }
  return ((down + up) * wide(random, 128n)) / (1n << 128n) - down
}

const bitsOf = (x: bigint): bigint => BigInt(x.toString(2).length)

/** d below 18, Q64. */
export const gaussianOf = (random: Random): bigint => {
  const d = random.chance(0.5) ? wholeOf(random, 69n) : 18n * random.bits(64n)
  return smaller(d, (18n << Q64) - 1n)
}

/** Two numbers below 2^128, alike in half of the cases, and the first less than 2^120 of the second. */
export const lnRatioOf = (random: Random): { a: bigint; b: bigint } => {
  const b = wholeOf(random, 128n)
  if (random.chance(0.5)) return { a: smaller((b * random.wad(0.5, 2)) / WAD, (1n << 128n) - 1n), b }
  const a = wholeOf(random, 128n)
  return { a: b > 0n ? smaller(a, (b << 120n) - 1n) : a, b }
}

/** Half of them from anywhere in the domain; half with a strike within reach of the forward. */
export const optionOf = (random: Random): OptionInput => {
  if (random.chance(0.5)) return anyOption(random)
  const forward = random.powerOfTen(8, 33)
  const sigma = random.powerOfTen(14, 19.2)
  const tau = random.powerOfTen(0, 9.6)
  const spread = (Number(sigma) / 1e18) * Math.sqrt(Number(tau) / Number(YEAR))
  const moneyness = random.uniform(-1, 1) * Math.min(6, 4 * spread)
  const strike = (forward * BigInt(Math.floor(Math.exp(moneyness) * 1e12))) / 10n ** 12n
  const discount = random.chance(0.2) ? WAD : random.wad(0.2, 1.3)
  return { forward, strike: smaller(strike, (1n << PRICE_BITS) - 1n), discount, volatility: sigma, tau }
}

const anyOption = (random: Random): OptionInput => {
  const forward = wholeOf(random, PRICE_BITS)
  return {
    forward,
    strike: random.chance(0.2) ? forward : wholeOf(random, PRICE_BITS),
    discount: wholeOf(random, RATE_BITS),
    volatility: wholeOf(random, RATE_BITS),
    tau: wholeOf(random, TIME_BITS),
  }
}

/** x within ±ln 2^112, v up to the greatest volatility over the longest time, both Q96. */
export const coreOf = (random: Random): { forward: bigint; strike: bigint; x: bigint; v: bigint } => ({
  forward: wholeOf(random, PRICE_BITS),
  strike: wholeOf(random, PRICE_BITS),
  x: signedOf(random, 78n << Q96, 78n << Q96),
  v: wholeOf(random, 104n),
})

/** A price that some volatility has, a little beside it, or any. */
export const pricedOf = (random: Random): ImpliedVolInput => {
  const { volatility, ...option } = optionOf(random)
  const isCall = random.chance(0.5)
  const discount = option.discount || 1n << RATE_BITS
  const tau = option.tau || 1n << TIME_BITS
  if (random.chance(0.2)) return { ...option, discount, tau, isCall, price: wholeOf(random, PRICE_BITS) }
  const within = { ...option, discount: smaller(discount, (1n << RATE_BITS) - 1n), volatility }
  const { call, put } = price({ ...within, tau: smaller(tau, (1n << TIME_BITS) - 1n) })
  const exact = isCall ? call : put
  const moved = random.chance(0.5) ? exact : (exact * random.wad(0.9, 1.1)) / WAD
  return { ...option, discount, tau, isCall, price: smaller(moved, (1n << PRICE_BITS) - 1n) }
}

type Smile = { fields: SviFields; k: bigint; tau: bigint; forward: bigint; strike: bigint }

/** Slices of every shape that their word can hold but for a σ below zero, and of the shape that an oracle accepts. */
export const smileOf = (random: Random): Smile => ({
  fields: random.chance(0.4) ? anySlice(random) : sliceOf(random),
  k: random.chance(0.5) ? random.wad(-6, 6) : signedOf(random, 100n * WAD - 1n, 100n * WAD - 1n),
  tau: wholeOf(random, TIME_BITS) + 1n,
  forward: wholeOf(random, PRICE_BITS) + 1n,
  strike: wholeOf(random, PRICE_BITS) + 1n,
})

const anySlice = (random: Random): SviFields => {
  const field = (): bigint => (random.chance(0.5) ? wholeOf(random, FIELD_BITS) : -wholeOf(random, FIELD_BITS) - 1n)
  return { a: field(), b: field(), rho: field(), m: field(), sigma: wholeOf(random, FIELD_BITS) }
}

const sliceOf = (random: Random): SviFields => {
  const field = (x: number): bigint => BigInt(Math.floor(x * 2 ** 40))
  return {
    a: field(random.uniform(-0.02, 0.1)),
    b: field(10 ** random.uniform(-3, 0.2)),
    rho: field(random.uniform(-0.98, 0.98)),
    m: field(random.uniform(-0.6, 0.6)),
    sigma: field(10 ** random.uniform(-3, 0.3)),
  }
}

/** Up to sixteen strikes around a forward, with positions up to the greatest that a word of lots holds. */
export const boardOf = (random: Random): { board: BoardContext; strikes: BoardStrike[] } => {
  const forward = random.powerOfTen(12, 28)
  const board = {
    forward,
    forwardRatio: random.wad(0.5, 2),
    discount: random.wad(0.2, 1.3),
    rate: random.wad(-1, 1),
    tau: wholeOf(random, TIME_BITS) || 1n,
    slice: sliceOf(random),
    volatilityShift: random.chance(0.4) ? 0n : random.wad(-0.5, 2),
  }
  const lots = (): bigint => (random.chance(0.3) ? 0n : signedOf(random, 1n << 30n, (1n << 30n) - 1n))
  const strikes = Array.from({ length: random.whole(0, 16) }, () => ({
    strike: smaller((forward * random.wad(0.2, 4)) / WAD / TICK || 1n, (1n << 64n) - 1n) * TICK,
    callLots: lots(),
    putLots: lots(),
  }))
  return { board, strikes }
}
