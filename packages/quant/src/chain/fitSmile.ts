import { fitSvi, type SviFit } from '../svi/fit.ts'
import type { SmilePoints } from '../svi/points.ts'
import { type SviSlice, sviVolatility } from '../svi/slice.ts'
import type { SmileQuote } from './smile.ts'

/** Least half-spread in volatility: below it, tightness says nothing more about truth. */
const LEAST_HALF_SPREAD = 0.002
/** A quote is an outlier when the smile misses it by this many half-spreads beyond what is usual for the expiry, ... */
const OUTLIER_HALF_SPREADS = 4
/** ... and by at least this much volatility. */
const OUTLIER_VOLATILITY = 0.015

/** A smile fitted to quotes, with the quotes it kept. */
export interface SmileFit extends SviFit {
  readonly kept: readonly SmileQuote[]
  readonly outliers: readonly SmileQuote[]
  readonly points: SmilePoints
}

/** Fits at most; each judges every quote anew, so that one wild quote does not take its neighbours with it. */
const ROUNDS = 4

/**
 * Fits a slice to quotes weighted by one over their half-spread in volatility (spread over vega), and again without the quotes
 * that the smile shows to be alone, until these no longer change.
 */
export function fitSmile(quotes: readonly SmileQuote[], { years, start }: fitSmile.Parameters): SmileFit {
  let outliers: ReadonlySet<SmileQuote> = new Set()
  let fit = fitTo(quotes, start)
  for (let round = 1; round < ROUNDS; round++) {
    const found = findOutliers(quotes, fit.slice, years)
    if (found.size === outliers.size && [...found].every((quote) => outliers.has(quote))) break
    outliers = found
    fit = fitTo(
      quotes.filter((quote) => !outliers.has(quote)),
      fit.slice,
    )
  }
  return { ...fit, outliers: [...outliers] }

  function fitTo(kept: readonly SmileQuote[], from: SviSlice | undefined) {
    const points = toPoints(kept, years)
    return { ...fitSvi(points, { start: from }), kept, points }
  }
}

export declare namespace fitSmile {
  interface Parameters {
    /** Time to expiry, years of 365 days. */
    readonly years: number
    /** A slice to start from. */
    readonly start?: SviSlice | undefined
  }
  type ReturnType = SmileFit
}

/** Observations in total variance; an error of dσ in volatility is 2·σ·τ·dσ in variance. */
function toPoints(quotes: readonly SmileQuote[], years: number): SmilePoints {
  const n = quotes.length
  const points = { k: new Float64Array(n), w: new Float64Array(n), weight: new Float64Array(n) }
  for (let i = 0; i < n; i++) {
    const quote = quotes[i]!
    points.k[i] = quote.k
    points.w[i] = quote.midVolatility * quote.midVolatility * years
    points.weight[i] = 1 / (halfSpread(quote) * 2 * quote.midVolatility * years)
  }
  return points
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
