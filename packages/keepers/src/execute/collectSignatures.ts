import { type Deployment, KeelError, type SliceReport, surfaceDigest } from '@keel/sdk'
import { type Address, type Hex, isAddressEqual, recoverAddress } from 'viem'

/** Somebody whose signature the surface oracle counts: on this machine or behind a network, a key or a contract. */
export type ReportSigner = {
  readonly address: Address
  /**
   * A key's signature is checked here, since one wrong one spoils a report. A contract answers for itself on chain (ERC-1271), and
   * a key of this process, `own`, needs no proof.
   */
  readonly kind?: 'key' | 'contract' | 'own'
  /** May refuse by throwing. */
  readonly sign: (digest: Hex, reports: readonly SliceReport[]) => Promise<Hex>
}

/** A report with enough signatures, as `prepareRelay` takes it. */
export type SignedReport = {
  readonly reports: readonly SliceReport[]
  /** Ascending by address. */
  readonly signers: readonly Address[]
  readonly signatures: readonly Hex[]
  /** Who did not sign, and why. */
  readonly absent: readonly { readonly address: Address; readonly why: string }[]
}

/**
 * Asks every signer at once and takes all that answer: more than the threshold lets volatility step further. One that refuses, fails
 * or signs something else is left out with the reason, as a single wrong signature has the whole report refused.
 *
 * @throws NotEnoughSignaturesError below the threshold
 */
export async function collectSignatures(
  deployment: Deployment,
  { reports, signers, threshold }: collectSignatures.Parameters,
): Promise<SignedReport> {
  const digest = surfaceDigest(deployment, reports)
  const answers = await Promise.all(signers.map((signer) => ask(signer, { digest, reports })))
  const absent = answers.filter((answer) => 'why' in answer)
  const signed = answers.filter((answer) => 'signature' in answer)
  signed.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1))
  const distinct = signed.filter(({ address }, i) => i === 0 || !isAddressEqual(address, signed[i - 1]!.address))
  if (distinct.length < threshold) throw new NotEnoughSignaturesError({ have: distinct.length, threshold, absent })
  return {
    reports,
    signers: distinct.map(({ address }) => address),
    signatures: distinct.map(({ signature }) => signature),
    absent,
  }
}

export declare namespace collectSignatures {
  type Parameters = {
    readonly reports: readonly SliceReport[]
    readonly signers: readonly ReportSigner[]
    /** Signatures the contract wants at least. */
    readonly threshold: number
  }
  type ErrorType = NotEnoughSignaturesError
}

export class NotEnoughSignaturesError extends KeelError {
  override readonly name = 'Surface.NotEnoughSignaturesError'
  override readonly retryable = true
  constructor({ have, threshold, absent }: { have: number; threshold: number; absent: SignedReport['absent'] }) {
    const reasons = absent.map(({ address, why }) => `${address}: ${why}`).join('; ')
    super(
      `${have} of ${threshold} signatures. Reach or replace the signers that are missing (${reasons || 'none asked'}).`,
    )
  }
}

type Answer =
  | { readonly address: Address; readonly signature: Hex }
  | { readonly address: Address; readonly why: string }

async function ask(
  { address, kind = 'key', sign }: ReportSigner,
  { digest, reports }: { digest: Hex; reports: readonly SliceReport[] },
): Promise<Answer> {
  try {
    const signature = await sign(digest, reports)
    if (kind !== 'key') return { address, signature }
    const recovered = await recoverAddress({ hash: digest, signature })
    return isAddressEqual(recovered, address) ? { address, signature } : { address, why: `signed as ${recovered}` }
  } catch (error) {
    return { address, why: error instanceof Error ? error.message : String(error) }
  }
}
