import { YEAR } from '../math/black76.ts'
import { larger, smaller } from '../math/word.ts'
import { magnitude } from '../types/size.ts'
import { WAD } from '../types/wad.ts'
import { type Context, type Unit, unitOf } from './expiryContext.ts'
import { strikeOf } from './node.ts'
import type { LegInput, PricingInput } from './pricingInput.ts'
import { callPerLot, putPerLot } from './requiredMargin.ts'
import { valueBought } from './slicePrice.ts'
import { deltaFactor } from './spread.ts'
import { type BoardOrder, type BoardShared, contextOf, type Tally } from './tally.ts'

/** What one leg costs apart from the potential: the section "Legs" of Pricer.sol. */

const LOTS_PER_UNIT = 1000n
const FEE_SHARE_OF_FAIR = 8n
const ONE_Q64 = 1n << 64n

/** A leg on its strike, with all that pricing it needs. */
export type LegAt = {
  readonly input: PricingInput
  readonly t: Tally
  readonly shared: BoardShared
  readonly order: BoardOrder
  readonly node: bigint
  readonly unit: Unit
  readonly leg: LegInput
}

/** Fair value, clamp, spread, latency and fee of one leg. */
export const priceLeg = (at: LegAt): void => {
  const { input, t, shared, order, unit, node, leg } = at
  const { params: p } = input.terms
  const { averageContext, atAverage } = order
  const inForce = fairPerLot(at, shared.context, unit)
  const mark = worstOfSlices(at, inForce)
  let average = mark
  if (atAverage) {
    const fair = fairPerLot(at, averageContext, unitOf(averageContext, node))
    average = { ...fair, lowest: fair.fair }
    t.apart += leg.lots * (inForce.price - fair.price)
  }
  t.fairAtMark += leg.lots * mark.fair
  t.leastAtMark += leg.lots * mark.least
  t.fairAtAverage += leg.lots * average.fair
  t.leastAtAverage += leg.lots * average.least

  const lots = magnitude(leg.lots)
  const h = (order.spreadLevel * deltaFactor(p, unit.delta)) / WAD + order.surcharge
  t.spread += lots * perLotUp((unit.density * shared.vegaScale) >> 64n, h)
  t.latency += lots * perLotUp(deltaNotional(at), p.latency)
  const cap = smaller(mark.lowest, average.lowest) / FEE_SHARE_OF_FAIR
  t.fee += lots * smaller(perLotUp(t.spot, p.feeRate), cap)
}

/** What hedging the part of a leg that opens, and the margin that it adds, is expected to cost to expiry. */
export const chargeCapital = (at: LegAt, capital: { readonly position: bigint; readonly margin: bigint }): void => {
  const { t, shared, leg } = at
  const { params: p } = at.input.terms
  const { position, margin } = capital
  const afterwards = position - leg.lots
  const crosses = position < 0n !== afterwards < 0n
  let opened = magnitude(afterwards)
  if (!crosses) opened = opened > magnitude(position) ? opened - magnitude(position) : 0n
  t.carry += opened * perLotUp(deltaNotional(at), (p.hedgeCarry * shared.tau) / YEAR)
  const rise = shortOf(afterwards) - shortOf(position)
  if (rise <= 0n) return
  t.carry += rise * ceil(margin * ((p.collateralCarry * shared.tau) / YEAR), WAD)
}

/** What a leg changes of the vault's position. */
export const positionOf = (leg: LegInput): { readonly calls: bigint; readonly puts: bigint } => ({
  calls: leg.call ? -leg.lots : 0n,
  puts: leg.call ? 0n : -leg.lots,
})

/** Margin of a short lot, at mark. */
export const marginPerLot = (
  scene: { readonly input: PricingInput; readonly shared: BoardShared; readonly spot: bigint },
  option: { readonly node: bigint; readonly unit: Unit; readonly call: boolean },
): bigint => {
  const { input, shared, spot } = scene
  const { node, unit, call } = option
  const mark = ((call ? unit.call : unit.put) * shared.context.discount) / WAD
  const margined = { u: shared.uncertainty, spot, strike: strikeOf(node), mark }
  return call ? callPerLot(input.margin, margined) : putPerLot(input.margin, margined)
}

export const shortOf = (position: bigint): bigint => (position < 0n ? -position : 0n)

/** Of a lot: what counts as fair value, the least it may count for, and the price under the slice alone. */
type Fair = { readonly fair: bigint; readonly least: bigint; readonly price: bigint }
type Worst = Pick<Fair, 'fair' | 'least'> & { readonly lowest: bigint }

/** Each figure where it is worst for the trader over all live slices at mark, and the lowest fair value. */
const worstOfSlices = (at: LegAt, first: Fair): Worst => {
  const { input, t, shared, node, leg } = at
  const worse = leg.lots < 0n ? smaller : larger
  let worst: Worst = { ...first, lowest: first.fair }
  for (const slice of input.previous) {
    if (slice.expiry !== shared.board.expiry) continue
    const c = contextOf(input, { index: shared.index, slice, spot: t.spot })
    const { fair, least } = fairPerLot(at, c, unitOf(c, node))
    worst = { fair: worse(fair, worst.fair), least: worse(least, worst.least), lowest: smaller(fair, worst.lowest) }
  }
  return worst
}

/** Fair value of a lot, up when the trader buys and down when it sells, and the least it may count for. */
const fairPerLot = ({ input, node, leg }: LegAt, c: Context, u: Unit): Fair => {
  const { params: p } = input.terms
  const value = leg.call ? u.call : u.put
  if (leg.lots < 0n) {
    const perLot = (undiscounted: bigint): bigint => (undiscounted * c.discount) / (WAD * LOTS_PER_UNIT)
    const fair = perLot(valueBought(c, { node, unit: u, call: leg.call }, p.flatDelta))
    return { fair, least: fair, price: perLot(value) }
  }
  const fair = perLotUp(value, c.discount)
  const strike = strikeOf(node)
  const ahead = leg.call ? c.forward - strike : strike - c.forward
  const intrinsic = ahead > 0n ? perLotUp(ahead, c.discount) : 0n
  return { fair, least: larger(larger(fair, intrinsic), ceil(p.minimumPremium, LOTS_PER_UNIT)), price: fair }
}

/** |spot delta| * S of one option, wad. */
const deltaNotional = ({ t, shared, unit, leg }: LegAt): bigint => {
  const { discount, deltaScale } = shared.context
  const delta = leg.call ? unit.delta : ONE_Q64 - unit.delta
  return (((((delta * discount) / WAD) * deltaScale) >> 64n) * t.spot) / WAD
}

/** A wad times a wad, per lot, rounded up. */
const perLotUp = (x: bigint, y: bigint): bigint => ceil(x * y, WAD * LOTS_PER_UNIT)

const ceil = (x: bigint, y: bigint): bigint => x / y + (x % y === 0n ? 0n : 1n)
