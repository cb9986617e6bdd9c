import {
  calendarFaults,
  checkGrid,
  fitSvi,
  SECONDS_PER_YEAR,
  type SviSlice,
  sliceFaults,
  sviTotalVariance,
} from '@keel/quant'
import { scaleSlice } from './bridgeSlice.ts'
import { roundSlice } from './contractSlice.ts'

/** Kept of the limit, in volatility: when aiming, for the fit of a mixed slice; when judging it, for the contract's rounding. */
const RESERVE = { aim: 0.001, judge: 1e-5 }
/** Error in volatility that the weights of a mixed slice stand for. */
const TOLERANCE = 0.002
/** Weight of the money, where the limit is measured, over that of the wings. */
const AT_THE_MONEY = 20
/** Parts of the way open to all that are tried before the slices in force are reported again. */
const ATTEMPTS = [1, 0.9, 0.6, 0.3]

/** A slice in force. */
export type HeldSlice = {
  readonly svi: SviSlice
  /** Unix seconds. */
  readonly reportedAt: number
  /** At-the-money volatility the contract measures a step from; `undefined` when it knows none. */
  readonly reference: number | undefined
}

/** What can be reported now of a surface to which the step is too far. */
export type Step<T> = {
  readonly slices: readonly T[]
  /** How far the expiry furthest back goes from its slice in force, 0, to its target, 1. */
  readonly share: number
  /** Expiries that had no slice in force and whose target crosses what the others can be given: none is reported yet. */
  readonly waiting: readonly number[]
}

/**
 * A surface no further from the slices in force than the surface contract lets ordinary signatures go, and towards the target as far
 * as that allows: total variance mixed, of every expiry as far as it may go alone; where that would cross neighbours, of all in one
 * proportion, which cannot. The slices in force run off evenly to `time`. Where no mixture passes the contract's checks, they are
 * given again.
 */
export function stepToward<T extends { readonly expiry: number; readonly svi: SviSlice }>({
  time,
  target,
  held,
  maxStep,
}: stepToward.Parameters<T>): Step<T> {
  const known = target.map((slice) => placed(slice, { time, held: held.get(slice.expiry), maxStep }))
  const share = Math.min(1, ...known.map(furthest))
  if (share === 1) return { slices: target, share, waiting: [] }
  const apart = mix(known, furthest)
  if (apart) return apart
  for (const attempt of ATTEMPTS) {
    const together = mix(known, () => share * attempt)
    if (together) return together
  }
  return mix(known, () => 0) ?? { slices: [], share: 0, waiting: target.map(({ expiry }) => expiry) }
}

export declare namespace stepToward {
  type Parameters<T> = {
    /** Unix seconds. */
    readonly time: number
    /** Ascending in expiry; passes the contract's checks. */
    readonly target: readonly T[]
    /** By expiry. */
    readonly held: ReadonlyMap<number, HeldSlice>
    /** The contract's limit, in volatility. */
    readonly maxStep: number
  }
}

type Placed<T> = {
  readonly slice: T
  readonly years: number
  /** The slice in force, aged to now. */
  readonly from: SviSlice | undefined
  /** Total variance at the money that is aimed for at most, and that may be reported. */
  readonly aim: Range
  readonly allowed: Range
}

type Range = { readonly least: number; readonly most: number }

const ANY: Range = { least: 0, most: Number.POSITIVE_INFINITY }

function placed<T extends { readonly expiry: number; readonly svi: SviSlice }>(
  slice: T,
  { time, held, maxStep }: { time: number; held: HeldSlice | undefined; maxStep: number },
): Placed<T> {
  const { expiry } = slice
  const years = (expiry - time) / SECONDS_PER_YEAR
  if (held === undefined) return { slice, years, from: undefined, aim: ANY, allowed: ANY }
  const from = roundSlice(scaleSlice(held.svi, (expiry - time) / (expiry - held.reportedAt)))
  const { reference } = held
  if (reference === undefined) return { slice, years, from, aim: ANY, allowed: ANY }
  const within = (reserve: number): Range => {
    const variance = (volatility: number) => Math.max(0, volatility) ** 2 * years
    const limit = maxStep - reserve
    return { least: variance(reference - limit), most: variance(reference + limit) }
  }
  return { slice, years, from, aim: within(RESERVE.aim), allowed: within(RESERVE.judge) }
}

/** How far towards its target an expiry may go. */
function furthest<T extends { readonly svi: SviSlice }>({ slice, from, aim: { least, most } }: Placed<T>): number {
  const end = sviTotalVariance(slice.svi, 0)
  if (from === undefined || (end >= least && end <= most)) return 1
  const start = sviTotalVariance(from, 0)
  return Math.max(0, ((end > most ? most : least) - start) / (end - start))
}

/** Mixtures of what is in force, or nothing when one of them breaks a check; then what is new, where it has room between them. */
function mix<T extends { readonly expiry: number; readonly svi: SviSlice }>(
  known: readonly Placed<T>[],
  shareOf: (placed: Placed<T>) => number,
): Step<T> | undefined {
  const found = new Map<number, SviSlice>()
  let least = 1
  let earlier: SviSlice | undefined
  for (const placed of known) {
    if (placed.from === undefined) continue
    const share = shareOf(placed)
    const svi = mixed(placed, { from: placed.from, share, earlier })
    if (!isAllowed(svi, placed, share) || crosses(earlier, svi)) return undefined
    found.set(placed.slice.expiry, svi)
    least = Math.min(least, share)
    earlier = svi
  }
  const waiting: number[] = []
  for (const [i, { slice, from }] of known.entries()) {
    if (from !== undefined) continue
    const before = known.slice(0, i).findLast((each) => found.has(each.slice.expiry))
    const after = known.slice(i).find((each) => found.has(each.slice.expiry))
    const of = (each: Placed<T> | undefined) => each && found.get(each.slice.expiry)
    if (crosses(of(before), slice.svi) || crosses(slice.svi, of(after))) waiting.push(slice.expiry)
    else found.set(slice.expiry, slice.svi)
  }
  const slices = known.flatMap(({ slice }) => {
    const svi = found.get(slice.expiry)
    return svi ? [{ ...slice, svi }] : []
  })
  return { slices, share: least, waiting }
}

function crosses(earlier: SviSlice | undefined, later: SviSlice | undefined): boolean {
  return earlier !== undefined && later !== undefined && calendarFaults({ earlier, later }).length > 0
}

function isAllowed<T>(svi: SviSlice, { years, allowed: { least, most } }: Placed<T>, share: number): boolean {
  const variance = sviTotalVariance(svi, 0)
  return sliceFaults(svi, { years }).length === 0 && (share === 0 || (variance >= least && variance <= most))
}

function mixed<T extends { readonly svi: SviSlice }>(
  { slice: { svi: to }, years }: Placed<T>,
  { from, share, earlier }: { from: SviSlice; share: number; earlier: SviSlice | undefined },
): SviSlice {
  if (share === 0) return from
  if (share === 1) return to
  const at = (k: number) => (1 - share) * sviTotalVariance(from, k) + share * sviTotalVariance(to, k)
  const k = checkGrid({ a: at(0), b: 0, rho: 0, m: 0, sigma: 1 })
  const w = k.map(at)
  const weight = w.map((value) => 1 / (TOLERANCE * 2 * Math.sqrt(value * years)))
  weight[k.length >> 1]! *= AT_THE_MONEY
  return roundSlice(fitSvi({ k, w, weight }, { earlier, start: to, pull: 0 }).slice)
}
