import { calendarFaults, type SliceFault, sliceFaults } from '../svi/checks.ts'
import { fitSvi } from '../svi/fit.ts'
import type { SviSlice } from '../svi/slice.ts'
import { SECONDS_PER_YEAR } from '../time.ts'
import { fitSmile, type SmileFit } from './fitSmile.ts'
import { estimateForward, type ForwardEstimate } from './forward.ts'
import { type ChainSnapshot, QUOTE_REJECTIONS, type RejectionCounts } from './quote.ts'
import { readSmile, type SmileBound, type SmileQuote } from './smile.ts'
import { type ExpiryQuotes, sortQuotes } from './sort.ts'

/** One expiry of a fitted surface. Its slice passes every check, its calendar with both neighbours included. */
export interface FittedExpiry extends ForwardEstimate {
  /** Unix seconds. */
  readonly expiry: number
  /** Years of 365 days from the snapshot. */
  readonly years: number
  /** Total variance over log-moneyness of this expiry's own forward. */
  readonly slice: SviSlice
  /** The quotes the slice was fitted to, ascending in strike. */
  readonly quotes: readonly SmileQuote[]
  /** Usable quotes the slice was not fitted to, because it would not have explained them. */
  readonly outliers: readonly SmileQuote[]
  /** One-sided quotes the slice was held to as floors and ceilings. */
  readonly bounds: readonly SmileBound[]
}

/** One expiry no slice was made of. */
export interface RejectedExpiry {
  /** Unix seconds. */
  readonly expiry: number
  /** No forward could be told; too few usable quotes; or every slice tried broke a rule. */
  readonly reason: 'no-forward' | 'thin-expiry' | 'unfit'
  /** Usable quotes it had. */
  readonly quotes: number
  /** What the best attempt still broke, when it came to a fit. */
  readonly faults: readonly SliceFault[]
}

/** A surface without static arbitrage on the checked grids, and an account of everything left out of it. */
export interface ChainSurface {
  /** Ascending in expiry. */
  readonly expiries: readonly FittedExpiry[]
  /** Expiries that had rows worth reading and got no slice. */
  readonly rejectedExpiries: readonly RejectedExpiry[]
  /** Rows left out, by reason. */
  readonly rejections: RejectionCounts
  /** Rows that the slices rest on, bounds included. */
  readonly used: number
}

/** Rounds of refitting neighbours that cross. */
const SWEEPS = 4

/**
 * A whole surface from one snapshot of an inverse option chain: forwards by parity and futures, volatilities of bid, ask and
 * middle, cleaned and weighted smiles, one raw SVI slice per expiry, no butterflies, no calendar crossings.
 *
 * Pure and deterministic; never throws on data. Every row is either used or counted under one reason.
 */
export function fitChain(snapshot: ChainSnapshot, options: fitChain.Options = {}): ChainSurface {
  const { leastSecs = 3600, leastQuotes = 5, previous = new Map() } = options
  const { time } = snapshot
  const sorted = sortQuotes(snapshot.quotes, { earliest: time, earliestExpiry: time + leastSecs })
  const rejections = { ...sorted.rejections }
  const rejectedExpiries: RejectedExpiry[] = []
  const drafts: Draft[] = []
  for (const group of sorted.expiries) {
    const { expiry } = group
    const sound = countSound(group)
    const estimate = estimateForward(group)
    if (estimate === undefined) {
      rejections['no-forward'] += sound
      rejections['one-sided'] += countBounds(group)
      rejectedExpiries.push({ expiry, reason: 'no-forward', quotes: sound, faults: [] })
      continue
    }
    const years = (expiry - time) / SECONDS_PER_YEAR
    const { smile, bounds, rejections: unread } = readSmile(group.strikes, { forward: estimate.forward, years })
    for (const reason of QUOTE_REJECTIONS) rejections[reason] += unread[reason]
    if (smile.length < leastQuotes) {
      rejections['thin-expiry'] += smile.length
      rejections['one-sided'] += bounds.length
      rejectedExpiries.push({ expiry, reason: 'thin-expiry', quotes: smile.length, faults: [] })
      continue
    }
    drafts.push({ expiry, years, estimate, fit: fitSmile(smile, { years, bounds, start: previous.get(expiry) }) })
  }
  uncross(drafts)
  const kept = dropUnfit(drafts, rejectedExpiries)
  for (const { fit } of drafts) rejections['unfit-expiry'] += rowsOf(fit)
  for (const { fit } of kept) rejections['unfit-expiry'] -= rowsOf(fit)
  for (const { fit } of kept) rejections.outlier += fit.outliers.length + fit.brokenBounds.length
  const expiries = kept.map(({ expiry, years, estimate, fit }) => ({
    expiry,
    years,
    ...estimate,
    slice: fit.slice,
    quotes: fit.kept,
    outliers: fit.outliers,
    bounds: fit.bounds,
  }))
  const used = expiries.reduce((sum, { quotes, bounds }) => sum + quotes.length + bounds.length, 0)
  return { expiries, rejectedExpiries, rejections, used }
}

