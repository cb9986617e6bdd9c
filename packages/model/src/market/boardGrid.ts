import { sqrtWad } from '../math/sqrt.ts'
import { WAD } from '../types/wad.ts'

/** The boards that anyone may list, and their strikes: see BoardGrid.sol. Times in unix seconds. */

/** `Grid` of ICatalogue.sol. No strikes: nobody lists. */
export type Grid = {
  /** Every strike is a multiple, wad. */
  readonly tick: bigint
  /** Between two strikes, share of spot per square root of a year to expiry, wad. */
  readonly step: bigint
  /** Per board. */
  readonly strikes: number
  /** Weekly boards: Fridays of so many weeks. */
  readonly fridays: number
  /** Monthly boards: last Fridays of so many times 28 days. */
  readonly lastFridays: number
}

const DAY = 86_400
const YEAR = 365n * BigInt(DAY)
const EIGHT = 8 * 3_600
const WEEK_DAYS = 7
const MONTH_DAYS = 28
/** The first of January 1970 was a Thursday. */
const FRIDAY = 1

/** The lowest strike would be zero or less. */
export class GridTooCoarseError extends Error {
  override readonly name = 'GridTooCoarseError'
  constructor(spot: bigint, tick: bigint) {
    super(`Strikes around ${spot} wad would reach zero by a tick of ${tick} wad. Set a finer grid.`)
  }
}

/** Whether the grid has an expiry, now. */
export const gridHas = (grid: Grid, { expiry, now }: { readonly expiry: number; readonly now: number }): boolean => {
  const day = Math.floor(expiry / DAY)
  if (expiry % DAY !== EIGHT || expiry < now + DAY) return false
  if (day % WEEK_DAYS !== FRIDAY) return false
  if (expiry <= now + grid.fridays * WEEK_DAYS * DAY) return true
  return expiry <= now + grid.lastFridays * MONTH_DAYS * DAY && monthOf(day) !== monthOf(day + WEEK_DAYS)
}

/** Every expiry the grid has now, ascending. */
export const gridExpiries = (grid: Grid, now: number): readonly number[] => {
  const days = Math.max(grid.fridays * WEEK_DAYS, grid.lastFridays * MONTH_DAYS) + 1
  const first = Math.floor(now / DAY) * DAY + EIGHT
  return Array.from({ length: days + 1 }, (_, i) => first + i * DAY).filter((expiry) => gridHas(grid, { expiry, now }))
}

/** Strikes of a board listed now around a spot, wads, ascending. The expiry is in the future. */
export const gridStrikes = (
  { tick, step, strikes }: Grid,
  { expiry, now, spot }: { readonly expiry: number; readonly now: number; readonly spot: bigint },
): readonly bigint[] => {
  const rootYears = sqrtWad((BigInt(expiry - now) * WAD) / YEAR)
  const apart = ((((spot * step) / WAD) * rootYears) / WAD / tick) * tick || tick
  const middle = ((spot + tick / 2n) / tick) * tick
  const below = BigInt(Math.floor(strikes / 2)) * apart
  if (middle <= below) throw new GridTooCoarseError(spot, tick)
  return Array.from({ length: strikes }, (_, i) => middle - below + BigInt(i) * apart)
}

const monthOf = (day: number): number => new Date(day * DAY * 1000).getUTCMonth()
