import type { Address, Hex } from 'viem'
import { getAddress } from 'viem'
import type { SliceReport } from '../calls/keeping.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { surfaceDigest } from './surfaceDigest.ts'

export type ReportSignature = { readonly signer: Address; readonly signature: Hex }

/** Slices of one market and signatures over all of them together, for the oracle of one chain. */
export type SignedReport = {
  readonly chainId: number
  readonly surfaceOracle: Address
  /** Ascending by expiry. */
  readonly reports: readonly SliceReport[]
  readonly signatures: readonly ReportSignature[]
}

/** A key that signs reports: viem's `privateKeyToAccount` is one, through `surfaceSigner`. */
export type SurfaceSigner = { readonly address: Address; readonly sign: (digest: Hex) => Promise<Hex> }

/** A viem account as a signer of reports. */
export function surfaceSigner(account: {
  readonly address: Address
  readonly sign: (parameters: { hash: Hex }) => Promise<Hex>
}): SurfaceSigner {
  return { address: account.address, sign: (hash) => account.sign({ hash }) }
}

/** The same slices for a deployment, with the signature of each signer added; one it has already is made anew. */
export async function signReport(
  deployment: Deployment,
  { reports, signatures = [], signers }: signReport.Parameters,
): Promise<SignedReport> {
  const digest = surfaceDigest(deployment, reports)
  const own = await Promise.all(
    signers.map(async ({ address, sign }) => ({ signer: getAddress(address), signature: await sign(digest) })),
  )
  const kept = signatures.filter(({ signer }) => own.every((each) => each.signer !== getAddress(signer)))
  const { chainId, contracts } = deployment
  return { chainId, surfaceOracle: contracts.surfaceOracle, reports, signatures: inOrder([...kept, ...own]) }
}

export declare namespace signReport {
  type Parameters = {
    readonly reports: readonly SliceReport[]
    readonly signatures?: readonly ReportSignature[]
    readonly signers: readonly SurfaceSigner[]
  }
}

/** As the oracle wants signatures: ascending by address. */
export function inOrder(signatures: readonly ReportSignature[]): readonly ReportSignature[] {
  return signatures.toSorted((a, b) => (BigInt(a.signer) < BigInt(b.signer) ? -1 : 1))
}
