import { surfaceOracleAbi } from '@keel/contracts/generated'
import type { Hex } from 'viem'
import { parseEventLogs } from 'viem'
import { prepareRelay } from '../calls/keeping.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { ReportRefusedError, WouldStopOpeningError } from '../errors/surface.ts'
import type { ReportCheck } from '../surface/checkReport.ts'
import { checkReport } from '../surface/checkReport.ts'
import type { SignedReport } from '../surface/signedReport.ts'
import type { SigningClient } from './client.ts'
import { explainAction } from './errors.ts'
import { chainTime, clientReader } from './reading.ts'
import { send } from './send.ts'

/**
 * Relays a signed report. Checked before anything is sent: what is missing is named all at once. A report that is in
 * force already, by whoever's hand, is done. Errors: ReportRefused, WouldStopOpening, and those of `send`.
 */
export async function relayReport(
  client: SigningClient,
  deployment: Deployment,
  { report, mayStopOpening = 'no' }: relayReport.Parameters,
): Promise<relayReport.ReturnType> {
  const check = await checkBefore(client, deployment, report)
  const { outcome, faults, valid, rules } = check
  if (outcome === 'inForce') return { status: 'inForce', check }
  if (outcome === 'refused') throw new ReportRefusedError(faults)
  if (outcome === 'stops' && mayStopOpening === 'no')
    throw new WouldStopOpeningError({ signed: valid.length, needed: rules.stepThreshold })
  const call = prepareRelay(deployment, {
    reports: report.reports,
    signers: valid.map(({ signer }) => signer),
    signatures: valid.map(({ signature }) => signature),
  })
  try {
    const { transactionHash, logs } = await send(client, call)
    const stored = parseEventLogs({ abi: surfaceOracleAbi, eventName: 'SliceUpdated', logs }).length > 0
    return { status: stored ? 'stored' : 'stopped', check, transactionHash }
  } catch (error) {
    // Somebody else may have relayed the same report in between.
    const after = await checkBefore(client, deployment, report)
    if (after.outcome === 'inForce') return { status: 'inForce', check: after }
    throw error
  }
}

export declare namespace relayReport {
  type Parameters = {
    readonly report: SignedReport
    /** What to do with a valid report that steps too far for its signatures: `yes` relays it, so that opening stops. */
    readonly mayStopOpening?: 'yes' | 'no'
  }
  type ReturnType = {
    /** `inForce`: it was relayed before, nothing was sent. */
    readonly status: 'stored' | 'stopped' | 'inForce'
    readonly check: ReportCheck
    readonly transactionHash?: Hex
  }
}

async function checkBefore(client: SigningClient, deployment: Deployment, report: SignedReport): Promise<ReportCheck> {
  try {
    return await checkReport(clientReader(client), deployment, { report, now: await chainTime(client) })
  } catch (error) {
    throw explainAction(error)
  }
}
