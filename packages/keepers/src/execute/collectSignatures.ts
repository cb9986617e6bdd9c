import { type Deployment, KeelError, type PreparedCall, prepareRelay, type SliceReport, surfaceDigest } from '@keel/sdk'
import { type Address, getAddress, type Hex, isAddressEqual, recoverAddress } from 'viem'
import { type Clock, systemClock } from '../time/clock.ts'
import { withTimeout } from '../time/withTimeout.ts'

/** Somebody whose signature the surface oracle counts: on this machine or behind a network, a key or a contract. */
export type ReportSigner = {
  readonly address: Address
  /**
   * A key's signature is checked here, since one wrong one spoils a report. A contract answers for itself on chain (ERC-1271), and
   * a key of this process, `own`, needs neither proof nor patience.
   */
  readonly kind?: 'key' | 'contract' | 'own'
  /** May refuse by throwing. */
  readonly sign: (digest: Hex, reports: readonly SliceReport[]) => Promise<Hex>
}

/** A report for the oracle of one chain, with enough signatures. */
export type CollectedReport = {
  readonly chainId: number
  readonly surfaceOracle: Address
  readonly reports: readonly SliceReport[]
  /** Ascending by address. */
  readonly signatures: readonly { readonly signer: Address; readonly signature: Hex }[]
  /** Who did not sign, and why. */
  readonly absent: readonly { readonly signer: Address; readonly why: string }[]
}

/** A signer that is slower is done without: the contract takes reports a minute old. */
const SLOWEST_MS = 10_000

/**
 * Asks every signer at once and takes all that answer: more than the threshold lets volatility step further. One that refuses, fails,
 * stays silent or signs something else is left out with the reason, as a single wrong signature has the whole report refused.
 *
 * @throws NotEnoughSignaturesError below the threshold
 */
export async function collectSignatures(
  deployment: Deployment,
  { reports, signers, threshold, clock = systemClock }: collectSignatures.Parameters,
): Promise<CollectedReport> {
  const { chainId, contracts } = deployment
  const digest = surfaceDigest(deployment, reports)
  const answers = await Promise.all(signers.map((signer) => ask(signer, { digest, reports, clock })))
  const absent = answers.filter((answer) => 'why' in answer)
  const signed = answers.filter((answer) => 'signature' in answer)
  signed.sort((a, b) => (BigInt(a.signer) < BigInt(b.signer) ? -1 : 1))
  const signatures = signed.filter(({ signer }, i) => i === 0 || signer !== signed[i - 1]!.signer)
  if (signatures.length < threshold) throw new NotEnoughSignaturesError({ have: signatures.length, threshold, absent })
  return { chainId, surfaceOracle: contracts.surfaceOracle, reports, signatures, absent }
}

export declare namespace collectSignatures {
  type Parameters = {
    readonly reports: readonly SliceReport[]
    readonly signers: readonly ReportSigner[]
    /** Signatures the contract wants at least. */
    readonly threshold: number
    readonly clock?: Clock
  }
  type ErrorType = NotEnoughSignaturesError
}

/** The call that relays a collected report; anybody may send it. */
export function prepareCollected(deployment: Deployment, { reports, signatures }: CollectedReport): PreparedCall {
  return prepareRelay(deployment, {
    reports,
    signers: signatures.map(({ signer }) => signer),
    signatures: signatures.map(({ signature }) => signature),
  })
}

export class NotEnoughSignaturesError extends KeelError {
  override readonly name = 'Surface.NotEnoughSignaturesError'
  override readonly retryable = true
  constructor({ have, threshold, absent }: { have: number; threshold: number; absent: CollectedReport['absent'] }) {
    const reasons = absent.map(({ signer, why }) => `${signer}: ${why}`).join('; ')
    super(
      `${have} of ${threshold} signatures. Reach or replace the signers that are missing (${reasons || 'none asked'}).`,
    )
  }
}

class SlowSignerError extends KeelError {
  override readonly name = 'Surface.SlowSignerError'
  override readonly retryable = true
  constructor() {
    super(`no answer within ${SLOWEST_MS} ms`)
  }
}

type Answer = CollectedReport['signatures'][number] | CollectedReport['absent'][number]
type Asked = { readonly digest: Hex; readonly reports: readonly SliceReport[]; readonly clock: Clock }

async function ask({ address, kind = 'key', sign }: ReportSigner, { digest, reports, clock }: Asked): Promise<Answer> {
  const signer = getAddress(address)
  try {
    if (kind === 'own') return { signer, signature: await sign(digest, reports) }
    const late = (): Error => new SlowSignerError()
    const signature = await withTimeout(() => sign(digest, reports), { ms: SLOWEST_MS, clock, late })
    if (kind === 'contract') return { signer, signature }
    const recovered = await recoverAddress({ hash: digest, signature })
    return isAddressEqual(recovered, signer) ? { signer, signature } : { signer, why: `signed as ${recovered}` }
  } catch (error) {
    return { signer, why: error instanceof Error ? error.message : String(error) }
  }
}
