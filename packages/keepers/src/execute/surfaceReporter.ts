import { wadFromFloat } from '@keel/model'
import type { Deployment, PreparedCall } from '@keel/sdk'
import type { ChainReading } from '../deribit/chainOfRows.ts'
import { FeedError } from '../deribit/errors.ts'
import type { ChainFeed } from '../deribit/feed.ts'
import { type ChosenSurface, chooseSurface, type RefusedSurface, type SurfacePolicy } from '../surface/chooseSurface.ts'
import type { SliceInForce } from '../surface/contractSlice.ts'
import { FIT_POLICY, type FitPolicy, type FittedSurface, fitSurface } from '../surface/fittedSurface.ts'
import type { TrailingVolatility } from '../surface/trailingVolatility.ts'
import { type CollectedReport, collectSignatures, prepareCollected, type ReportSigner } from './collectSignatures.ts'
import { packReport } from './packReport.ts'

/** What came of one attempt to report. */
export type ReportOutcome = {
  /** What to relay, and the surface in it. */
  readonly report?: { readonly call: PreparedCall; readonly chosen: ChosenSurface; readonly signed: CollectedReport }
  /** Why there is nothing to relay. */
  readonly refused?: RefusedSurface
  /** The fit of this attempt, with all that was left out of it. */
  readonly fitted?: FittedSurface
  readonly reading?: ChainReading
  /** Why there is no fit of this attempt. */
  readonly feedError?: FeedError
}

/** Carries out `report` intents: reads the feed, fits, chooses, has it signed. */
export type SurfaceReporter = {
  /**
   * @throws NotEnoughSignaturesError; the signal's reason when aborted. Faults of the feed are in the outcome.
   */
  prepare(situation: SurfaceReporter.Situation): Promise<ReportOutcome>
}

export declare namespace SurfaceReporter {
  type Situation = {
    /** The chain's clock, Unix seconds. */
    readonly time: number
    /** The oracle's mark, quote currency per coin. */
    readonly spot: number
    /** Of the intent. */
    readonly expiries: readonly number[]
    readonly inForce: readonly SliceInForce[]
    readonly trailingAt?: ((time: number) => TrailingVolatility | undefined) | undefined
    /** Whether a report of these expiries alone is called for, as `isReportDue` says. Default: always. */
    readonly isDue?: ((expiries: readonly number[]) => boolean) | undefined
    readonly signal?: AbortSignal | undefined
  }
}

/** Remembers only when the feed was last good. Each fit stands alone, so that every signer gets the same of the same quotes. */
export function createSurfaceReporter(options: createSurfaceReporter.Parameters): SurfaceReporter {
  const { deployment, market, feed, signers, threshold, fitPolicy = FIT_POLICY } = options
  let goodAt: number | undefined

  return {
    async prepare({ time, spot, expiries, inForce, trailingAt, isDue = () => true, signal }) {
      goodAt ??= time
      const attempt = await fit(signal)
      const { fitted } = attempt
      if (fitted !== undefined && fitted.slices.length > 0) goodAt = Math.min(time, fitted.time)
      const policy = options.surfacePolicy && { policy: options.surfacePolicy }
      const chosen = chooseSurface({ time, spot, expiries, fitted, feedGoodAt: goodAt, inForce, trailingAt, ...policy })
      if (chosen.source === 'none') return { ...attempt, refused: chosen }
      const { slices, reportedAt } = chosen
      if (!isDue(slices.map(({ expiry }) => expiry))) return { ...attempt, refused: notDue(chosen) }
      const reports = packReport(slices, { market, reportedAt, spotAtReport: wadFromFloat(chosen.spot) })
      const signed = await collectSignatures(deployment, { reports, signers, threshold })
      return { ...attempt, report: { call: prepareCollected(deployment, signed), chosen, signed } }
    },
  }

  async function fit(signal: AbortSignal | undefined): Promise<ReportOutcome> {
    try {
      const reading = await feed.read(signal)
      const { snapshot, expectedRows } = reading
      return { reading, fitted: fitSurface(snapshot, { policy: fitPolicy, expectedRows }) }
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      return { feedError: error }
    }
  }
}

export declare namespace createSurfaceReporter {
  type Parameters = {
    readonly deployment: Deployment
    readonly market: number
    readonly feed: ChainFeed
    readonly signers: readonly ReportSigner[]
    readonly threshold: number
    readonly fitPolicy?: FitPolicy
    readonly surfacePolicy?: SurfacePolicy
  }
}

function notDue({ missing }: ChosenSurface): RefusedSurface {
  const detail = `what is due cannot be reported: ${missing.map(({ expiry, reason }) => `${expiry} ${reason}`).join(', ')}`
  return { source: 'none', reason: 'not-due', detail }
}
