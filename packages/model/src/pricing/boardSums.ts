import type { MarginParams } from '../clearing/marginParams.ts'
import { YEAR } from '../math/black76.ts'
import { INVERSE_ROOT_2_PI } from '../math/normalCdf.ts'
import { LOT } from '../types/size.ts'
import { WAD } from '../types/wad.ts'
import { type Context, type Unit, vegaScaleOf } from './expiryContext.ts'

/** Integer sums over a board's positions, lots times a strike's unit figures: see BoardSums.sol. */
export type BoardSums = {
  /** Q192 times lots. */
  readonly delta: bigint
  /** Wad times lots. */
  readonly strikes: bigint
  /** Q192 times lots, in units of the forward. */
  readonly time: bigint
  /** Q128 times lots. */
  readonly gaussian: bigint
  /** Q96 times lots. */
  readonly gaussianOverVolatility: bigint
  /** Q192 times lots. */
  readonly gaussianTimesVolatility: bigint
  /** Wad in Q64 times lots, before the upper factor; the next likewise. */
  readonly callMargin: bigint
  readonly putMargin: bigint
}

/** Greeks of a board, wad, as in `BookValue`. */
export type BoardGreeks = {
  readonly value: bigint
  readonly delta: bigint
  readonly gamma: bigint
  readonly vega: bigint
  readonly theta: bigint
}

export const EMPTY_BOARD: BoardSums = {
  delta: 0n,
  strikes: 0n,
  time: 0n,
  gaussian: 0n,
  gaussianOverVolatility: 0n,
  gaussianTimesVolatility: 0n,
  callMargin: 0n,
  putMargin: 0n,
}

const LOTS_PER_UNIT = 1000n

/** `s` with so many lots of the call and of the put of a strike, margin apart. */
export const addLots = (
  s: BoardSums,
  position: { readonly unit: Unit; readonly calls: bigint; readonly puts: bigint },
): BoardSums => {
  const { unit: u, calls, puts } = position
  const both = calls + puts
  return {
    delta: s.delta + both * u.exactDelta - (puts << 192n),
    strikes: s.strikes + both * u.reached - puts * u.strike,
    time: s.time + both * u.time,
    gaussian: s.gaussian + both * u.gaussian,
    gaussianOverVolatility: s.gaussianOverVolatility + both * ((u.gaussian << 32n) / u.volatility),
    gaussianTimesVolatility: s.gaussianTimesVolatility + both * u.gaussian * u.volatility,
    callMargin: s.callMargin,
    putMargin: s.putMargin,
  }
}

export const mergeSums = (s: BoardSums, change: BoardSums): BoardSums => ({
  delta: s.delta + change.delta,
  strikes: s.strikes + change.strikes,
  time: s.time + change.time,
  gaussian: s.gaussian + change.gaussian,
  gaussianOverVolatility: s.gaussianOverVolatility + change.gaussianOverVolatility,
  gaussianTimesVolatility: s.gaussianTimesVolatility + change.gaussianTimesVolatility,
  callMargin: s.callMargin + change.callMargin,
  putMargin: s.putMargin + change.putMargin,
})

/** Required margin at the upper health factors, wad. */
export const marginOf = (s: BoardSums, p: MarginParams): bigint =>
  ((s.callMargin >> 64n) * p.callUpper + (s.putMargin >> 64n) * p.putUpper) / (WAD * LOTS_PER_UNIT)

/** Spot delta and gamma: the forward moves by `deltaScale` per move of the spot. Truncated towards zero. */
export const greeksOf = (s: BoardSums, c: Context, rate: bigint): BoardGreeks => {
  const undiscounted = ((c.forward * ((s.delta + s.time) >> 96n)) >> 96n) - s.strikes
  const value = (undiscounted * c.discount) / (WAD * LOTS_PER_UNIT)
  const once = (c.discount * c.deltaScale) / WAD
  const twice = (once * c.deltaScale) / WAD
  const carried = (rate * value) / WAD
  const density = ((s.gaussian >> 64n) * INVERSE_ROOT_2_PI) >> 64n
  const over = ((s.gaussianOverVolatility >> 32n) * INVERSE_ROOT_2_PI) >> 64n
  const times = ((s.gaussianTimesVolatility >> 128n) * INVERSE_ROOT_2_PI) >> 64n
  const loss = (((times * c.forward) >> 64n) * c.discount) / (WAD * LOTS_PER_UNIT)
  return {
    value,
    delta: (((s.delta >> 128n) * once) >> 64n) / LOTS_PER_UNIT,
    gamma: (((over * twice) >> 64n) * LOT) / c.forward,
    vega: ((density * vegaScaleOf(c)) >> 64n) / LOTS_PER_UNIT,
    theta: c.decayTime === 0n ? carried : carried - (loss * (YEAR << 31n)) / c.decayTime,
  }
}
