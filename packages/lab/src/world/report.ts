import type { TrailingVolatility } from '@keel/keepers'
import { trailingSlice } from '@keel/keepers'
import { packSlice, sliceFieldFromFloat } from '@keel/model'
import type { Deployment, SliceReport } from '@keel/sdk'
import { prepareRelay, surfaceDigest } from '@keel/sdk'
import type { Call } from '../chain/chain.ts'
import type { Cast } from './cast.ts'
import { MARKET } from './found.ts'

const WAD = 10n ** 18n

/** Gives the volatility surface at a time: what the signers would see. */
export type SurfaceSource = (input: { readonly time: number; readonly expiry: number }) => {
  readonly svi: {
    readonly a: number
    readonly b: number
    readonly rho: number
    readonly m: number
    readonly sigma: number
  }
}

/** A surface made of two trailing volatilities. */
export function trailingSource(volatilityAt: (time: number) => TrailingVolatility): SurfaceSource {
  return ({ time, expiry }) => ({ svi: trailingSlice(volatilityAt(time), { tauSecs: expiry - time }) })
}

/** A signed report of every expiry, as one call that the keeper relays. */
export async function signReport(
  deployment: Deployment,
  {
    cast,
    source,
    time,
    spot,
    expiries,
  }: { cast: Cast; source: SurfaceSource; time: number; spot: bigint; expiries: readonly number[] },
): Promise<Call> {
  const reports: SliceReport[] = expiries.map((expiry) => {
    const { a, b, rho, m, sigma } = source({ time, expiry }).svi
    const field = sliceFieldFromFloat
    const svi = packSlice({ a: field(a), b: field(b), rho: field(rho), m: field(m), sigma: field(sigma) })
    return { market: MARKET, expiry, reportedAt: time, svi, forwardRatio: WAD, spotAtReport: spot }
  })
  const digest = surfaceDigest(deployment, reports)
  const signatures = await Promise.all(cast.signers.map(({ sign }) => sign(digest)))
  const signers = cast.signers.map(({ address }) => address)
  return { from: cast.keeper, ...prepareRelay(deployment, { reports, signers, signatures }) }
}
