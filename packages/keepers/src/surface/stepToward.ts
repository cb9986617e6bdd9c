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

/** Kept of the limit for the rounding and the fit of a mixed slice, in volatility. */
const RESERVE = 0.003
/** Error in volatility that the weights of a mixed slice stand for. */
const TOLERANCE = 0.002
/** Parts of the way open to all that are tried before the slices in force are reported again. */
const ATTEMPTS = [1, 0.5, 0.25]

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
  /** Total variance at the money that may be reported. */
  readonly least: number
  readonly most: number
}

function placed<T extends { readonly expiry: number; readonly svi: SviSlice }>(
  slice: T,
  { time, held, maxStep }: { time: number; held: HeldSlice | undefined; maxStep: number },
): Placed<T> {
  const { expiry } = slice
  const years = (expiry - time) / SECONDS_PER_YEAR
  if (held === undefined) return { slice, years, from: undefined, least: 0, most: Number.POSITIVE_INFINITY }
  const from = roundSlice(scaleSlice(held.svi, (expiry - time) / (expiry - held.reportedAt)))
  const { reference } = held
  if (reference === undefined) return { slice, years, from, least: 0, most: Number.POSITIVE_INFINITY }
  const limit = maxStep - RESERVE
  const variance = (volatility: number) => Math.max(0, volatility) ** 2 * years
  return { slice, years, from, least: variance(reference - limit), most: variance(reference + limit) }
}

/** How far towards its target an expiry may go. */
function furthest<T extends { readonly svi: SviSlice }>({ slice, from, least, most }: Placed<T>): number {
  const end = sviTotalVariance(slice.svi, 0)
  if (from === undefined || (end >= least && end <= most)) return 1
  const start = sviTotalVariance(from, 0)
  return Math.max(0, ((end > most ? most : least) - start) / (end - start))
}

function mix<T extends { readonly expiry: number; readonly svi: SviSlice }>(
  known: readonly Placed<T>[],
  shareOf: (placed: Placed<T>) => number,
): Step<T> | undefined {
  const shares = known.map(shareOf)
  const slices: T[] = []
  const waiting: number[] = []
  let earlier: SviSlice | undefined
  for (const [i, { slice, years, from, least, most }] of known.entries()) {
    const share = shares[i]!
    const svi = from === undefined ? slice.svi : mixed({ from, to: slice.svi, share, years, earlier })
    const volatility = sviTotalVariance(svi, 0)
    const fits =
      sliceFaults(svi, { years }).length === 0 &&
      (earlier === undefined || calendarFaults({ earlier, later: svi }).length === 0) &&
      (share === 0 || (volatility >= least && volatility <= most))
    if (fits) {
      slices.push({ ...slice, svi })
      earlier = svi
    } else if (from === undefined) waiting.push(slice.expiry)
    else return undefined
  }
  return { slices, share: Math.min(...shares), waiting }
}

function mixed({
  from,
  to,
  share,
  years,
  earlier,
}: {
  from: SviSlice
  to: SviSlice
  share: number
  years: number
  earlier: SviSlice | undefined
}): SviSlice {
  if (share === 0) return from
  if (share === 1) return to
  const at = (k: number) => (1 - share) * sviTotalVariance(from, k) + share * sviTotalVariance(to, k)
  const k = checkGrid({ a: at(0), b: 0, rho: 0, m: 0, sigma: 1 })
  const w = k.map(at)
  const weight = w.map((value) => 1 / (TOLERANCE * 2 * Math.sqrt(value * years)))
  return roundSlice(fitSvi({ k, w, weight }, { earlier, start: to, pull: 0 }).slice)
}
