import { marginOf } from './margin.ts'
import { markOf, positionOf, type Venue } from './market.ts'
import type { Seen } from './screen.ts'
import type { Rates } from './setting.ts'

const VEGA_TENOR = 30 * 86_400
const LEAST_VEGA_TENOR = 7 * 86_400
/** Below these the book counts as level, and the skew account as empty. */
const LEVEL = 1e-9
const LEAST_SKEW = 1e-3

/**
 * What the potential charges for an option bought (side 1) or sold (−1) at the book as it stands. The potential is convex,
 * so an order of any size and any company of legs is charged this for each of its options, or more. Without skew to give
 * back, the risk part is never negative and counts as nothing.
 */
export type Slope = (seen: Seen, side: 1 | -1) => number

export function slopeOf(
  venue: Venue,
  rates: Rates,
  at: { readonly seen: readonly Seen[]; readonly time: number },
): Slope {
  const { seen, time } = at
  const { equity: e } = rates
  const spot = Number(markOf(venue).answer) / 1e18
  const weight = venue.boards.map(
    ({ expiry }) => Math.sqrt(VEGA_TENOR / Math.max(expiry - time, LEAST_VEGA_TENOR)) * rates.referenceVolatility,
  )
  const margin = ({ board, call, strike, fair }: Seen): number =>
    marginOf(rates, { call, strike, spot, mark: fair, tau: venue.boards[board]!.expiry - time })
  let [delta, gamma, required] = [Number(venue.hedgeDelta) / 1e18, 0, 0]
  const nu = weight.map(() => 0)
  for (const each of seen) {
    const held = Number(positionOf(venue.boards[each.board]!, each)) / 1000
    if (held === 0) continue
    delta += held * each.delta
    gamma += held * each.gamma
    nu[each.board]! += (held * each.vega * weight[each.board]!) / e
    required += Math.max(0, -held) * margin(each)
  }
  const x = (delta * spot) / e
  const side = Math.abs(x) < LEVEL ? 0 : Math.sign(x)
  const g = Math.min(0, (gamma * spot * spot) / 100 / e)
  const total = nu.reduce((a, b) => a + b, 0)
  const excess = Math.max(0, required / e - rates.utilisationKink)
  const given = Number(venue.skew) / 1e18 >= LEAST_SKEW
  return (each, sign) => {
    // E times the change of each ratio by one option.
    const dx = -sign * each.delta * spot
    const venueCost = rates.hedgeCost * side * dx
    if (!given) return venueCost
    const dnu = -sign * each.vega * weight[each.board]!
    const dg = (-sign * each.gamma * spot * spot) / 100
    const risk =
      rates.deltaCharge * x * dx +
      (rates.vegaCharge * total + rates.expiryVegaCharge * nu[each.board]!) * dnu +
      rates.gammaCharge * g * dg +
      (excess > 0 ? rates.utilisationCharge * excess * sign * margin(each) : 0)
    return venueCost + risk
  }
}
