import type { Address, Hex } from 'viem'
import { getAddress, isAddressEqual } from 'viem'
import type { SliceReport } from '../calls/keeping.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { ReportFault } from '../errors/surface.ts'
import { ReportRefusedError } from '../errors/surface.ts'
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

/** Slices for a deployment's oracle, not signed yet. */
export function unsignedReport({ chainId, contracts }: Deployment, reports: readonly SliceReport[]): SignedReport {
  return { chainId, surfaceOracle: contracts.surfaceOracle, reports, signatures: [] }
}

/**
 * A report with the signature of each signer added; one it has already is made anew. Error: ReportRefused, where it was
 * made for another chain or oracle.
 */
export async function signReport(
  deployment: Deployment,
  { report, signers }: signReport.Parameters,
): Promise<SignedReport> {
  const faults = placeFaults(deployment, report)
  if (faults.length > 0) throw new ReportRefusedError(faults)
  const digest = surfaceDigest(deployment, report.reports)
  const own = await Promise.all(
    signers.map(async ({ address, sign }) => ({ signer: getAddress(address), signature: await sign(digest) })),
  )
  const kept = report.signatures.filter(({ signer }) => own.every((each) => each.signer !== getAddress(signer)))
  return { ...report, signatures: inOrder([...kept, ...own]) }
}

export declare namespace signReport {
  type Parameters = { readonly report: SignedReport; readonly signers: readonly SurfaceSigner[] }
}

/** What is wrong with where a report was made for. */
export function placeFaults({ chainId, contracts }: Deployment, report: SignedReport): readonly ReportFault[] {
  const faults: ReportFault[] = []
  const add = (kind: ReportFault['kind'], text: string) => faults.push({ kind, text, retryable: false })
  if (report.chainId !== chainId)
    add(
      'wrongChain',
      `It was made for chain ${report.chainId}, this is chain ${chainId}. Make and sign it for this one.`,
    )
  if (!isAddressEqual(report.surfaceOracle, contracts.surfaceOracle))
    add(
      'wrongContract',
      `It was made for the oracle ${report.surfaceOracle}, this one is ${contracts.surfaceOracle}. Make and sign it for this one.`,
    )
  return faults
}

/** As the oracle wants signatures: ascending by address. */
export function inOrder(signatures: readonly ReportSignature[]): readonly ReportSignature[] {
  return signatures.toSorted((a, b) => (BigInt(a.signer) < BigInt(b.signer) ? -1 : 1))
}
