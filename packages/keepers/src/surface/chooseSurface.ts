import { calendarFaults, exp, logRatio, sliceFaults, sviTotalVariance, yearsBetween } from '@keel/quant'
import { roundSlice, type SliceInForce } from './contractSlice.ts'
import { findCrossed } from './findCrossed.ts'
import type { FittedSurface } from './fittedSurface.ts'
import { impliedLevel, moveLevel } from './impliedLevel.ts'
import { type MissingSlice, type PlacedSlice, REACH_POLICY, type ReachPolicy, surfaceAt } from './surfaceAt.ts'
import { trailingSlice } from './trailingSurface.ts'
import type { TrailingVolatility } from './trailingVolatility.ts'

/** When which surface is reported. Seconds unless said. */
export type SurfacePolicy = {
  /** Quotes older than this are no news: the contract takes reports a minute old, and a relay takes time. */
  readonly freshSecs: number
  /** The chain's clock may be behind the quotes by this much. */
  readonly aheadSecs: number
  /** Share by which the venue's index may differ from the oracle's spot. Not above `reportMove`, or one report asks for the next. */
  readonly mostSpotGap: number
  /** Without fresh quotes the volatilities in force are moved with the spot's own, once they are this old… */
  readonly fallbackAfterSecs: number
  /** …and no longer than this after the last good quotes. Zero: never. */
  readonly fallbackUntilSecs: number
  readonly reach: ReachPolicy
}

export const SURFACE_POLICY: SurfacePolicy = {
  freshSecs: 45,
  aheadSecs: 15,
  mostSpotGap: 0.01,
  fallbackAfterSecs: 90 * 60,
  fallbackUntilSecs: 24 * 3600,
  reach: REACH_POLICY,
}

/** A slice to report; `trailing` rests on no quotes. */
export type ChosenSlice = Omit<PlacedSlice, 'origin'> & { readonly origin: PlacedSlice['origin'] | 'trailing' }

/** What to report, or why nothing. */
export type SurfaceChoice = ChosenSurface | RefusedSurface
export type ChosenSurface = {
  readonly source: 'fitted' | 'trailing'
  /** Unix seconds, of the quotes or of the last close. */
  readonly reportedAt: number
  /** Quote currency per coin: what the slices were made at. */
  readonly spot: number
  readonly slices: readonly ChosenSlice[]
  /** Expiries asked for that are not reported, each with its reason. The contract lets them age. */
  readonly missing: readonly MissingSlice[]
}
export type RefusedSurface = {
  readonly source: 'none'
  readonly reason:
    | 'no-quotes'
    | 'feed-ahead'
    | 'spot-gap'
    | 'no-slices'
    | 'no-level'
    | 'fallback-over'
    | 'crossing'
    | 'not-due'
  /** The evidence, for a log. */
  readonly detail: string
}

/**
 * Chooses the surface to report.
 *
 * Fresh quotes are reported as fitted. Where they say nothing of any expiry asked for, nothing is reported until the slices in force
 * are old, since these still hold, widened by age on chain. After that their level is moved by what realised volatility did since, in
 * the fixed shape of the trailing surface, for a limited time. Where that is not possible either, nothing is reported with the reason, and the contract stops
 * opening by itself when its slices get too old.
 *
 * A slice in force that is not reported anew and would cross its reported neighbours has the whole report refused, so it is replaced by
 * what the surface has between or beyond its quotes, however far from them.
 *
 * Needs no memory: how old things are is read off the chain and the feed.
 */
export function chooseSurface(input: chooseSurface.Parameters): SurfaceChoice {
  const { time, fitted, policy = SURFACE_POLICY } = input
  const fresh = fitted !== undefined && time - fitted.time <= policy.freshSecs
  const choice = fresh ? chooseFitted(fitted, { ...input, policy }) : undefined
  return choice ?? chooseTrailing({ ...input, policy })
}

export declare namespace chooseSurface {
  type Parameters = {
    /** The chain's clock, Unix seconds. */
    readonly time: number
    /** The oracle's mark, quote currency per coin. */
    readonly spot: number
    /** Expiries to report. */
    readonly expiries: readonly number[]
    /** The newest surface fitted, however old. */
    readonly fitted?: FittedSurface | undefined
    /** When the feed last gave usable quotes, or when this keeper began, Unix seconds. */
    readonly feedGoodAt: number
    /** Every slice in force, also of expiries not asked for: the contract checks a report against its neighbours. */
    readonly inForce: readonly SliceInForce[]
    /** Trailing volatilities as of a time, from closes not after it. */
    readonly trailingAt?: ((time: number) => TrailingVolatility | undefined) | undefined
    readonly policy?: SurfacePolicy
  }
}

type Input = chooseSurface.Parameters & { readonly policy: SurfacePolicy }

const none = (reason: RefusedSurface['reason'], detail: string): RefusedSurface => ({ source: 'none', reason, detail })

