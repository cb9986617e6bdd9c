import { surfaceOracleAbi } from '@keel/contracts/generated'
import { nearestRatio, nearestSlice, nearestSpot } from '@keel/model'
import type { Address } from 'viem'
import { formatUnits, getAddress } from 'viem'
import type { SliceReport } from '../calls/keeping.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { ContractError, explain } from '../errors/ContractError.ts'
import { isoOf } from '../errors/iso.ts'
import type { ReportFault } from '../errors/surface.ts'
import { isSigned } from '../views/isSigned.ts'
import type { Reader } from '../views/read.ts'
import { readContract } from '../views/read.ts'
import type { SurfaceRules } from '../views/surface.ts'
import { readSurfaceRules } from '../views/surface.ts'
import type { ReportSignature, SignedReport } from './signedReport.ts'
import { inOrder, placeFaults } from './signedReport.ts'
import { surfaceDigest } from './surfaceDigest.ts'

/** What the oracle would do with a report now. */
export type ReportCheck = {
  /** `stored`: it comes into force; `stops`: valid, but opening stops; `inForce`: it is already; `refused`: see faults. */
  readonly outcome: 'stored' | 'stops' | 'inForce' | 'refused'
  readonly faults: readonly ReportFault[]
  /** Valid ones of distinct signers, ascending: those to relay. */
  readonly valid: readonly ReportSignature[]
  /** Those left out, and why: not of this report; of it, but by no signer of this oracle; or there already. */
  readonly ignored: readonly { readonly signer: Address; readonly reason: 'noSigner' | 'invalid' | 'twice' }[]
  readonly rules: SurfaceRules
}

/** Checks a report as the oracle would, and names everything that is missing rather than the first. Sends nothing. */
export async function checkReport(
  reader: Reader,
  deployment: Deployment,
  { report, now }: checkReport.Parameters,
): Promise<ReportCheck> {
  const { reports } = report
  const rules = await readSurfaceRules(reader, deployment)
  const { valid, ignored } = await sortSignatures(reader, deployment, { report, rules })
  const base = { valid, ignored, rules }
  const foreign = placeFaults(deployment, report)
  if (foreign.length > 0 || reports.length === 0) {
    const none = fault('noReports', 'It has no slices.', false)
    return { ...base, outcome: 'refused', faults: [...foreign, ...(reports.length === 0 ? [none] : [])] }
  }
  const { isInForce, faults: old } = await compareWithForce(reader, deployment, report)
  if (isInForce) return { ...base, outcome: 'inForce', faults: [] }
  const faults = [...listFaults(report), ...timeFaults(report, { rules, now }), ...old, ...signatureFaults(base, rules)]
  if (faults.length > 0) return { ...base, outcome: 'refused', faults }
  return { ...base, ...(await simulate(reader, deployment, { report, valid })) }
}

export declare namespace checkReport {
  type Parameters = {
    readonly report: SignedReport
    /** The chain's time, unix seconds. */
    readonly now: number
  }
}

function fault(kind: ReportFault['kind'], text: string, retryable: boolean): ReportFault {
  return { kind, text, retryable }
}

function listFaults({ reports }: SignedReport): readonly ReportFault[] {
  const first = reports[0]!
  const isMixed = reports.some(({ market }) => market !== first.market)
  const isUnordered = reports.some(({ expiry }, i) => i > 0 && expiry <= reports[i - 1]!.expiry)
  return [
    ...(isMixed ? [fault('mixedMarkets', 'Its slices are of several markets. Sign one report a market.', false)] : []),
    ...(isUnordered
      ? [fault('unordered', 'Its slices do not ascend by expiry, each once. Order and sign again.', false)]
      : []),
  ]
}

function timeFaults(
  { reports }: SignedReport,
  { rules, now }: { readonly rules: SurfaceRules; readonly now: number },
): readonly ReportFault[] {
  const { freshnessSecs } = rules
  const expired = reports.filter(({ expiry }) => expiry <= now)
  const early = reports.filter(({ reportedAt }) => reportedAt > now)
  const stale = reports.filter(({ reportedAt }) => reportedAt + freshnessSecs < now)
  const furthest = Math.max(...reports.map(({ reportedAt }) => Math.abs(now - reportedAt)))
  return [
    ...some(expired, (slices) => fault('expired', `Expired: ${slices}. Leave that out.`, false)),
    ...some(early, (slices) =>
      fault('fromFuture', `Dated ahead of the chain by ${furthest} s: ${slices}. Wait, or set the clock.`, true),
    ),
    ...some(stale, (slices) =>
      fault('stale', `Up to ${furthest} s old, where ${freshnessSecs} s are taken: ${slices}. Sign afresh.`, false),
    ),
  ]
}

