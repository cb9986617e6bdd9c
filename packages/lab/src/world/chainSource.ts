import type { FittedSurface, HeldSlice, PlacedSlice, TrailingVolatility } from '@keel/keepers'
import { fitSurface, stepToward, surfaceAt, trailingSlice } from '@keel/keepers'
import type { SviSlice } from '@keel/quant'
import { calendarFaults, SECONDS_PER_YEAR, sliceFaults, sviTotalVariance } from '@keel/quant'
import type { MarkedSnapshot } from '../optionChain/snapshots.ts'
import type { ReportedSlice, SurfaceSource } from './surfaceSource.ts'
import { trailingSource } from './surfaceSource.ts'
import type { VolTrail } from './volTrail.ts'
import { pushVolatility, referenceOf } from './volTrail.ts'

/** Why a whole report was made of trailing volatilities although a chain was given. */
export type TrailingReason = 'before the first snapshot' | 'snapshot too old' | 'nothing fitted' | 'would cross'

/** Where the slices of a run came from. */
export type ChainUse = {
  readonly snapshots: { readonly given: number; readonly used: number }
  /** Reports made of the chain alone, of chain and trailing volatilities, of these alone. */
  readonly reports: { readonly chain: number; readonly mixed: number; readonly trailing: number }
  /** Of the last: why. */
  readonly trailingReasons: Readonly<Record<string, number>>
  readonly slices: {
    readonly fitted: number
    readonly between: number
    readonly beyond: number
    readonly trailing: number
  }
  readonly steps: {
    /** Reports that went less than the whole way, because the contract's limit was nearer. */
    readonly held: number
    /** The most a report stayed away from what it was to say at the money, vol points. */
    readonly mostHeldBack: number
    /** Expiries in which the contract stopped opening. */
    readonly stopped: number
  }
  /** Expiries of the snapshots used that got no slice, by reason. */
  readonly refused: Readonly<Record<string, number>>
}

export type ChainSource = SurfaceSource & {
  readonly use: () => ChainUse
  /** Seconds since the snapshot that the newest report rests on; NaN when it rests on none, or is over two hours old. */
  readonly ageAt: (time: number) => number
}

const IN_USE = 2 * 3_600

type Source = { readonly slices: readonly Sourced[]; readonly snapshot: number } | TrailingReason
type Sourced = ReportedSlice & { readonly origin: PlacedSlice['origin'] | 'trailing' }

/**
 * The surface of a recorded chain: at any time the newest snapshot not after it, fitted as the keepers fit, its volatilities carried
 * to now and to the expiries asked for. Where that snapshot is older than `maxAgeSecs`, or says nothing of an expiry, trailing
 * volatilities stand in. No more signers sign than must, so the contract's step limit holds, and what lies beyond it is approached.
 */