/** `undefined` when the quotes say nothing of any expiry asked for. */
function chooseFitted(
  fitted: FittedSurface,
  { time, spot, expiries, inForce, policy }: Input,
): SurfaceChoice | undefined {
  const { index } = fitted
  const reportedAt = Math.min(time, fitted.time)
  const place = (required: ReadonlySet<number>) =>
    surfaceAt(fitted, { time: reportedAt, expiries: [...expiries, ...required], reach: policy.reach, required })
  if (index === undefined || place(new Set()).slices.length === 0) return undefined
  if (fitted.time - time > policy.aheadSecs)
    return none('feed-ahead', `quotes ${fitted.time - time} s ahead of the chain’s clock`)
  const gap = Math.abs(spot / index - 1)
  if (!(gap <= policy.mostSpotGap)) return none('spot-gap', `venue’s index ${index}, oracle’s spot ${spot}`)
  const placed = replaceCrossed(place, { standing: inForce, time })
  if (placed === undefined) return none('crossing', 'slices in force cross what the quotes say')
  return { source: 'fitted', reportedAt, spot: index, ...placed }
}

function chooseTrailing(input: Input): SurfaceChoice {
  const { time, spot, expiries, feedGoodAt, inForce, policy } = input
  const newest = Math.max(...inForce.map(({ reportedAt }) => reportedAt))
  if (time - newest < policy.fallbackAfterSecs)
    return none('no-quotes', `last good quotes ${time - feedGoodAt} s ago, slices in force ${time - newest} s old`)
  if (time - feedGoodAt > policy.fallbackUntilSecs)
    return none('fallback-over', `last good quotes ${time - feedGoodAt} s ago, at most ${policy.fallbackUntilSecs}`)
  const level = movedLevel(input, newest)
  if (typeof level === 'string') return none('no-level', level)
  const place = (required: ReadonlySet<number>) => {
    const asked = [...new Set([...expiries, ...required])].filter((expiry) => expiry > time)
    return {
      slices: asked.sort((a, b) => a - b).map((expiry) => trailingAt(level, { expiry, time, inForce })),
      missing: [],
    }
  }
  const placed = replaceCrossed(place, { standing: inForce, time })
  if (placed === undefined) return none('crossing', 'slices in force cross the trailing surface')
  const sound = placed.slices.every(({ expiry, svi }, i) => {
    const earlier = placed.slices[i - 1]?.svi
    const years = yearsBetween(time, expiry)
    return (
      sliceFaults(svi, { years }).length === 0 && (!earlier || calendarFaults({ earlier, later: svi }).length === 0)
    )
  })
  if (placed.slices.length === 0 || !sound)
    return none('no-slices', 'the trailing surface has none that passes the checks')
  return { source: 'trailing', reportedAt: time, spot, ...placed }
}

type Placed = Pick<ChosenSurface, 'slices' | 'missing'>

/** Places slices with more and more of those in force replaced, until none that stays crosses its neighbours. */
function replaceCrossed(
  place: (required: ReadonlySet<number>) => Placed,
  { standing, time }: { standing: readonly SliceInForce[]; time: number },
): Placed | undefined {
  const required = new Set<number>()
  for (;;) {
    const placed = place(required)
    const crossed = findCrossed(placed.slices, { standing, time })
    if (crossed.length === 0) return placed
    if (crossed.every((expiry) => required.has(expiry))) return undefined
    for (const expiry of crossed) required.add(expiry)
  }
}

/** The level of the newest slices in force, moved to now; or why there is none. */
function movedLevel({ time, inForce, trailingAt }: Input, newest: number): TrailingVolatility | string {
  const points = inForce
    .filter(({ reportedAt }) => reportedAt === newest)
    .map(({ expiry, svi }) => ({ tauSecs: expiry - newest, variance: sviTotalVariance(svi, 0) }))
  const level = impliedLevel(points)
  if (level === undefined) return 'no slice was ever reported to take a level from'
  const [before, now] = [trailingAt?.(newest), trailingAt?.(time)]
  if (before === undefined || now === undefined) return 'no closes to take realised volatility from'
  return moveLevel(level, { before, now })
}

function trailingAt(
  level: TrailingVolatility,
  { expiry, time, inForce }: { expiry: number; time: number; inForce: readonly SliceInForce[] },
): ChosenSlice {
  const svi = roundSlice(trailingSlice(level, { tauSecs: expiry - time }))
  const held = inForce.find((slice) => slice.expiry === expiry)
  return { expiry, svi, forwardRatio: carriedRatio(held, time), origin: 'trailing' }
}

/** Carry runs off evenly; an expiry that has no slice has none. */
function carriedRatio(slice: SliceInForce | undefined, time: number): number {
  if (slice === undefined) return 1
  const { expiry, reportedAt, forwardRatio } = slice
  return exp((logRatio(forwardRatio, 1) * (expiry - time)) / (expiry - reportedAt))
}
