import { marginOf } from './margin.ts'
import { positionOf, type Venue } from './market.ts'
import type { Seen } from './screen.ts'
import type { Rates } from './setting.ts'

const VEGA_TENOR = 30 * 86_400
const LEAST_VEGA_TENOR = 7 * 86_400
/** Skew below this, collateral units, gives no discount worth a look. */
const LEAST_SKEW = 1e-3

/**
 * By how much, at most, an option bought (side 1) or sold (−1) lowers the risk part of the potential: its slope at the
 * book as it stands. The potential is convex, so no size of an order and no company of other legs gives more an option.
 */
export type Relief = (seen: Seen, side: 1 | -1) => number

const NONE: Relief = () => 0

export function reliefOf(
  venue: Venue,
  rates: Rates,
  at: { readonly seen: readonly Seen[]; readonly time: number },
): Relief {
  if (Number(venue.skew) / 1e18 < LEAST_SKEW) return NONE
  const { seen, time } = at
  const { equity: e } = rates
  const spot = Number(venue.feed.latest().answer) / 1e18
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
  const g = Math.min(0, (gamma * spot * spot) / 100 / e)
  const total = nu.reduce((a, b) => a + b, 0)
  const excess = Math.max(0, required / e - rates.utilisationKink)
  return (each, side) => {
    const change = -side / e
    const slope =
      rates.deltaCharge * x * change * each.delta * spot +
      (rates.vegaCharge * total + rates.expiryVegaCharge * nu[each.board]!) * change * each.vega * weight[each.board]! +
      (rates.gammaCharge * g * change * each.gamma * spot * spot) / 100 -
      rates.utilisationCharge * excess * change * margin(each)
    return Math.max(0, -slope * e)
  }
}