export function chainSource({
  snapshots,
  maxAgeSecs,
  maxStep,
  volatilityAt,
}: {
  /** Ascending in time. */
  readonly snapshots: readonly MarkedSnapshot[]
  readonly maxAgeSecs: number
  /** The contract's limit, in volatility. */
  readonly maxStep: number
  readonly volatilityAt: (time: number) => TrailingVolatility
}): ChainSource {
  const trailing = trailingSource(volatilityAt)
  const fitted = new Map<number, FittedSurface>()
  const held = new Map<number, { slice: ReportedSlice & { reportedAt: number }; trail: VolTrail }>()
  const reports = { chain: 0, mixed: 0, trailing: 0 }
  const slices = { fitted: 0, between: 0, beyond: 0, trailing: 0 }
  const trailingReasons: Record<string, number> = {}
  const refused: Record<string, number> = {}
  const steps = { held: 0, mostHeldBack: 0, stopped: 0 }
  let newest = Number.NaN
  let reportedAt = Number.NEGATIVE_INFINITY

  function surfaceBefore(time: number): FittedSurface | TrailingReason {
    const snapshot = snapshots.findLast((each) => each.time <= time)
    if (snapshot === undefined) return 'before the first snapshot'
    if (time - snapshot.time > maxAgeSecs) return 'snapshot too old'
    const known = fitted.get(snapshot.time)
    if (known) return known
    const surface = fitSurface(snapshot)
    fitted.set(snapshot.time, surface)
    for (const { reason } of surface.refused) refused[reason] = (refused[reason] ?? 0) + 1
    return surface
  }

  function sourced(time: number, expiries: readonly number[]): Source {
    const surface = surfaceBefore(time)
    if (typeof surface === 'string') return surface
    const found = new Map(surfaceAt(surface, { time, expiries }).slices.map((slice) => [slice.expiry, slice]))
    if (found.size === 0) return 'nothing fitted'
    const all = [...expiries]
      .sort((a, b) => a - b)
      .map((expiry): Sourced => {
        const svi = () => trailingSlice(volatilityAt(time), { tauSecs: expiry - time })
        return found.get(expiry) ?? { expiry, svi: svi(), forwardRatio: 1, origin: 'trailing' }
      })
    return isSound(all, time) ? { slices: all, snapshot: surface.time } : 'would cross'
  }

  function slicesAt(time: number, expiries: readonly number[]): readonly ReportedSlice[] {
    const source = sourced(time, expiries)
    const target: readonly Sourced[] =
      typeof source === 'string'
        ? trailing.slicesAt(time, expiries).map((slice) => ({ ...slice, origin: 'trailing' as const }))
        : source.slices
    const inForce = new Map([...held].map(([expiry, each]) => [expiry, heldSlice(each, time)]))
    const step = stepToward({ time, target, held: inForce, maxStep })

    if (typeof source === 'string') trailingReasons[source] = (trailingReasons[source] ?? 0) + 1
    newest = typeof source === 'string' ? Number.NaN : source.snapshot
    reportedAt = time
    for (const { origin } of step.slices) slices[origin]++
    const fromTrailing = target.filter(({ origin }) => origin === 'trailing').length
    reports[fromTrailing === 0 ? 'chain' : fromTrailing < target.length ? 'mixed' : 'trailing']++
    if (step.share < 1) {
      steps.held++
      steps.mostHeldBack = Math.max(
        steps.mostHeldBack,
        ...step.slices.map((slice) => heldBack(slice, { target, time })),
      )
    }
    return step.slices
  }

  return {
    slicesAt,
    varianceTo: (time, expiry) => {
      const surface = surfaceBefore(time)
      const [slice] = typeof surface === 'string' ? [] : surfaceAt(surface, { time, expiries: [expiry] }).slices
      return slice ? sviTotalVariance(slice.svi, 0) : trailing.varianceTo(time, expiry)
    },
    signers: 'enough',
    inForce: (slice) => {
      const { expiry, svi, reportedAt } = slice
      const trail = held.get(expiry)?.trail ?? []
      const volatility = atTheMoney(svi, expiry - reportedAt)
      held.set(expiry, { slice, trail: pushVolatility(trail, { time: reportedAt, volatility }) })
      for (const past of held.keys()) if (past <= reportedAt) held.delete(past)
    },
    stopped: () => {
      steps.stopped++
    },
    use: () => ({
      snapshots: { given: snapshots.length, used: fitted.size },
      reports,
      trailingReasons,
      slices,
      steps,
      refused,
    }),
    ageAt: (time) => (time - reportedAt <= IN_USE ? time - newest : Number.NaN),
  }
}

function heldSlice(
  { slice: { svi, reportedAt }, trail }: { slice: { svi: SviSlice; reportedAt: number }; trail: VolTrail },
  time: number,
): HeldSlice {
  return { svi, reportedAt, reference: referenceOf(trail, time) }
}

function isSound(slices: readonly ReportedSlice[], time: number): boolean {
  return slices.every(({ expiry, svi }, i) => {
    const earlier = slices[i - 1]?.svi
    const years = (expiry - time) / SECONDS_PER_YEAR
    if (sliceFaults(svi, { years }).length > 0) return false
    return earlier === undefined || calendarFaults({ earlier, later: svi }).length === 0
  })
}

function heldBack(
  { expiry, svi }: ReportedSlice,
  { target, time }: { target: readonly ReportedSlice[]; time: number },
): number {
  const wanted = target.find((slice) => slice.expiry === expiry)!
  return 100 * Math.abs(atTheMoney(svi, expiry - time) - atTheMoney(wanted.svi, expiry - time))
}

function atTheMoney(svi: SviSlice, tauSecs: number): number {
  return Math.sqrt((sviTotalVariance(svi, 0) * SECONDS_PER_YEAR) / tauSecs)
}