export declare namespace fitChain {
  interface Options {
    /** Expiries nearer than this are left out. Default one hour. */
    readonly leastSecs?: number
    /** An expiry with fewer usable quotes is left out. Default 5, the parameters of a slice. */
    readonly leastQuotes?: number
    /** Slices to start from, by expiry: the last surface. */
    readonly previous?: ReadonlyMap<number, SviSlice>
  }
  type ReturnType = ChainSurface
}

interface Draft {
  readonly expiry: number
  readonly years: number
  readonly estimate: ForwardEstimate
  fit: SmileFit
}

function countSound({ strikes }: ExpiryQuotes): number {
  return strikes.reduce((sum, { call, put }) => sum + (call === undefined ? 0 : 1) + (put === undefined ? 0 : 1), 0)
}

function countBounds({ strikes }: ExpiryQuotes): number {
  return strikes.reduce((sum, { callBound, putBound }) => sum + (callBound ? 1 : 0) + (putBound ? 1 : 0), 0)
}

function rowsOf({ kept, outliers, bounds, brokenBounds }: SmileFit): number {
  return kept.length + outliers.length + bounds.length + brokenBounds.length
}

const crosses = (earlier: Draft | undefined, later: Draft | undefined): boolean =>
  earlier !== undefined &&
  later !== undefined &&
  calendarFaults({ earlier: earlier.fit.slice, later: later.fit.slice }).length > 0

/** Refits slices that cross a neighbour, the earlier one of a pair first: its far wings are the least observed. */
function uncross(drafts: Draft[]): void {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let crossings = 0
    for (let i = 0; i < drafts.length; i++) {
      const [before, draft, after] = [drafts[i - 1], drafts[i]!, drafts[i + 1]]
      if (!crosses(before, draft) && !crosses(draft, after) && draft.fit.faults.length === 0) continue
      crossings++
      const { points, slice } = draft.fit
      // On the last sweep the earlier slice is settled: only it binds.
      const later = sweep < SWEEPS - 1 ? after?.fit.slice : undefined
      draft.fit = { ...draft.fit, ...fitSvi(points, { earlier: before?.fit.slice, later, start: slice }) }
    }
    if (crossings === 0) return
  }
}

/** Leaves out, one by one, the expiry whose slice breaks most rules by itself and against its neighbours. */
function dropUnfit(drafts: readonly Draft[], rejected: RejectedExpiry[]): readonly Draft[] {
  const kept = [...drafts]
  for (;;) {
    const faults = kept.map((_, i) => faultsAt(kept, i))
    let worst = 0
    for (let i = 1; i < kept.length; i++) if (faults[i]!.length > faults[worst]!.length) worst = i
    if ((faults[worst]?.length ?? 0) === 0) return kept
    const [{ expiry, fit }] = kept.splice(worst, 1) as [Draft]
    rejected.push({ expiry, reason: 'unfit', quotes: fit.kept.length, faults: faults[worst]! })
  }
}

function faultsAt(drafts: readonly Draft[], i: number): readonly SliceFault[] {
  const [before, { fit, years }, after] = [drafts[i - 1]?.fit.slice, drafts[i]!, drafts[i + 1]?.fit.slice]
  return [
    ...sliceFaults(fit.slice, { years }),
    ...(before === undefined ? [] : calendarFaults({ earlier: before, later: fit.slice })),
    ...(after === undefined ? [] : calendarFaults({ earlier: fit.slice, later: after })),
  ]
}
