import { sqrtWad } from '../math/sqrt.ts'
import { larger } from '../math/word.ts'
import { WAD } from '../types/wad.ts'
import type { BoardGreeks } from './boardSums.ts'
import { type Context, contextAt, vegaScaleOf } from './expiryContext.ts'
import { type Exposure, ratio } from './potential.ts'
import type { BookValue } from './priced.ts'
import type { Board, PricingInput, SurfaceSlice } from './pricingInput.ts'
import { type BookMargin, bookMarginOf, uncertainty } from './requiredMargin.ts'
import { spreadOfExpiry } from './spread.ts'

/** Running totals of a quote and of a board under way: the structs of Pricer.sol. Local to one call, hence mutable. */

const VEGA_TENOR = 30n * 86_400n
const LEAST_VEGA_TENOR = 7n * 86_400n
const LEAST_EQUITY = WAD
const GAMMA_MOVE_DIVISOR = 100n

/** Book and exposure on one side of the order. */
export type Side = { book: BookValue; exposure: Exposure }

export type Tally = {
  readonly equity: bigint
  readonly spot: bigint
  readonly before: Side
  readonly afterwards: Side
  readonly callDelta: bigint[]
  readonly collateral: bigint[]
  readonly vegaBefore: bigint[]
  readonly vegaAfter: bigint[]
  fairAtMark: bigint
  fairAtAverage: bigint
  leastAtMark: bigint
  leastAtAverage: bigint
  /** Prices at mark less those at average, under the slice in force. */
  apart: bigint
  spread: bigint
  latency: bigint
  carry: bigint
  fee: bigint
}

/** What the strikes of a board share. */
export type BoardShared = {
  readonly index: number
  readonly board: Board
  readonly slice: SurfaceSlice
  readonly context: Context
  readonly vegaScale: bigint
  /** Of nu, wad. */
  readonly vegaWeight: bigint
  /** U(tau) */
  readonly uncertainty: bigint
  readonly bookMargin: BookMargin
  readonly tau: bigint
}

const NO_BOOK: BookValue = { value: 0n, delta: 0n, gamma: 0n, vega: 0n, theta: 0n, requiredMargin: 0n }
const NO_EXPOSURE: Exposure = { x: 0n, vega: 0n, vegaSquares: 0n, gamma: 0n, utilisation: 0n }

export const tallyOf = (input: PricingInput, at: { readonly spot: bigint; readonly legs: number }): Tally => {
  const zeros = (length: number): bigint[] => Array.from({ length }, () => 0n)
  const boards = input.terms.boards.length
  return {
    equity: larger(input.equity, LEAST_EQUITY),
    spot: at.spot,
    before: { book: NO_BOOK, exposure: NO_EXPOSURE },
    afterwards: { book: NO_BOOK, exposure: NO_EXPOSURE },
    callDelta: zeros(at.legs),
    collateral: zeros(at.legs),
    vegaBefore: zeros(boards),
    vegaAfter: zeros(boards),
    fairAtMark: 0n,
    fairAtAverage: 0n,
    leastAtMark: 0n,
    leastAtAverage: 0n,
    apart: 0n,
    spread: 0n,
    latency: 0n,
    carry: 0n,
    fee: 0n,
  }
}

/** The context of a board's slice, or of one that it replaced, at a spot. */
export const contextOf = (
  input: PricingInput,
  at: { readonly index: number; readonly slice: SurfaceSlice; readonly spot: bigint },
): Context =>
  contextAt(at.slice, {
    spot: at.spot,
    averageSoFar: input.averagesSoFar[at.index]!,
    expiry: input.terms.boards[at.index]!.expiry,
    timestamp: input.timestamp,
    window: input.terms.window,
    rate: input.terms.params.rate,
  })

export const startBoard = (input: PricingInput, index: number, spot: bigint): BoardShared => {
  const board = input.terms.boards[index]!
  const slice = input.slices[index]!
  const tau = board.expiry - input.timestamp
  const context = contextOf(input, { index, slice, spot })
  const u = uncertainty(input.margin, tau)
  return {
    index,
    board,
    slice,
    context,
    vegaScale: vegaScaleOf(context),
    vegaWeight: vegaWeight(input.terms.params.referenceVolatility, BigInt(tau)),
    uncertainty: u,
    bookMargin: bookMarginOf(input.margin, { u, spot, discount: context.discount }),
    tau: BigInt(tau),
  }
}

/** What an order on a board needs besides: the spread's shared part, the context at average, and where legs are priced. */
export type BoardOrder = {
  readonly spreadLevel: bigint
  readonly surcharge: bigint
  readonly averageContext: Context
  readonly atAverage: boolean
}

export const startOrder = (
  input: PricingInput,
  at: { readonly shared: BoardShared; readonly spot: bigint },
): BoardOrder => {
  const { shared, spot } = at
  const { index, slice, board, context } = shared
  const { level, surcharge } = spreadOfExpiry(input.terms.params, {
    slice,
    expiry: board.expiry,
    spot,
    timestamp: input.timestamp,
  })
  const { average } = input.spot
  return {
    spreadLevel: level,
    surcharge,
    averageContext: average === spot ? context : contextOf(input, { index, slice, spot: average }),
    atAverage: average !== spot,
  }
}

/** Adds a board's Greeks to one side of the book. */
export const account = (
  side: Side,
  board: { readonly greeks: BoardGreeks; readonly margin: bigint; readonly vegaWeight: bigint },
  equity: bigint,
): void => {
  const { greeks: g, margin, vegaWeight: weight } = board
  const { book, exposure } = side
  side.book = {
    value: book.value + g.value,
    delta: book.delta + g.delta,
    gamma: book.gamma + g.gamma,
    vega: book.vega + g.vega,
    theta: book.theta + g.theta,
    requiredMargin: book.requiredMargin + margin,
  }
  const nu = ratio((g.vega * weight) / WAD, equity)
  side.exposure = { ...exposure, vega: exposure.vega + nu, vegaSquares: exposure.vegaSquares + nu * nu }
}

/** Fills in what depends on the whole book. */
export const finish = (side: Side, input: PricingInput, t: Tally): void => {
  const { book, exposure } = side
  side.exposure = {
    ...exposure,
    x: deltaRatio(book.delta + input.hedgeDelta, t),
    gamma: gammaRatio(book.gamma, t),
    utilisation: ratio(book.requiredMargin, t.equity),
  }
}

const deltaRatio = (delta: bigint, t: Tally): bigint => ratio((delta * t.spot) / WAD, t.equity)

/** g = min(0, gamma * S^2 * 1 %) / E. */
const gammaRatio = (gamma: bigint, t: Tally): bigint =>
  gamma >= 0n ? 0n : ratio((((gamma * t.spot) / WAD) * t.spot) / WAD / GAMMA_MOVE_DIVISOR, t.equity)

/** sqrt(30 d / max(tau, 7 d)) * sigma_ref, wad. */
const vegaWeight = (referenceVolatility: bigint, tau: bigint): bigint =>
  (sqrtWad((VEGA_TENOR * WAD) / larger(tau, LEAST_VEGA_TENOR)) * referenceVolatility) / WAD
