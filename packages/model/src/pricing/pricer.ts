import { larger } from '../math/word.ts'
import { magnitude } from '../types/size.ts'
import { WAD } from '../types/wad.ts'
import { addLots, type BoardSums, EMPTY_BOARD, greeksOf, marginOf, mergeSums } from './boardSums.ts'
import { type Unit, unitOf } from './expiryContext.ts'
import { chargeCapital, type LegAt, marginPerLot, positionOf, priceLeg, shortOf } from './leg.ts'
import { getLots, LOT_WORDS, pairOfLots, wordOf } from './lots.ts'
import { strikeOf } from './node.ts'
import { phi } from './potential.ts'
import { potentialCharge } from './potentialCharge.ts'
import type { BookValue, Priced, QuoteParts } from './priced.ts'
import { type LegInput, ORACLE_WIDE, type PricingInput } from './pricingInput.ts'
import { ofBook } from './requiredMargin.ts'
import { account, type BoardShared, finish, startBoard, startOrder, type Tally, tallyOf } from './tally.ts'

/** Kernel, book pass and potential, pure in their input: see Pricer.sol and IPricer.sol. */

/**
 * Prices legs traded together against the book they meet. Boards with legs are unexpired, and no series comes twice;
 * an order without legs costs nothing (the market refuses it).
 */
export const quote = (input: PricingInput, legs: readonly LegInput[]): Priced => {
  const t = tallyOf(input, { spot: input.spot.mark, legs: legs.length })
  passBook(input, legs, t)
  finish(t.before, input, t)
  finish(t.afterwards, input, t)
  return {
    parts: partsOf(input, t),
    before: t.before.book,
    afterwards: t.afterwards.book,
    callDelta: t.callDelta,
    collateral: t.collateral,
    vegaBefore: t.vegaBefore,
    vegaAfter: t.vegaAfter,
  }
}

/** Values the unexpired book at a spot, wad. */
export const value = (input: PricingInput, spot: bigint): BookValue => {
  const t = tallyOf(input, { spot, legs: 0 })
  passBook(input, [], t)
  return t.before.book
}

/** The potential Phi of the unexpired book at a spot, wad of collateral; at mark where none is given. */
export const potential = (input: PricingInput, spot: bigint = input.spot.mark): bigint => {
  const t = tallyOf(input, { spot, legs: 0 })
  passBook(input, [], t)
  finish(t.before, input, t)
  const { venue, risk } = phi(input.terms.params, t.before.exposure, t.equity)
  return venue + risk
}

/** Mark of one option of a series, wad: intrinsic without a slice, zero for an expired board and one beyond the terms. */
export const mark = (input: PricingInput, series: Pick<LegInput, 'board' | 'node' | 'call'>): bigint => {
  const index = Number(series.board)
  const board = input.terms.boards[index]
  if (board === undefined || board.expiry <= input.timestamp) return 0n
  const { context } = startBoard(input, index, input.spot.mark)
  const unit = unitOf(context, board.nodes[Number(series.node)]!)
  return ((series.call ? unit.call : unit.put) * context.discount) / WAD
}

/** Mark of one option of each leg's series, wad of collateral. */
export const marks = (input: PricingInput, legs: readonly LegInput[]): readonly bigint[] =>
  legs.map((leg) => mark(input, leg))

/** All boards, with and without the legs. */
const passBook = (input: PricingInput, legs: readonly LegInput[], t: Tally): void => {
  input.terms.boards.forEach((board, index) => {
    const own = legs.filter((leg) => Number(leg.board) === index)
    if (board.expiry <= input.timestamp || (own.length === 0 && isEmpty(input.lots, index))) return
    const shared = startBoard(input, index, t.spot)
    closeBoard(input, { shared, touched: own.length !== 0, ...sumBoard(input, { shared, legs }, t) }, t)
  })
}

const isEmpty = (lots: readonly bigint[], board: number): boolean =>
  lots.slice(board * LOT_WORDS, (board + 1) * LOT_WORDS).every((word) => word === 0n)

