import { collectSignatures, packReport, prepareCollected } from '@keel/keepers'
import type { Deployment } from '@keel/sdk'
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
  const reports = packReport(slices, { market: MARKET, reportedAt: time, spotAtReport: spot })
  const signing = signers === 'all' ? cast.signers : cast.signers.slice(0, THRESHOLD)
  const own = signing.map((signer) => ({ ...signer, kind: 'own' as const }))
  const signed = await collectSignatures(deployment, { reports, signers: own, threshold: THRESHOLD })
  return { from: cast.keeper, ...prepareCollected(deployment, signed) }
}
