import { calendarFaults, SECONDS_PER_YEAR, type SviSlice, sliceFaults } from '@keel/quant'
import { bridgeSlice, lnRatioOf, ratioOf, type SliceInTime, scaleSlice } from './bridgeSlice.ts'
import { roundSlice } from './contractSlice.ts'
import type { FittedSurface } from './fittedSurface.ts'

/** A slice ready to be reported. */
export type PlacedSlice = {
  /** Unix seconds. */
  readonly expiry: number
  /** Total variance from the time asked for to expiry, rounded as the contract stores it. */
  readonly svi: SviSlice
  /** Forward over spot. */
  readonly forwardRatio: number
  /** From quotes of this very expiry; between two such; or at the flat volatility of the first or last. */
  readonly origin: 'fitted' | 'between' | 'beyond'
}

/** An expiry asked for that the surface cannot give. */
export type MissingSlice = { readonly expiry: number; readonly reason: MissingReason }
export type MissingReason = 'expired' | 'no-surface' | 'too-near' | 'too-far' | 'unfit'

/**
 * How far a slice may be from quotes of its own, seconds.
 *
 * Left out one at a time on the ETH chain of February 2026, expiries of two days and more were missed by interpolation by
 * 0.3 to 1.7 vol points in the median and 1 to 6 at the 95th percentile; those under two days by 2 and 9; the first one, given
 * the volatility of the second, by 5 and 16. Hence no slice under two days without quotes, and none beyond the ends.
 */
export type ReachPolicy = {
  /** Before the first and after the last fitted expiry. */
  readonly beyondSecs: number
  /** Between two fitted expiries so far apart at most. */
  readonly betweenSecs: number
  /** Nearer expiries need quotes of their own. */
  readonly leastSecs: number
}

export const REACH_POLICY: ReachPolicy = { beyondSecs: 0, betweenSecs: 95 * 86_400, leastSecs: 2 * 86_400 }

const ANYWHERE: ReachPolicy = {
  beyondSecs: Number.POSITIVE_INFINITY,
  betweenSecs: Number.POSITIVE_INFINITY,
  leastSecs: 0,
}

/**
 * The slices of a fitted surface at a time not before its own, for the expiries a market has.
 *
 * Variance and carry run off evenly from the snapshot on, so volatilities stay. An expiry the surface lacks is interpolated
 * linearly in total variance at equal log-moneyness, or given the volatility of the nearest expiry, as the contract does
 * between and beyond what was reported, as far as `reach` allows. What is returned passes the contract's checks together.
 */
export function surfaceAt(
  surface: FittedSurface,
  { time, expiries, reach = REACH_POLICY, required = new Set() }: surfaceAt.Parameters,
): { readonly slices: readonly PlacedSlice[]; readonly missing: readonly MissingSlice[] } {
  const known = age(surface, time)
  const slices: PlacedSlice[] = []
  const missing: MissingSlice[] = []
  let earlier: SliceInTime | undefined
  for (const expiry of [...new Set(expiries)].sort((a, b) => a - b)) {
    const within = required.has(expiry) ? ANYWHERE : reach
    const found = expiry > time ? place(known, { time, expiry, earlier, reach: within }) : 'expired'
    if (typeof found === 'string') {
      missing.push({ expiry, reason: found })
      continue
    }
    const { at, origin } = found
    const svi = roundSlice(at.svi)
    if (!isSound(svi, { years: (expiry - time) / SECONDS_PER_YEAR, earlier: earlier?.svi })) {
      missing.push({ expiry, reason: 'unfit' })
      continue
    }
    earlier = { ...at, svi }
    slices.push({ expiry, svi, forwardRatio: ratioOf(at), origin })
  }
  return { slices, missing }
}

export declare namespace surfaceAt {
  type Parameters = {
    /** Unix seconds, at or after the surface's. */
    readonly time: number
    readonly expiries: readonly number[]
    readonly reach?: ReachPolicy
    /** Expiries that get a slice however far from quotes. */
    readonly required?: ReadonlySet<number>
  }
}

function age({ time: fittedAt, index, slices }: FittedSurface, time: number): readonly SliceInTime[] {
  return slices.flatMap(({ expiry, svi, forward }) => {
    if (expiry <= time || index === undefined) return []
    const share = Math.min(1, (expiry - time) / (expiry - fittedAt))
    return [{ expiry, svi: scaleSlice(svi, share), lnRatio: lnRatioOf({ forward, index, share }) }]
  })
}

type Place = { readonly at: SliceInTime; readonly origin: PlacedSlice['origin'] }

function place(
  known: readonly SliceInTime[],
  {
    time,
    expiry,
    earlier,
    reach,
  }: { time: number; expiry: number; earlier: SliceInTime | undefined; reach: ReachPolicy },
): Place | MissingReason {
  const exact = known.find((slice) => slice.expiry === expiry)
  if (exact !== undefined) return { at: exact, origin: 'fitted' }
  if (expiry - time < reach.leastSecs) return 'too-near'
  const near = known.findLast((slice) => slice.expiry < expiry)
  const far = known.find((slice) => slice.expiry > expiry)
  if (near !== undefined && far !== undefined) {
    if (far.expiry - near.expiry > reach.betweenSecs) return 'too-far'
    const last = earlier !== undefined && earlier.expiry > near.expiry ? earlier : near
    const svi = bridgeSlice({ near, far, earlier: last, time, expiry })
    if (svi === undefined) return 'unfit'
    const share = (expiry - near.expiry) / (far.expiry - near.expiry)
    const lnRatio = near.lnRatio + share * (far.lnRatio - near.lnRatio)
    return { at: { expiry, svi, lnRatio }, origin: 'between' }
  }
  const end = near ?? far
  if (end === undefined) return 'no-surface'
  if (Math.abs(end.expiry - expiry) > reach.beyondSecs) return 'too-far'
  const share = (expiry - time) / (end.expiry - time)
  return { at: { expiry, svi: scaleSlice(end.svi, share), lnRatio: end.lnRatio * share }, origin: 'beyond' }
}

function isSound(svi: SviSlice, { years, earlier }: { years: number; earlier: SviSlice | undefined }): boolean {
  if (sliceFaults(svi, { years }).length > 0) return false
  return earlier === undefined || calendarFaults({ earlier, later: svi }).length === 0
}
