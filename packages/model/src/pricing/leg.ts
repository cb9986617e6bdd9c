import { YEAR } from '../math/black76.ts'
import { magnitude } from '../types/size.ts'
import { WAD } from '../types/wad.ts'
import { type Context, type Unit, unitOf } from './expiryContext.ts'
import { strikeOf } from './node.ts'
import type { LegInput, PricingInput } from './pricingInput.ts'
import { callPerLot, putPerLot } from './requiredMargin.ts'
import { deltaFactor } from './spread.ts'
import { type BoardShared, contextOf, type Tally } from './tally.ts'

/** What one leg costs apart from the potential: the section "Legs" of Pricer.sol. */

const LOTS_PER_UNIT = 1000n
const FEE_SHARE_OF_FAIR = 8n
const LEAST_SHARE_OF_FAIR = 900_000_000_000_000_000n
const ONE_Q64 = 1n << 64n

/** A leg on its strike, with all that pricing it needs. */
export type LegAt = {
  readonly input: PricingInput
  readonly t: Tally
  readonly shared: BoardShared
  readonly order: { readonly spreadLevel: bigint; readonly surcharge: bigint; readonly averageContext: Context }
  readonly node: bigint
  readonly unit: Unit
  readonly leg: LegInput
}

/** Fair value, clamp, spread, latency and fee of one leg. */
export const priceLeg = (at: LegAt): void => {
  const { input, t, shared, order, node, unit, leg } = at
  const { params: p } = input.terms
  const mark = worstOfPrevious(at, { spot: t.spot, ...fairPerLot(at, shared.context, unit) })
  let average = mark
  let { lower } = mark
  if (order.averageContext.forward !== shared.context.forward) {
    const fair = fairPerLot(at, order.averageContext, unitOf(order.averageContext, node))
    average = worstOfPrevious(at, { spot: input.spot.average, ...fair })
    if (average.lower < lower) lower = average.lower
  }
  t.fairAtMark += leg.lots * mark.worst
  t.leastAtMark += leg.lots * mark.worstLeast
  t.fairAtAverage += leg.lots * average.worst
  t.leastAtAverage += leg.lots * average.worstLeast

  const lots = magnitude(leg.lots)
  const h = (order.spreadLevel * deltaFactor(p, unit.delta)) / WAD + order.surcharge
  t.spread += lots * perLotUp((unit.density * shared.vegaScale) >> 64n, h)
  t.latency += lots * perLotUp(deltaNotional(at), p.latency)
  const cap = lower / FEE_SHARE_OF_FAIR
  const fee = perLotUp(t.spot, p.feeRate)
  t.fee += lots * (fee < cap ? fee : cap)
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

type Fair = { readonly fair: bigint; readonly least: bigint }
type Worst = { readonly lower: bigint; readonly worst: bigint; readonly worstLeast: bigint }

/** The lowest fair value over all live slices, and the fair value and clamp that are worst for the trader. */
const worstOfPrevious = (at: LegAt, first: Fair & { readonly spot: bigint }): Worst => {
  const { input, shared, node, leg } = at
  let [lower, worst, worstLeast] = [first.fair, first.fair, first.least]
  for (const slice of input.previous) {
    if (slice.expiry !== shared.board.expiry) continue
    const c = contextOf(input, { index: shared.index, slice, spot: first.spot })
    const { fair, least } = fairPerLot(at, c, unitOf(c, node))
    if (fair < lower) lower = fair
    if (leg.lots > 0n ? fair > worst : fair < worst) worst = fair
    if (leg.lots > 0n ? least > worstLeast : least < worstLeast) worstLeast = least
  }
  return { lower, worst, worstLeast }
}

/** Fair value of a lot, up when the trader buys and down when it sells, and the least it may count for. */
const fairPerLot = ({ input, node, leg }: LegAt, c: Context, u: Unit): Fair => {
  const whole = (leg.call ? u.call : u.put) * c.discount
  if (leg.lots < 0n) {
    const fair = whole / (WAD * LOTS_PER_UNIT)
    return { fair, least: fair }
  }
  const fair = ceil(whole, WAD * LOTS_PER_UNIT)
  let least = ceil(fair * LEAST_SHARE_OF_FAIR, WAD)
  const strike = strikeOf(node)
  const ahead = leg.call ? c.forward - strike : strike - c.forward
  const intrinsic = ahead > 0n ? ceil(ahead * c.discount, WAD * LOTS_PER_UNIT) : 0n
  if (intrinsic > least) least = intrinsic
  const minimum = ceil(input.terms.params.minimumPremium, LOTS_PER_UNIT)
  if (minimum > least) least = minimum
  return { fair, least }
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