/** One fault for all slices that have it, named by their expiries; none where there are none. */
function some(reports: readonly SliceReport[], faultOf: (slices: string) => ReportFault): readonly ReportFault[] {
  const expiries = reports.map(({ expiry }) => isoOf(expiry)).join(', ')
  return reports.length === 0 ? [] : [faultOf(`the slice${reports.length > 1 ? 's' : ''} of ${expiries}`)]
}

function signatureFaults(
  { valid, ignored }: Pick<ReportCheck, 'valid' | 'ignored'>,
  { threshold, signers }: SurfaceRules,
): readonly ReportFault[] {
  if (valid.length >= threshold) return []
  const missing = signers.filter((signer) => valid.every((each) => each.signer !== signer))
  const why = { noSigner: 'is no signer of this oracle', invalid: 'is not of this report', twice: 'is there twice' }
  const left = ignored.map(({ signer, reason }) => ` The signature of ${signer} ${why[reason]}.`).join('')
  return [
    fault(
      'tooFewSigners',
      `${valid.length} of the ${threshold} signatures it needs are valid.${left} Still to sign: ${missing.join(', ')}.`,
      false,
    ),
  ]
}

async function compareWithForce(
  reader: Reader,
  { contracts }: Deployment,
  { reports }: SignedReport,
): Promise<{ readonly isInForce: boolean; readonly faults: readonly ReportFault[] }> {
  const inForce = await readContract(reader, {
    address: contracts.surfaceOracle,
    abi: surfaceOracleAbi,
    functionName: 'slices',
    args: [reports[0]!.market, reports.map(({ expiry }) => expiry)],
  })
  const isInForce = reports.every((report, i) => {
    const { reportedAt, svi, forwardRatio, spotAtReport } = inForce[i]!
    const isSame = reportedAt === report.reportedAt && spotAtReport === nearestSpot(report.spotAtReport)
    return isSame && svi === nearestSlice(report.svi) && forwardRatio === nearestRatio(report.forwardRatio)
  })
  const old = reports.filter(({ reportedAt }, i) => reportedAt <= inForce[i]!.reportedAt)
  const newest = Math.max(...inForce.map(({ reportedAt }) => reportedAt))
  const faults = some(old, (slices) =>
    fault('notNewer', `Not newer than what is in force (of ${isoOf(newest)}): ${slices}. Sign afresh.`, false),
  )
  return { isInForce, faults }
}

async function sortSignatures(
  reader: Reader,
  deployment: Deployment,
  { report, rules }: { readonly report: SignedReport; readonly rules: SurfaceRules },
): Promise<Pick<ReportCheck, 'valid' | 'ignored'>> {
  const digest = surfaceDigest(deployment, report.reports)
  const valid: ReportSignature[] = []
  const ignored: ReportCheck['ignored'][number][] = []
  for (const { signer: given, signature } of report.signatures) {
    const signer = getAddress(given)
    if (!(await isSigned(reader, { signer, signature, digest }))) ignored.push({ signer, reason: 'invalid' })
    else if (!rules.signers.includes(signer)) ignored.push({ signer, reason: 'noSigner' })
    else if (valid.some((each) => each.signer === signer)) ignored.push({ signer, reason: 'twice' })
    else valid.push({ signer, signature })
  }
  return { valid: inOrder(valid), ignored }
}

async function simulate(
  reader: Reader,
  { contracts }: Deployment,
  { report, valid }: { readonly report: SignedReport; readonly valid: readonly ReportSignature[] },
): Promise<Pick<ReportCheck, 'outcome' | 'faults'>> {
  try {
    const stored = await readContract(reader, {
      address: contracts.surfaceOracle,
      abi: surfaceOracleAbi,
      functionName: 'relay',
      args: [report.reports, valid.map(({ signer }) => signer), valid.map(({ signature }) => signature)],
    })
    return { outcome: stored ? 'stored' : 'stops', faults: [] }
  } catch (error) {
    const explained = explain(error)
    if (!(explained instanceof ContractError)) throw error
    return { outcome: 'refused', faults: [fault('contract', wordsOf(explained), explained.retryable)] }
  }
}

/** Where a shape fails, in numbers a person can look up: contracts count log-moneyness in Q64. */
function wordsOf({ contractError, operands, message }: ContractError): string {
  const k = operands.at(-1)
  const isShape = contractError === 'ButterflyArbitrage' || contractError === 'CalendarArbitrage'
  if (!isShape || typeof k !== 'bigint') return message
  const expiries = operands.slice(1, -1).map((expiry) => isoOf(Number(expiry)))
  const at = Number(formatUnits((k * 10n ** 6n) >> 64n, 6))
  return `${contractError} in ${expiries.join(' and ')}, first at log-moneyness ${at}. Fit it again.`
}
