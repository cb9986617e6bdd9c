import type { LegInput, Priced, PricingInput } from '@keel/model'
import { black76, sviTotalVariance } from '@keel/quant'
import { marginOf } from './margin.ts'
import { type Listed, positionOf, type Venue } from './market.ts'
import { type Bound, shortOf } from './screen.ts'
import type { Rates } from './setting.ts'

const YEAR = 365 * 86_400
const MAX_LEGS = 8
const FEE_SHARE = 8
const STEPS = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64, 1 / 128, 1 / 256, 1 / 512, 1 / 1024]
/** Collateral units. */
const LEAST_GAIN = 1e-9
/** The search stays this far inside limits: its figures are floats. */
const SAFE = 0.999
const VEGA_TENOR = 30 * 86_400
const LEAST_VEGA_TENOR = 7 * 86_400

/** A leg the bot may take: figures per option bought or sold, as the vault's book will feel them. */
type Option = {
  readonly side: 1 | -1
  readonly bound: Bound
  readonly most: number
  /** What the screen's bound would let it bring. */
  readonly reach: number
  /** Gain apart from potential and from what depends on the whole order. */
  readonly gain: number
  /** Fair value at mark and at average, signed by side. */
  readonly atMark: number
  readonly atAverage: number
  readonly delta: number
  readonly vega: number
  readonly gamma: number
  readonly margin: number
  readonly hedge: number
}

type Book = {
  readonly x: number
  readonly gamma: number
  readonly margin: number
  readonly vega: readonly number[]
  readonly size: readonly number[]
  readonly weight: readonly number[]
  readonly vegaLeft: number
  readonly discount: number
}

/** What the search looks at. */
export type Table = {
  readonly venue: Venue
  readonly input: PricingInput
  /** The book as it stands: a quote without legs. */
  readonly standing: Priced
  readonly bounds: readonly Bound[]
  /** Options the bot holds, by `keyOf`. */
  readonly held: ReadonlyMap<string, number>
  readonly rates: Rates
  readonly takerCost: number
  readonly price: number
}

export const keyOf = (board: Listed, { node, call }: { node: number; call: boolean }): string =>
  `${board.expiry}:${node}:${call}`

/** The order with the most profit that a search over sizes finds, in lots; no legs when none has any. */
export function bestOrder(table: Table): readonly LegInput[] {
  const alone = chooseOptions(table)
  if (alone.length === 0) return []
  const options = alone.map(({ option }) => option)
  // The kink of |x| can hold a climb back, so a second one begins at the best single leg.
  const first = alone.reduce((most, { profit }, i) => (profit > alone[most]!.profit ? i : most), 0)
  const climbs = [
    climb(table, options),
    climb(
      table,
      options,
      alone.map(({ size }, i) => (i === first ? size : 0)),
    ),
  ]
  const best = climbs[0]!.profit > climbs[1]!.profit ? climbs[0]! : climbs[1]!
  return best.options.flatMap(({ side, bound: { seen } }, i) => {
    const lots = BigInt(Math.floor(best.sizes[i]! * 1000 + 1e-6))
    return lots === 0n
      ? []
      : [{ board: BigInt(seen.board), node: BigInt(seen.node), call: seen.call, lots: side === 1 ? lots : -lots }]
  })
}

type Climbed = { readonly options: readonly Option[]; readonly sizes: readonly number[]; readonly profit: number }

/** Steps ever smaller, of one size or of two at once, as long as they gain. */
function climb(table: Table, options: readonly Option[], from = options.map(() => 0)): Climbed {
  const profitAt = profitOf(table, options)
  const sizes = [...from]
  let profit = profitAt(sizes)
  const take = (...moves: readonly (readonly [number, number])[]): boolean => {
    const before = moves.map(([i]) => sizes[i]!)
    for (const [i, by] of moves) sizes[i] = Math.min(options[i]!.most, Math.max(0, sizes[i]! + by))
    const now = profitAt(sizes)
    if (now > profit + LEAST_GAIN) {
      profit = now
      return true
    }
    moves.forEach(([i], m) => {
      sizes[i] = before[m]!
    })
    return false
  }
  for (const step of STEPS) {
    for (let improved = true; improved; ) {
      improved = false
      options.forEach((one, i) => {
        if (take([i, one.most * step]) || take([i, -one.most * step])) improved = true
        options.forEach((other, j) => {
          if (j <= i) return
          const match = levelling(one, other)
          const by = Math.min(one.most, other.most / match) * step
          const beside = by * match
          if (take([i, by], [j, beside]) || take([i, by], [j, -beside]) || take([i, -by], [j, beside])) improved = true
        })
      })
    }
  }
  return { options, sizes, profit }
}

