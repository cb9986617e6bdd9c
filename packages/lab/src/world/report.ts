import { packSlice, sliceFieldFromFloat, wadFromFloat } from '@keel/model'
import type { Deployment, SliceReport } from '@keel/sdk'
import { prepareRelay, surfaceDigest } from '@keel/sdk'
import type { Call } from '../chain/chain.ts'
import type { Cast } from './cast.ts'
import { THRESHOLD } from './cast.ts'
import { MARKET } from './found.ts'
import type { ReportedSlice, SurfaceSource } from './surfaceSource.ts'

/** A signed report, as one call that the keeper relays. */
export async function signReport(
  deployment: Deployment,
  {
    cast,
    slices,
    time,
    spot,
    signers,
  }: {
    cast: Cast
    slices: readonly ReportedSlice[]
    time: number
    spot: bigint
    signers: SurfaceSource['signers']
  },
): Promise<Call> {
  const reports: SliceReport[] = slices.map(({ expiry, svi: { a, b, rho, m, sigma }, forwardRatio }) => {
    const field = sliceFieldFromFloat
    const svi = packSlice({ a: field(a), b: field(b), rho: field(rho), m: field(m), sigma: field(sigma) })
    return {
      market: MARKET,
      expiry,
      reportedAt: time,
      svi,
      forwardRatio: wadFromFloat(forwardRatio),
      spotAtReport: spot,
    }
  })
  const digest = surfaceDigest(deployment, reports)
  const signing = signers === 'all' ? cast.signers : cast.signers.slice(0, THRESHOLD)
  const signatures = await Promise.all(signing.map(({ sign }) => sign(digest)))
  return {
    from: cast.keeper,
    ...prepareRelay(deployment, { reports, signers: signing.map(({ address }) => address), signatures }),
  }
}
