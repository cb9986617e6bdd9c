import {
  type ChainSnapshot,
  type ChainSurface,
  calendarFaults,
  type FittedExpiry,
  fitChain,
  type QuoteRejection,
  type RejectedExpiry,
  type SviSlice,
  sliceFaults,
} from '@keel/quant'
import { roundSlice } from './contractSlice.ts'
import { type ExpiryFit, measureFit } from './expiryFit.ts'

/** What a snapshot must show of an expiry before a slice is made of it. */
export type FitPolicy = {
  /** Expiries nearer than this are left alone, seconds. */
  readonly leastSecs: number
  /** Usable out-of-the-money quotes, and of these on each side of the forward: half a smile says nothing of the other half. */
  readonly leastQuotes: number
  readonly leastEachSide: number
  /** Share of the rows known to exist that must be there: fewer means the snapshot was cut. */
  readonly leastRows: number
  /** Median error in volatility above which a slice is refused, unless half the bid–ask is wider still. */
  readonly mostError: number
}

export const FIT_POLICY: FitPolicy = {
  leastSecs: 3600,
  leastQuotes: 5,
  leastEachSide: 2,
  leastRows: 0.8,
  mostError: 0.03,
}

/** A chain and the venue's index at the same instant. */
export type IndexedSnapshot = ChainSnapshot & {
  /** Spot of the underlying by the venue's index, quote currency per coin, where known. */
  readonly index?: number | undefined
}

/** One slice the surface contract takes, its parameters rounded as it stores them. */
export type FittedSlice = {
  /** Unix seconds. */
  readonly expiry: number
  /** Total variance from the surface's `time` to expiry. */
  readonly svi: SviSlice
  /** Quote currency per coin. */
  readonly forward: number
}

/** An expiry that was in the chain and is not in the surface. */
export type RefusedExpiry = {
  readonly expiry: number
  readonly reason: RejectedExpiry['reason'] | 'incomplete' | 'one-sided' | 'poor-fit' | 'out-of-range' | 'crossing'
  /** The evidence, for a log. */
  readonly detail: string
}

/** A surface from one snapshot of quotes, and an account of everything that was not made part of it. */
export type FittedSurface = {
  /** When the snapshot was taken, Unix seconds. */
  readonly time: number
  /** Quote currency per coin. Without an index of the venue, the forward of the nearest expiry. */
  readonly index: number | undefined
  /** Ascending in expiry; together and one by one they pass the contract's checks. */
  readonly slices: readonly FittedSlice[]
  /** One for each slice, in the same order. */
  readonly fits: readonly ExpiryFit[]
  readonly refused: readonly RefusedExpiry[]
  readonly rows: number
  /** Rows the slices rest on. Together with `rejections` they are all rows. */
  readonly used: number
  readonly rejections: Readonly<Record<QuoteRejection | 'refused-expiry', number>>
  /** The fit behind the slices: quotes with their volatilities, outliers, forwards. */
  readonly chain: ChainSurface
}

/**
 * A snapshot of quotes → slices and diagnostics. The one way from a chain to a surface, for a live feed and for history alike.
 *
 * Pure and deterministic; never throws on data. What cannot be trusted is refused with its reason and the rest fitted again
 * without it, so that a broken expiry does not bend its neighbours.
 */
export function fitSurface(snapshot: IndexedSnapshot, options: fitSurface.Options = {}): FittedSurface {
  const { policy = FIT_POLICY, expectedRows, previous } = options
  const refused = new Map<number, RefusedExpiry>()
  for (const found of findIncomplete(snapshot, { expectedRows, policy })) refused.set(found.expiry, found)
  const start = new Map(previous?.slices.map(({ expiry, svi }) => [expiry, svi]))
  const fit = (): ChainSurface =>
    fitChain(
      { time: snapshot.time, quotes: snapshot.quotes.filter(({ expiry }) => !refused.has(expiry)) },
      { leastSecs: policy.leastSecs, leastQuotes: policy.leastQuotes, previous: start },
    )
  for (;;) {
    const chain = fit()
    const fits = chain.expiries.map(measureFit)
    const slices = chain.expiries.map(({ expiry, slice, forward }) => ({ expiry, svi: roundSlice(slice), forward }))
    const doubtful = findDoubtful({ chain, fits, slices }, policy)
    if (doubtful.length > 0) {
      for (const found of doubtful) refused.set(found.expiry, found)
      continue
    }
    const kept = snapshot.quotes.filter(({ expiry }) => !refused.has(expiry)).length
    return {
      time: snapshot.time,
      index: isPrice(snapshot.index) ? snapshot.index : slices[0]?.forward,
      slices,
      fits,
      refused: [...refused.values(), ...chain.rejectedExpiries.map(describeRejected)].sort(
        (a, b) => a.expiry - b.expiry,
      ),
      rows: snapshot.quotes.length,
      used: chain.used,
      rejections: { ...chain.rejections, 'refused-expiry': snapshot.quotes.length - kept },
      chain,
    }
  }
}