/** How many of the second leg to one of the first leave no delta, or one to one. */
function levelling(first: Option, second: Option): number {
  const ratio = Math.abs(first.delta / second.delta)
  return ratio > 0.05 && ratio < 20 ? ratio : 1
}

type Alone = { readonly option: Option; readonly size: number; readonly profit: number }

/** Legs that pass the screen: the best few alone that go up with the price, and that go down. */
function chooseOptions(table: Table): readonly Alone[] {
  const { venue, bounds, held, rates } = table
  const all = bounds.flatMap((bound) => {
    const { seen } = bound
    const board = venue.boards[seen.board]!
    const short = shortOf(positionOf(board, seen))
    const room = Math.min(rates.maxTradeSize, rates.maxSeriesSize - short)
    const mine = Math.min(short, held.get(keyOf(board, seen)) ?? 0)
    return [
      ...(bound.buy > 0 && room > 0.001 ? [optionOf(table, { side: 1, bound, most: room })] : []),
      ...(bound.sell > 0 && mine >= 0.001 ? [optionOf(table, { side: -1, bound, most: mine })] : []),
    ]
  })
  const sorted = all
    .map((option) => {
      const { sizes, profit } = climb(table, [option])
      return { option, size: sizes[0]!, profit }
    })
    .sort((a, b) => b.profit - a.profit || b.option.reach - a.option.reach)
  const up = sorted.filter(({ option }) => option.delta < 0)
  const down = sorted.filter(({ option }) => option.delta >= 0)
  const first = [...up.slice(0, MAX_LEGS / 2), ...down.slice(0, MAX_LEGS / 2)]
  return [...first, ...sorted.filter((each) => !first.includes(each))].slice(0, MAX_LEGS)
}

function optionOf(table: Table, of: { side: 1 | -1; bound: Bound; most: number }): Option {
  const { venue, input, rates, takerCost, price } = table
  const { side, bound, most } = of
  const { seen } = bound
  const { call, strike, fair } = seen
  const board = venue.boards[seen.board]!
  const spot = Number(input.spot.mark) / 1e18
  const average = Number(input.spot.average) / 1e18
  const tau = board.expiry - input.timestamp
  const margin = marginOf(rates, { call, strike, spot, mark: fair, tau })
  const fee = Math.min(spot * rates.feeRate, fair / FEE_SHARE)
  const opening = side === 1 ? seen.carry + (margin * rates.collateralCarry * tau) / YEAR : 0
  const { svi, slice } = venue.surface.inForce(board.expiry)!
  const left = (tau - (2 * rates.window) / 3) / (board.expiry - slice.reportedAt)
  const v = Math.sqrt(sviTotalVariance(svi, Math.log(strike / average)) * left)
  const other = black76({ kind: call ? 'call' : 'put', forward: average, strike, years: 1, volatility: v }).price
  return {
    side,
    bound,
    most,
    reach: most * (side === 1 ? bound.buy : bound.sell),
    gain: side * seen.worth - seen.toll - opening - fee,
    atMark: side * fair,
    atAverage: side * other,
    delta: -side * seen.delta,
    vega: -side * seen.vega,
    gamma: -side * seen.gamma,
    margin: side * margin,
    hedge: side * seen.trueDelta * price * takerCost,
  }
}

function bookOf({ venue, input, standing, rates }: Table): Book {
  const e = Number(input.equity) / 1e18
  const spot = Number(input.spot.mark) / 1e18
  const book = standing.before
  const newest = Math.max(...input.slices.map(({ reportedAt }) => reportedAt))
  const opened = newest > venue.vegaSince ? 0 : Number(venue.vegaOpened) / 1e18
  return {
    x: (Number(book.delta + input.hedgeDelta) / 1e18) * (spot / e),
    gamma: (Number(book.gamma) / 1e18) * ((spot * spot) / 100 / e),
    margin: Number(book.requiredMargin) / 1e18 / e,
    vega: standing.vegaBefore.map((vega) => Number(vega) / 1e18 / e),
    size: venue.boards.map((board) =>
      board.nodes
        .flatMap((_, node) => [true, false].map((call) => Math.abs(Number(positionOf(board, { node, call }))) / 1000))
        .reduce((a, b) => a + b, 0),
    ),
    weight: venue.boards.map(
      ({ expiry }) =>
        Math.sqrt(VEGA_TENOR / Math.max(expiry - input.timestamp, LEAST_VEGA_TENOR)) * rates.referenceVolatility,
    ),
    vegaLeft: rates.vegaPerReport - opened,
    discount: Number(input.skew) / 1e18,
  }
}

