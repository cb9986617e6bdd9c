import { larger } from '../math/word.ts'
import type { Series } from '../seriesId.ts'
import { mulDown, mulUp } from '../types/wad.ts'
import type { MarginParams } from './marginParams.ts'

/** Minimum margin of a short option: see MarginFormula.sol. Every rounding is up. */

/** Minimum margin of one option that has `secondsLeft` to live, wad. */
export const perOption = (
  params: MarginParams,
  option: {
    readonly series: Pick<Series, 'strike' | 'isCall'>
    readonly secondsLeft: number
    readonly spot: bigint
    readonly mark: bigint
  },
): bigint => {
  const { series, secondsLeft, spot, mark } = option
  const u = shareAt(params, secondsLeft)
  const shocked = shockedMargin({ ...series, spot, spotShock: params.spotShock, u })
  const least = mulUp(mark, params.markFactor) + mulUp(spot, params.spotFloor)
  return larger(shocked, least)
}

/** The spot-shocked part alone, with U given, wad. */
export const shockedMargin = (option: {
  readonly isCall: boolean
  readonly strike: bigint
  readonly spot: bigint
  readonly spotShock: bigint
  readonly u: bigint
}): bigint => {
  const { isCall, strike, spot, spotShock, u } = option
  const most = isCall ? spot : strike
  const shocked = mulDown(isCall ? strike : spot, spotShock)
  return shocked < most ? mulUp(u, shocked) + (most - shocked) : mulUp(u, most)
}

/** U(t): linear between the knots, held at the first below it and at the last beyond it, rounded up. */
export const shareAt = (params: MarginParams, secondsLeft: number): bigint => {
  const { knotTimes, knotValues } = params
  const last = knotTimes.length - 1
  if (secondsLeft <= knotTimes[0]) return knotValues[0]
  if (secondsLeft >= knotTimes[last]!) return knotValues[last]!
  const i = knotTimes.findIndex((time) => secondsLeft <= time)
  const from = knotTimes[i - 1]!
  const width = BigInt(knotTimes[i]! - from)
  const low = knotValues[i - 1]!
  const rise = (knotValues[i]! - low) * BigInt(secondsLeft - from)
  return low + (rise + width - 1n) / width
}
