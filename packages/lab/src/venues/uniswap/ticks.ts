import { sqrtFloor } from './price.ts'

/** Bounds of Uniswap v3: prices outside 1.0001^±887272 do not exist. */
export const MIN_TICK = -887_272
export const MAX_TICK = 887_272

/** Distance of usable ticks per fee tier of the factory. */
const TICK_SPACING: Readonly<Record<number, number>> = { 500: 10, 3000: 60, 10000: 200 }

// 1.0001^tick carried with so many fraction bits that 20 squarings leave the 96 bits of a sqrt price untouched
const FRACTION = 320n
const ONE = 1n << FRACTION
const BASE = (ONE * 10_001n) / 10_000n

/** sqrt(1.0001^tick) · 2^96, rounded down. The pool's own figure, made in Q128, agrees to 1e-19 of it. */
export function sqrtPriceAtTick(tick: number): bigint {
  if (!Number.isInteger(tick) || tick < MIN_TICK || tick > MAX_TICK) throw new TickOutOfRangeError({ tick })
  let power = ONE
  let square = BASE
  for (let n = Math.abs(tick); n > 0; n >>= 1) {
    if (n & 1) power = (power * square) >> FRACTION
    square = (square * square) >> FRACTION
  }
  const ratio = tick < 0 ? (ONE * ONE) / power : power
  return sqrtFloor(ratio >> (FRACTION - 192n))
}

/** Greatest tick whose price is at or below a sqrt price. */
export function tickAtSqrtPrice(sqrtPriceX96: bigint): number {
  let low = MIN_TICK
  let high = MAX_TICK
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (sqrtPriceAtTick(middle) <= sqrtPriceX96) low = middle
    else high = middle - 1
  }
  return low
}

/** Tick spacing of a fee tier. */
export function tickSpacing(fee: number): number {
  const spacing = TICK_SPACING[fee]
  if (spacing === undefined) throw new UnknownFeeTierError({ fee })
  return spacing
}

/** The widest usable range of a fee tier. */
export function fullRange(fee: number): TickRange {
  const spacing = tickSpacing(fee)
  const upper = Math.floor(MAX_TICK / spacing) * spacing
  return { lower: -upper, upper }
}

/** The narrowest usable range that contains both sqrt prices, in either order. */
export function rangeBetween(fee: number, [a, b]: readonly [bigint, bigint]): TickRange {
  const spacing = tickSpacing(fee)
  const widest = fullRange(fee)
  const lower = Math.floor(tickAtSqrtPrice(a < b ? a : b) / spacing) * spacing
  const upper = (Math.floor(tickAtSqrtPrice(a < b ? b : a) / spacing) + 1) * spacing
  return { lower: Math.max(lower, widest.lower), upper: Math.min(upper, widest.upper) }
}

export interface TickRange {
  readonly lower: number
  readonly upper: number
}

export class TickOutOfRangeError extends Error {
  override readonly name = 'Uniswap.TickOutOfRangeError'
  constructor({ tick }: { tick: number }) {
    super(`Tick ${tick} is not a whole number within ${MIN_TICK} and ${MAX_TICK}. Check the token decimals and order.`)
  }
}

export class UnknownFeeTierError extends Error {
  override readonly name = 'Uniswap.UnknownFeeTierError'
  constructor({ fee }: { fee: number }) {
    super(`The factory has no fee tier ${fee}. Use one of ${Object.keys(TICK_SPACING).join(', ')}.`)
  }
}
