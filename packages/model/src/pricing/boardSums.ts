import { YEAR } from '../math/black76.ts'
import { LOT } from '../types/size.ts'
import { WAD } from '../types/wad.ts'
import { type Context, type Unit, vegaScaleOf } from './expiryContext.ts'

/** Integer sums over a board's positions, lots times a strike's unit figures: see BoardSums.sol. */
export type BoardSums = {
  /** Undiscounted wad times lots. */
  readonly value: bigint
  /** Q64 times lots, as the next three. */
  readonly delta: bigint
  readonly density: bigint
  readonly densityOverVolatility: bigint
  readonly densityTimesVolatility: bigint
  /** Wad, upper factors. */
  readonly margin: bigint
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
  value: 0n,
  delta: 0n,
  density: 0n,
  densityOverVolatility: 0n,
  densityTimesVolatility: 0n,
  margin: 0n,
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
    value: s.value + calls * u.call + puts * u.put,
    delta: s.delta + both * u.delta - (puts << 64n),
    density: s.density + both * u.density,
    densityOverVolatility: s.densityOverVolatility + both * u.densityOverVolatility,
    densityTimesVolatility: s.densityTimesVolatility + both * u.densityTimesVolatility,
    margin: s.margin,
  }
}

export const mergeSums = (s: BoardSums, change: BoardSums): BoardSums => ({
  value: s.value + change.value,
  delta: s.delta + change.delta,
  density: s.density + change.density,
  densityOverVolatility: s.densityOverVolatility + change.densityOverVolatility,
  densityTimesVolatility: s.densityTimesVolatility + change.densityTimesVolatility,
  margin: s.margin + change.margin,
})

/** Spot delta and gamma: the forward moves by `deltaScale` per move of the spot. Truncated towards zero. */
export const greeksOf = (s: BoardSums, c: Context, rate: bigint): BoardGreeks => {
  const value = (s.value * c.discount) / (WAD * LOTS_PER_UNIT)
  const once = (c.discount * c.deltaScale) / WAD
  const twice = (once * c.deltaScale) / WAD
  const carried = (rate * value) / WAD
  const loss = (((s.densityTimesVolatility * c.forward) >> 64n) * c.discount) / (WAD * LOTS_PER_UNIT)
  return {
    value,
    delta: (((s.delta * once) >> 64n) * LOT) / WAD,
    gamma: (((s.densityOverVolatility * twice) >> 64n) * LOT) / c.forward,
    vega: ((s.density * vegaScaleOf(c)) >> 64n) / LOTS_PER_UNIT,
    theta: c.decayTime === 0n ? carried : carried - (loss * (YEAR << 31n)) / c.decayTime,
  }
}