/** The loop over the strikes of a board: sums over the positions as they are, and what the legs change. */
const sumBoard = (
  input: PricingInput,
  { shared, legs }: { readonly shared: BoardShared; readonly legs: readonly LegInput[] },
  t: Tally,
): { readonly sums: BoardSums; readonly change: BoardSums } => {
  const scene = { input, shared, spot: t.spot }
  const touched = legs.some((leg) => Number(leg.board) === shared.index)
  const order = touched ? startOrder(input, { shared, spot: t.spot }) : undefined
  let sums = EMPTY_BOARD
  let change = EMPTY_BOARD
  shared.board.nodes.forEach((node, i) => {
    const word = input.lots[shared.index * LOT_WORDS + wordOf(i)]!
    const { calls, puts } = pairOfLots(word, i)
    const here = legs.map((leg, l) => ({ leg, l })).filter(({ leg }) => isAt(leg, shared.index, i))
    if (calls === 0n && puts === 0n && here.length === 0) return
    const unit = unitOf(shared.context, node)
    sums = addLots(sums, { unit, calls, puts })
    sums = addMargin(sums, shared, { node, unit, calls: shortOf(calls), puts: shortOf(puts) })
    if (order === undefined) return
    for (const { leg, l } of here) {
      const at = { input, t, shared, order, node, unit, leg }
      const position = getLots(word, { node: i, call: leg.call })
      change = takeLeg(at, { l, position, margin: marginPerLot(scene, { node, unit, call: leg.call }) }, change)
    }
  })
  return { sums, change }
}

const isAt = (leg: LegInput, board: number, node: number): boolean =>
  Number(leg.board) === board && Number(leg.node) === node

/** Prices a leg and adds what it changes. */
const takeLeg = (
  at: LegAt,
  on: { readonly l: number; readonly position: bigint; readonly margin: bigint },
  change: BoardSums,
): BoardSums => {
  const { t, shared, node, unit, leg } = at
  const { l, position, margin } = on
  const rise = shortOf(position - leg.lots) - shortOf(position)
  priceLeg(at)
  chargeCapital(at, { position, margin })
  t.callDelta[l] = (unit.delta * WAD) >> 64n
  t.collateral[l] = shortOf(position - leg.lots) * margin
  const added = addLots(change, { unit, ...positionOf(leg) })
  return addMargin(added, shared, { node, unit, calls: leg.call ? rise : 0n, puts: leg.call ? 0n : rise })
}

/** `s` with the margin of so many more short lots of a strike. */
const addMargin = (
  s: BoardSums,
  { bookMargin }: BoardShared,
  short: { readonly node: bigint; readonly unit: Unit; readonly calls: bigint; readonly puts: bigint },
): BoardSums => {
  const { node, unit, calls, puts } = short
  const strike = strikeOf(node)
  return {
    ...s,
    callMargin: s.callMargin + calls * ofBook(bookMargin, { strike, value: unit.call, call: true }),
    putMargin: s.putMargin + puts * ofBook(bookMargin, { strike, value: unit.put, call: false }),
  }
}

/** Turns the sums of a board into money and adds them to the book's, before and after. */
const closeBoard = (
  input: PricingInput,
  done: {
    readonly shared: BoardShared
    readonly touched: boolean
    readonly sums: BoardSums
    readonly change: BoardSums
  },
  t: Tally,
): void => {
  const { shared, touched, sums, change } = done
  const { context, index, vegaWeight } = shared
  const { rate } = input.terms.params
  const before = greeksOf(sums, context, rate)
  account(t.before, { greeks: before, margin: marginOf(sums, input.margin), vegaWeight }, t.equity)
  t.vegaBefore[index] = before.vega
  const merged = touched ? mergeSums(sums, change) : sums
  const afterwards = touched ? greeksOf(merged, context, rate) : before
  account(t.afterwards, { greeks: afterwards, margin: marginOf(merged, input.margin), vegaWeight }, t.equity)
  t.vegaAfter[index] = afterwards.vega
}

/** The sum of it all. */
const partsOf = (input: PricingInput, t: Tally): QuoteParts => {
  const fair = larger(t.fairAtMark, t.fairAtAverage)
  const divergence = input.spot.mode >= ORACLE_WIDE ? magnitude(t.apart) : 0n
  const spread = t.spread + divergence
  const { change, skewAfter } = potentialCharge(input, t)
  const subtotal = fair + change + spread + t.latency + t.carry
  const least = larger(t.leastAtMark, t.leastAtAverage)
  return {
    fair,
    potential: change,
    spread,
    latency: t.latency,
    carry: t.carry,
    fee: t.fee,
    clamp: least > subtotal ? least - subtotal : 0n,
    net: larger(least, subtotal) + t.fee,
    skewAfter,
  }
}
