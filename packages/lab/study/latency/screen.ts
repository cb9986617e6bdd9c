import { black76, sviTotalVariance } from '@keel/quant'
import { markOf, type Venue } from './market.ts'
import { between, type Rates } from './setting.ts'
import { slopeOf } from './slope.ts'
import { type Truth, trueSlice } from './truth.ts'

const YEAR = 365 * 86_400
const DELTA_KNOTS = [0, 0.25, 0.5, 0.75, 1]
const FEE_SHARE_OF_FAIR = 8
/** The fee's cap is taken at the lowest fair value of average and live slices: not below half of what it is at mark. */
const LOWEST_OF_FAIR = 0.5

/** One option as vault and bot see it, collateral per option. */
export type Seen = {
  readonly board: number
  readonly node: number
  readonly call: boolean
  readonly strike: number
  /** The vault's fair value at mark by the slice in force, and the true one. */
  readonly fair: number
  readonly worth: number
  /** N(d1) at mark. */
  readonly callDelta: number
  /** Spot delta by the vault, and the true one. */
  readonly delta: number
  readonly trueDelta: number
  readonly gamma: number
  readonly vega: number
  /** What each side pays beside fair value and potential; those that depend on the order's other legs left out. */
  readonly toll: number
  /** Paid by opening only: hedge carry. */
  readonly carry: number
  readonly opens: boolean
}

/** Best that one more option of a series can bring, each side: an upper bound, see docs/oracles.md. */
export type Bound = { readonly seen: Seen; readonly buy: number; readonly sell: number }

/** All series at a tick, in floats. */
export function survey(venue: Venue, rates: Rates, at: { truth: Truth; tick: number }): readonly Bound[] {
  const { truth, tick } = at
  const time = truth.timeOf(tick)
  const price = truth.priceOf(tick)
  const spot = Number(markOf(venue).answer) / 1e18
  const average = Number(venue.spot.read(time, venue.feed.latest(), venue.attached).average) / 1e18
  const fullFee = spot * rates.feeRate
  const all: Seen[] = []
  const edges: { readonly buy: number; readonly sell: number }[] = []
  venue.boards.forEach((board, b) => {
    const fitted = venue.surface.inForce(board.expiry)
    const tau = board.expiry - time
    if (fitted === undefined) return
    const trades = tau > rates.window
    const left = trades ? tau - (2 * rates.window) / 3 : tau ** 3 / (3 * rates.window ** 2)
    const share = Math.min(1, tau / rates.window)
    const vault = left / (board.expiry - fitted.slice.reportedAt)
    const smile = trueSlice(truth.volatilityOf(tick), tau)
    const age = Math.max(0, time - fitted.slice.reportedAt)
    const level = rates.halfSpread * between(tau, { knots: rates.tenorKnots, values: rates.tenorFactors })
    const surcharge =
      rates.ageSpread * Math.sqrt(age / YEAR) + rates.moveSpread * Math.abs(Math.log(spot / fitted.spotAtReport))
    const opens = tau > 2 * rates.window && age <= rates.maxSliceAge
    board.strikes.forEach((strike, node) => {
      const v = sviTotalVariance(fitted.svi, Math.log(strike / spot)) * vault
      const u = (sviTotalVariance(smile, Math.log(strike / price)) * left) / tau
      const at = { kind: 'call', strike, years: 1 } as const
      const mine = black76({ ...at, forward: spot, volatility: Math.sqrt(v) })
      const real = black76({ ...at, forward: price, volatility: Math.sqrt(u) })
      const callDelta = mine.forwardDelta
      const vega = mine.vegaPerUnitVol * Math.sqrt(left / YEAR)
      const h = level * between(callDelta, { knots: DELTA_KNOTS, values: rates.deltaFactors }) + surcharge
      for (const call of [true, false]) {
        const fair = call ? mine.price : mine.price - spot + strike
        const worth = call ? real.price : real.price - price + strike
        const delta = (call ? callDelta : callDelta - 1) * share
        const notional = Math.abs(delta) * spot
        const lowest = (fair - Math.abs(spot - average)) * LOWEST_OF_FAIR
        const fee = lowest / FEE_SHARE_OF_FAIR > fullFee ? fullFee : 0
        const toll = h * vega + rates.latency * notional
        const carry = (notional * rates.hedgeCarry * tau) / YEAR
        const trueDelta = call ? real.forwardDelta : real.forwardDelta - 1
        const mayOpen = opens && callDelta >= rates.minDelta && callDelta <= rates.maxDelta
        const seen: Seen = {
          board: b,
          node,
          call,
          strike,
          fair,
          worth,
          callDelta,
          delta,
          trueDelta,
          gamma: mine.forwardGamma * share ** 2,
          vega,
          toll,
          carry,
          opens: mayOpen,
        }
        all.push(seen)
        edges.push({
          buy: mayOpen ? worth - fair - toll - carry - fee : Number.NEGATIVE_INFINITY,
          sell: trades ? fair - worth - toll - fee : Number.NEGATIVE_INFINITY,
        })
      }
    })
  })
  const slope = slopeOf(venue, rates, { seen: all, time })
  return all.map((seen, i) => ({
    seen,
    buy: edges[i]!.buy - slope(seen, 1),
    sell: edges[i]!.sell - slope(seen, -1),
  }))
}

/** The vault's short options of a series that a trader could sell back. */
export const shortOf = (position: bigint): number => (position < 0n ? Number(-position) / 1000 : 0)