type Exposed = { x: number; gamma: number; margin: number; vega: number[]; size: number[] }

/** Profit of sizes, or minus infinity where a limit would refuse them. */
function profitOf(table: Table, options: readonly Option[]): (sizes: readonly number[]) => number {
  const { input, rates } = table
  const e = Number(input.equity) / 1e18
  const spot = Number(input.spot.mark) / 1e18
  const book = bookOf(table)
  const start: Exposed = {
    x: book.x,
    gamma: book.gamma,
    margin: book.margin,
    vega: [...book.vega],
    size: [...book.size],
  }
  const before = potentialOf(rates, start, book.weight) * e
  const venueBefore = rates.hedgeCost * Math.abs(start.x) * e
  const back = Math.min(book.discount, before + venueBefore)
  const boardOf = options.map(({ bound }) => bound.seen.board)
  return (sizes) => {
    let [gain, mark, average, hedge] = [0, 0, 0, 0]
    const after: Exposed = { ...start, vega: [...start.vega], size: [...start.size] }
    let opens = false
    sizes.forEach((n, i) => {
      if (n === 0) return
      const o = options[i]!
      const b = boardOf[i]!
      gain += n * o.gain
      mark += n * o.atMark
      average += n * o.atAverage
      hedge += n * o.hedge
      after.x += (n * o.delta * spot) / e
      after.gamma += (n * o.gamma * spot * spot) / 100 / e
      after.margin += (n * o.margin) / e
      after.vega[b]! += (n * o.vega) / e
      after.size[b]! += o.side * n
      if (o.side === 1) opens = true
    })
    if (opens && !allowed(rates, { start, after, vegaLeft: book.vegaLeft })) return Number.NEGATIVE_INFINITY
    const wide = input.spot.mode >= 1 ? Math.abs(mark - average) : 0
    const risk = Math.max(potentialOf(rates, after, book.weight) * e - before, -back)
    const venue = rates.hedgeCost * Math.abs(after.x) * e - venueBefore
    return gain - Math.max(mark, average) - wide - risk - venue - Math.abs(hedge)
  }
}

function potentialOf(rates: Rates, { x, gamma, margin, vega }: Exposed, weight: readonly number[]): number {
  const nu = vega.map((each, b) => each * weight[b]!)
  const total = nu.reduce((a, b) => a + b, 0)
  const squares = nu.reduce((a, b) => a + b * b, 0)
  const g = Math.min(0, gamma)
  const excess = Math.max(0, margin - rates.utilisationKink)
  return (
    (rates.deltaCharge * x * x +
      rates.vegaCharge * total * total +
      rates.expiryVegaCharge * squares +
      rates.gammaCharge * g * g +
      rates.utilisationCharge * excess * excess) /
    2
  )
}

function allowed(
  rates: Rates,
  { start, after, vegaLeft }: { start: Exposed; after: Exposed; vegaLeft: number },
): boolean {
  const within = (was: number, is: number, limit: number): boolean =>
    Math.abs(is) <= limit * SAFE || Math.abs(is) < Math.abs(was)
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  const opened = after.vega.reduce((grown, is, b) => grown + Math.max(0, Math.abs(is) - Math.abs(start.vega[b]!)), 0)
  return (
    within(start.x, after.x, rates.maxNetDelta) &&
    within(sum(start.vega), sum(after.vega), rates.maxNetVega) &&
    within(Math.min(0, start.gamma), Math.min(0, after.gamma), rates.maxGamma) &&
    within(start.margin, after.margin, rates.maxUtilisation) &&
    opened <= vegaLeft * SAFE &&
    after.vega.every((is, b) => within(start.vega[b]!, is, rates.maxExpiryVega)) &&
    after.size.every((is, b) => within(start.size[b]!, is, rates.maxExpirySize))
  )
}
