import { wadToFloat } from '@keel/model'
import { SECONDS_PER_YEAR, type SviSlice, sviVolatility } from '@keel/quant'
import type { SliceReport } from '@keel/sdk'
import { unpackFloats } from '../surface/contractSlice.ts'
import type { FittedSurface } from '../surface/fittedSurface.ts'
import { REACH_POLICY, type ReachPolicy, surfaceAt } from '../surface/surfaceAt.ts'

/** How far a report may be from what a signer sees by itself. */
export type ReviewPolicy = {
  /** Volatility, at the money and one deviation to both sides. */
  readonly mostVolatility: number
  /** Share, of forward ratio and of spot. */
  readonly mostRatio: number
  readonly mostSpot: number
  /** Seconds between the report and the signer's own quotes. */
  readonly mostApartSecs: number
  readonly reach: ReachPolicy
}

export const REVIEW_POLICY: ReviewPolicy = {
  mostVolatility: 0.02,
  mostRatio: 0.003,
  mostSpot: 0.005,
  mostApartSecs: 30,
  reach: REACH_POLICY,
}

/**
 * What a signer with a feed of its own has against a report somebody proposes; empty when it may sign. Pure.
 *
 * This is what makes k of n worth more than one: a signer that signs what it is shown adds a key and no eyes.
 */
export function reviewReport(
  reports: readonly SliceReport[],
  { market, own, policy = REVIEW_POLICY }: reviewReport.Parameters,
): readonly string[] {
  const objections: string[] = []
  const reportedAt = reports[0]?.reportedAt
  if (reportedAt === undefined) return ['the report is empty']
  if (Math.abs(reportedAt - own.time) > policy.mostApartSecs)
    return [`reported at ${reportedAt}, own quotes at ${own.time}`]
  const expiries = reports.map(({ expiry }) => expiry)
  const seen = surfaceAt(own, { time: Math.max(own.time, reportedAt), expiries, reach: policy.reach })
  for (const report of reports) {
    const mine = seen.slices.find(({ expiry }) => expiry === report.expiry)
    const object = (what: string): void => void objections.push(`${report.expiry}: ${what}`)
    if (report.market !== market) object(`market ${report.market}, not ${market}`)
    if (report.reportedAt !== reportedAt) object(`reported at ${report.reportedAt}, others at ${reportedAt}`)
    const spot = wadToFloat(report.spotAtReport)
    if (!(Math.abs(spot / (own.index ?? Number.NaN) - 1) <= policy.mostSpot)) object(`spot ${spot}, own ${own.index}`)
    if (mine === undefined) {
      object('no slice of its own to compare with')
      continue
    }
    const ratio = wadToFloat(report.forwardRatio)
    if (!(Math.abs(ratio / mine.forwardRatio - 1) <= policy.mostRatio))
      object(`forward ratio ${ratio}, own ${mine.forwardRatio}`)
    const gap = widestGap(unpackFloats(report.svi), {
      mine: mine.svi,
      years: (report.expiry - reportedAt) / SECONDS_PER_YEAR,
    })
    if (!(gap <= policy.mostVolatility)) object(`volatility ${(100 * gap).toFixed(2)} points from its own`)
  }
  return objections
}

export declare namespace reviewReport {
  type Parameters = {
    readonly market: number
    /** The surface this signer fitted from its own feed. */
    readonly own: FittedSurface
    readonly policy?: ReviewPolicy
  }
}

function widestGap(theirs: SviSlice, { mine, years }: { mine: SviSlice; years: number }): number {
  const deviation = sviVolatility(mine, { k: 0, years }) * Math.sqrt(years)
  const gaps = [-1, 0, 1].map((z) => {
    const at = { k: z * deviation, years }
    return Math.abs(sviVolatility(theirs, at) - sviVolatility(mine, at))
  })
  return Math.max(...gaps)
}
