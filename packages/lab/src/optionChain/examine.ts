import type { FittedSurface, RefusedExpiry } from '@keel/keepers'
import { fitSurface } from '@keel/keepers'
import type { ForwardEstimate, QuoteRejection, SliceFault, SmileQuote, SviSlice } from '@keel/quant'
import {
  calendarFaults,
  estimateForward,
  QUOTE_REJECTIONS,
  SECONDS_PER_YEAR,
  sliceFaults,
  sortQuotes,
  sviVolatility,
} from '@keel/quant'
import { type JudgedQuote, judgeQuote } from './judgeQuote.ts'
import type { MarkedQuote, MarkedSnapshot } from './snapshots.ts'

/** How a slice stands to one out-of-the-money quote with two sides, between 0.5 and 2 times the forward; outliers count too. */
export type Miss = {
  /** |slice − volatility of the middle price|, vol points (0.01). */
  readonly error: number
  /** The slice's volatility lies within bid and ask. */
  readonly inside: boolean
}

/** Misses together; NaN where there are none. */
export type FitError = {
  readonly quotes: number
  /** Vol points. */
  readonly median: number
  readonly p95: number
  /** Share within bid and ask. */
  readonly inside: number
}

export type ExaminedExpiry = {
  /** Unix seconds. */
  readonly expiry: number
  readonly years: number
  readonly forward: number | undefined
  readonly forwardSource: ForwardEstimate['source'] | undefined
  /** Rounded as the contract stores it; absent where none was made. */
  readonly slice: SviSlice | undefined
  readonly refused: RefusedExpiry | undefined
  readonly rows: number
  /** Rows the slice rests on, and of these the ones with one side, which it was held to as floors and ceilings. */
  readonly used: number
  readonly bounds: number
  /** Rows left out, by reason; those that are zero are absent. */
  readonly rejected: Readonly<Partial<Record<QuoteRejection, number>>>
  readonly misses: readonly Miss[]
  /** Rules of the surface contract that the slice breaks, alone or against the expiry before. */
  readonly faults: readonly SliceFault[]
  /** The out-of-the-money quotes, with what came of each, ascending in strike. */
  readonly quotes: readonly JudgedQuote[]
}

/** A snapshot with its fit, expiry by expiry. */
export type Examination = {
  readonly time: number
  readonly index: number | undefined
  readonly rows: number
  readonly used: number
  readonly rejected: FittedSurface['rejections']
  readonly expiries: readonly ExaminedExpiry[]
}

/** Fits a snapshot as the keepers do and says, of every expiry and every quote, what became of it. */
export function examineSnapshot(snapshot: MarkedSnapshot): Examination {
  const { time } = snapshot
  const surface = fitSurface(snapshot)
  const groups = new Map<number, MarkedQuote[]>()
  for (const quote of snapshot.quotes) {
    const group = groups.get(quote.expiry)
    if (group === undefined) groups.set(quote.expiry, [quote])
    else group.push(quote)
  }
  const ascending = [...groups].filter(([expiry]) => expiry > time).sort(([a], [b]) => a - b)
  const expiries = ascending.map(([expiry, quotes]) => examineExpiry({ surface, expiry, quotes }))
  const { index, rows, used, rejections } = surface
  return { time, index, rows, used, rejected: rejections, expiries }
}

function examineExpiry({
  surface,
  expiry,
  quotes,
}: {
  surface: FittedSurface
  expiry: number
  quotes: readonly MarkedQuote[]
}): ExaminedExpiry {
  const { time, slices, chain } = surface
  const years = (expiry - time) / SECONDS_PER_YEAR
  const at = slices.findIndex((slice) => slice.expiry === expiry)
  const slice = slices[at]?.svi
  const fitted = slice && chain.expiries.find((one) => one.expiry === expiry)
  const [group] = sortQuotes(quotes, { earliest: time, earliestExpiry: time }).expiries
  const estimate: ForwardEstimate | undefined = fitted ?? (group && estimateForward(group))
  const refused = surface.refused.find((one) => one.expiry === expiry)
  const unmade = refused?.reason === 'thin-expiry' ? 'thin-expiry' : 'unfit-expiry'
  const judge = judgeQuote({ time, years, group, forward: estimate?.forward, fitted, unmade })
  const judged = quotes.map(judge)
  const rejected: Partial<Record<QuoteRejection, number>> = {}
  for (const reason of QUOTE_REJECTIONS) {
    const count = judged.filter(({ verdict }) => verdict === reason).length
    if (count > 0) rejected[reason] = count
  }
  const earlier = slices[at - 1]?.svi
  return {
    expiry,
    years,
    forward: estimate?.forward,
    forwardSource: estimate?.source,
    slice,
    refused,
    rows: quotes.length,
    used: fitted ? fitted.quotes.length + fitted.bounds.length : 0,
    bounds: fitted?.bounds.length ?? 0,
    rejected,
    misses: slice && fitted ? missesOf(slice, { years, quotes: [...fitted.quotes, ...fitted.outliers] }) : [],
    faults: slice
      ? [...sliceFaults(slice, { years }), ...(earlier ? calendarFaults({ earlier, later: slice }) : [])]
      : [],
    quotes: judged.filter(({ isOutOfTheMoney }) => isOutOfTheMoney).sort((a, b) => a.strike - b.strike),
  }
}

function missesOf(
  slice: SviSlice,
  { years, quotes }: { years: number; quotes: readonly SmileQuote[] },
): readonly Miss[] {
  return quotes
    .filter(({ k }) => Math.abs(k) <= Math.LN2)
    .map(({ k, bidVolatility, askVolatility, midVolatility }) => {
      const volatility = sviVolatility(slice, { k, years })
      return {
        error: 100 * Math.abs(volatility - midVolatility),
        inside: volatility >= bidVolatility && volatility <= askVolatility,
      }
    })
}

export function fitErrorOf(misses: readonly Miss[]): FitError {
  const errors = misses.map(({ error }) => error).sort((a, b) => a - b)
  const at = (share: number) => errors[Math.min(errors.length - 1, Math.floor(share * errors.length))] ?? Number.NaN
  return {
    quotes: errors.length,
    median: at(0.5),
    p95: at(0.95),
    inside: misses.length === 0 ? Number.NaN : misses.filter(({ inside }) => inside).length / misses.length,
  }
}