export declare namespace fitSurface {
  interface Options {
    readonly policy?: FitPolicy
    /** Rows each expiry has when the chain is whole: from the venue's list of instruments, or from the snapshot before. */
    readonly expectedRows?: ReadonlyMap<number, number> | undefined
    /** The last surface, to start the fits from. */
    readonly previous?: FittedSurface | undefined
  }
  type ReturnType = FittedSurface
}

/** Rows of each expiry of a snapshot: what the next one should have as well. */
export function countRows({ quotes }: ChainSnapshot): ReadonlyMap<number, number> {
  const rows = new Map<number, number>()
  for (const { expiry } of quotes) rows.set(expiry, (rows.get(expiry) ?? 0) + 1)
  return rows
}

function findIncomplete(
  snapshot: ChainSnapshot,
  { expectedRows, policy }: { expectedRows: ReadonlyMap<number, number> | undefined; policy: FitPolicy },
): readonly RefusedExpiry[] {
  const rows = countRows(snapshot)
  return [...(expectedRows ?? [])].flatMap(([expiry, expected]) => {
    const found = rows.get(expiry) ?? 0
    if (expiry < snapshot.time + policy.leastSecs || found >= policy.leastRows * expected) return []
    return [{ expiry, reason: 'incomplete' as const, detail: `${found} of ${expected} rows` }]
  })
}

function findDoubtful(
  { chain, fits, slices }: Pick<FittedSurface, 'chain' | 'fits' | 'slices'>,
  policy: FitPolicy,
): readonly RefusedExpiry[] {
  const alone = slices.flatMap((slice, i) => doubt(slice, { fitted: chain.expiries[i]!, fit: fits[i]!, policy }) ?? [])
  if (alone.length > 0) return alone
  // Rounding to the contract's step cannot flip a check that was met with a margin; should it, the later one goes.
  const crossing = slices.find(
    ({ svi }, i) => i > 0 && calendarFaults({ earlier: slices[i - 1]!.svi, later: svi }).length > 0,
  )
  if (crossing === undefined) return []
  return [{ expiry: crossing.expiry, reason: 'crossing', detail: 'variance below that of the expiry before' }]
}

function doubt(
  { expiry, svi }: FittedSlice,
  { fitted, fit, policy }: { fitted: FittedExpiry; fit: ExpiryFit; policy: FitPolicy },
): RefusedExpiry | undefined {
  if (Math.min(fit.below, fit.above) < policy.leastEachSide) {
    const detail = `${fit.below} quotes below the forward and ${fit.above} above`
    return { expiry, reason: 'one-sided', detail }
  }
  const limit = Math.max(policy.mostError, fit.medianHalfSpread)
  if (!(fit.medianError <= limit)) {
    const detail = `median error ${points(fit.medianError)} vol points, at most ${points(limit)}`
    return { expiry, reason: 'poor-fit', detail }
  }
  const fault = sliceFaults(svi, fitted)[0]?.rule
  return fault === undefined ? undefined : { expiry, reason: 'out-of-range', detail: fault }
}

const isPrice = (value: number | undefined): value is number =>
  value !== undefined && value > 0 && value < Number.POSITIVE_INFINITY

const points = (volatility: number): string => (100 * volatility).toFixed(2)

function describeRejected({ expiry, reason, quotes, faults }: RejectedExpiry): RefusedExpiry {
  const broken = faults.length === 0 ? '' : `, breaks ${[...new Set(faults.map(({ rule }) => rule))].join(' and ')}`
  return { expiry, reason, detail: `${quotes} usable quotes${broken}` }
}
