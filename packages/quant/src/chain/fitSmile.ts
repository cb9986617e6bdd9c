import { fitSvi, type SviFit } from '../svi/fit.ts'
import type { SmilePoints } from '../svi/points.ts'
import { type SviSlice, sviVolatility } from '../svi/slice.ts'
import type { SmileBound, SmileQuote } from './smile.ts'

/** Least half-spread in volatility: below it, tightness says nothing more about truth. */
const LEAST_HALF_SPREAD = 0.002
/** Error of a one-sided quote, as a share of its volatility. */
const BOUND_ERROR = 0.02
/** A quote is an outlier when the smile misses it by this many half-spreads beyond what is usual for the expiry, ... */
const OUTLIER_HALF_SPREADS = 4
/** ... and by at least this much volatility. */
const OUTLIER_VOLATILITY = 0.015

/** A smile fitted to quotes, with the quotes it kept. */
export interface SmileFit extends SviFit {
  /** The quotes the slice was fitted to. */
  readonly kept: readonly SmileQuote[]
  /** The quotes it was not, at most a quarter of all. */
  readonly outliers: readonly SmileQuote[]
  /** One-sided quotes the slice was held to. */
  readonly bounds: readonly SmileBound[]
  /** One-sided quotes it was not, because it breaks them by as much as makes an outlier. */
  readonly brokenBounds: readonly SmileBound[]
  /** `kept` and `bounds` as weighted observations in total variance. */
  readonly points: SmilePoints
}

/** Fits at most; each judges every quote anew, so that one wild quote does not take its neighbours with it. */
const ROUNDS = 4

/**
 * Fits a slice to quotes weighted by one over their half-spread in volatility (spread over vega), and again without the quotes
 * that the smile shows to be alone, until these no longer change. Bounds pull only where the smile breaks them, and those it breaks by
 * far are left out the same way. Never throws: what the slice still breaks is in `faults`.
 *
 * @param quotes and bounds at the expiry's own forward, `years` > 0; five quotes or more for a determinate answer
 */
export function fitSmile(quotes: readonly SmileQuote[], { years, start, bounds = [] }: fitSmile.Parameters): SmileFit {
  let left: ReadonlySet<SmileQuote | SmileBound> = new Set()
  let fit = fitTo(quotes, bounds, start)
  for (let round = 1; round < ROUNDS; round++) {
    const found = new Set([...findOutliers(quotes, fit.slice, years), ...findBroken(bounds, fit.slice, years)])
    if (found.size === left.size && [...found].every((one) => left.has(one))) break
    left = found
    fit = fitTo(quotes.filter(isKept), bounds.filter(isKept), fit.slice)
  }
  return {
    ...fit,
    outliers: quotes.filter((quote) => left.has(quote)),
    brokenBounds: bounds.filter((bound) => left.has(bound)),
  }

  function isKept(one: SmileQuote | SmileBound): boolean {
    return !left.has(one)
  }

  function fitTo(kept: readonly SmileQuote[], held: readonly SmileBound[], from: SviSlice | undefined) {
    const points = toPoints(kept, held, years)
    return { ...fitSvi(points, { start: from }), kept, bounds: held, points }
  }
}

export declare namespace fitSmile {
  interface Parameters {
    /** Time to expiry, years of 365 days. */
    readonly years: number
    /** A slice to start from. */
    readonly start?: SviSlice | undefined
    /** Volatilities not to cross. Default none. */
    readonly bounds?: readonly SmileBound[]
  }
  type ReturnType = SmileFit
}

/** Observations in total variance; an error of dσ in volatility is 2·σ·τ·dσ in variance. */
function toPoints(quotes: readonly SmileQuote[], bounds: readonly SmileBound[], years: number): SmilePoints {
  const rows = [
    ...quotes.map((quote) => ({ k: quote.k, volatility: quote.midVolatility, half: halfSpread(quote), side: 0 })),
    ...bounds.map((bound) => ({ ...bound, half: boundError(bound), side: bound.side === 'ask' ? 1 : -1 })),
  ]
  return {
    k: Float64Array.from(rows, ({ k }) => k),
    w: Float64Array.from(rows, ({ volatility }) => volatility * volatility * years),
    weight: Float64Array.from(rows, ({ volatility, half }) => 1 / (half * 2 * volatility * years)),
    side: Int8Array.from(rows, ({ side }) => side),
  }
}

/** What a one-sided quote may be wrong by: it has no spread, so a share of its volatility. */
function boundError({ volatility }: SmileBound): number {
  return Math.max(LEAST_HALF_SPREAD, BOUND_ERROR * volatility)
}

/** Bounds that a smile breaks by as much as makes an outlier of a quote. */
function findBroken(bounds: readonly SmileBound[], slice: SviSlice, years: number): readonly SmileBound[] {
  return bounds.filter((bound) => {
    const above = sviVolatility(slice, { k: bound.k, years }) - bound.volatility
    const breach = bound.side === 'ask' ? above : -above
    return breach > Math.max(OUTLIER_VOLATILITY, OUTLIER_HALF_SPREADS * boundError(bound))
  })
}

function halfSpread({ bidVolatility, askVolatility }: SmileQuote): number {
  return Math.max(LEAST_HALF_SPREAD, 0.5 * (askVolatility - bidVolatility))
}

/** At most a quarter of the quotes, the worst first. */
function findOutliers(quotes: readonly SmileQuote[], slice: SviSlice, years: number): ReadonlySet<SmileQuote> {
  const misses = quotes.map((quote) => {
    const miss = Math.abs(sviVolatility(slice, { k: quote.k, years }) - quote.midVolatility)
    return { quote, miss, inSpreads: miss / halfSpread(quote) }
  })
  const usual = misses.map(({ inSpreads }) => inSpreads).sort((a, b) => a - b)[misses.length >> 1] ?? 0
  const limit = OUTLIER_HALF_SPREADS * Math.max(1, usual)
  const found = misses.filter(({ miss, inSpreads }) => inSpreads > limit && miss > OUTLIER_VOLATILITY)
  found.sort((a, b) => b.inSpreads - a.inSpreads)
  return new Set(found.slice(0, quotes.length >> 2).map(({ quote }) => quote))
}
