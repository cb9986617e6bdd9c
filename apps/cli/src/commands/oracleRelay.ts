import type { ReportCheck, ReportDraft, SignedReport } from '@keel/sdk'
import {
  ContractError,
  checkReport,
  completeReport,
  formatReport,
  parseReport,
  ReportRefusedError,
  readSpot,
  relayReport,
  signReport,
  surfaceSigner,
} from '@keel/sdk'
import type { LocalAccount } from 'viem'
import { ACCOUNT_FLAGS, SIGNER_FLAGS, signersOf } from '../chain/account.ts'
import type { KeelConnection } from '../chain/connect.ts'
import { connect, DEPLOYMENT_FLAGS, signing } from '../chain/connect.ts'
import { readText } from '../files/readText.ts'
import { requireWritable, writeWhole } from '../files/writeWhole.ts'
import type { Command, Outcome } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import type { Input } from '../frame/input.ts'
import type { Io } from '../frame/io.ts'
import { NoMarkForReportError, RepeatedFailureError, ReportCompleteError } from '../oracle/errors.ts'
import { expiryName } from '../values/seriesName.ts'
import { isoTime } from '../values/time.ts'

/** On a chain whose clock jumps a report can be too old by the time it is mined: it is signed anew so many times. */
const MOST_TRIES = 3

export const oracleRelay: Command = {
  name: 'oracle relay',
  summary: 'Check a surface report, sign it where asked to, and relay it',
  details: [
    'FILE is JSON as docs/runbooks/surface-signers.md shows; keel oracle --draft writes one. What it leaves out of reportedAt and\nspotAtReport is filled in when it is signed: the time now, and the mark. Everything that is missing is named before\nanything is sent. A report that is in force already is done.',
  ],
  arguments: [{ name: 'FILE', help: 'the report, signed or to be signed' }],
  flags: {
    ...SIGNER_FLAGS,
    save: { values: ['OUT'], help: 'write the report with its signatures, and send nothing' },
    'dry-run': { help: 'check it and send nothing' },
    'allow-stop': { help: 'relay it even if it only stops opening, for want of signatures for so large a step' },
    ...YES_FLAG,
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: [
    'keel oracle relay report.json --signer-env SIGNER_1 --signer-env SIGNER_2 --yes',
    'keel oracle relay draft.json --signer 20 --save signed.json',
    'keel oracle relay signed.json --dry-run',
  ],
  run: async (input, io) => {
    const draft = parseReport(readText(input.argument('FILE')))
    input.exclusive('save', 'dry-run')
    const out = input.text('save')
    if (out !== undefined) requireWritable(out)
    const connection = await connect(input)
    const signers = signersOf(input, { chainId: connection.chainId, env: io.env })
    const report = await sign(draft, { connection, signers })
    if (out !== undefined) return saved(report, out)
    if (input.has('dry-run')) return checked(report, connection)
    const client = signing(connection, { input, io })
    const expiries = report.reports.map(({ expiry }) => expiryName(expiry)).join(', ')
    const count = report.signatures.length
    await confirmed(input, io, [`Relay slices of ${expiries} with ${count} signatures from ${client.account.address}?`])
    return relay({ input, io, connection, client, draft, signers, report })
  },
}

type Signing = { readonly connection: KeelConnection; readonly signers: readonly LocalAccount[] }

async function sign(draft: ReportDraft, { connection, signers }: Signing): Promise<SignedReport> {
  const { deployment, reader } = connection
  if (signers.length === 0 && draft.signatures.length === 0) throw new ReportCompleteError()
  const market = draft.reports[0]?.market
  const needsSpot = draft.reports.some(({ spotAtReport }) => spotAtReport === undefined)
  const spot = needsSpot && market !== undefined ? (await readSpot(reader, deployment, market)).mark : 0n
  if (needsSpot && spot === 0n) throw new NoMarkForReportError()
  const report = completeReport(draft, { now: await connection.now(), spot })
  // What others signed for another chain or oracle stays as it is, to be named by the check.
  if (signers.length === 0) return report
  const own = signers.map(({ address, sign: signHash }) => surfaceSigner({ address, sign: signHash! }))
  return signReport(deployment, { report, signers: own })
}

function saved(report: SignedReport, out: string): Outcome {
  writeWhole([{ path: out, text: formatReport(report) }])
  const signers = report.signatures.map(({ signer }) => signer)
  return { json: { file: out, signers }, text: [`${out} is signed by ${signers.join(', ')}. Nothing was sent.`] }
}

const OUTCOMES: Readonly<Record<ReportCheck['outcome'], string>> = {
  stored: 'It would be stored.',
  stops: 'It steps too far for its signatures: it would store nothing and stop opening.',
  inForce: 'It is in force already.',
  refused: 'It would be refused.',
}

async function checked(report: SignedReport, connection: KeelConnection): Promise<Outcome> {
  const { deployment, reader } = connection
  const check = await checkReport(reader, deployment, { report, now: await connection.now() })
  if (check.outcome === 'refused') throw new ReportRefusedError(check.faults)
  return { json: checkJson(check), text: [OUTCOMES[check.outcome], signaturePhrase(check), ...ignoredLines(check)] }
}

function signaturePhrase({ valid, rules }: ReportCheck): string {
  return `${valid.length} valid signatures; ${rules.threshold} store it, ${rules.stepThreshold} a step beyond the limit.`
}

function ignoredLines({ ignored }: ReportCheck): readonly string[] {
  const why = {
    noSigner: 'it is no signer of this oracle',
    invalid: 'it is not of this report',
    twice: 'it is there twice',
  }
  return ignored.map(({ signer, reason }) => `The signature of ${signer} is left out: ${why[reason]}.`)
}

function checkJson({ outcome, valid, ignored, rules }: ReportCheck) {
  const { threshold, stepThreshold } = rules
  return { outcome, signers: valid.map(({ signer }) => signer), ignored, threshold, stepThreshold }
}

type Relaying = Signing & {
  readonly input: Input
  readonly io: Io
  readonly client: ReturnType<typeof signing>
  readonly draft: ReportDraft
  readonly report: SignedReport
}

/** Relays, and signs anew what grew too old on the way, where the draft leaves its time open. */
async function relay({ input, io, connection, client, draft, signers, report }: Relaying): Promise<Outcome> {
  const mayStopOpening = input.has('allow-stop') ? 'yes' : 'no'
  const mayRenew = signers.length > 0 && draft.reports.every(({ reportedAt }) => reportedAt === undefined)
  let next = report
  for (let tries = 1; ; tries++) {
    io.progress(tries === 1 ? 'Relaying…' : 'Too old when it was mined: signing anew…')
    try {
      const { status, check, transactionHash } = await relayReport(client, connection.deployment, {
        report: next,
        mayStopOpening,
      })
      return relayed({ status, check, transactionHash, report: next })
    } catch (error) {
      if (!mayRenew || !isTooOld(error)) throw error
      if (tries === MOST_TRIES) throw new RepeatedFailureError(tries, error)
      next = await sign(draft, { connection, signers })
    }
  }
}

function isTooOld(error: unknown): error is ContractError | ReportRefusedError {
  if (error instanceof ReportRefusedError) return error.faults.every(({ kind }) => kind === 'stale')
  return error instanceof ContractError && error.contractError === 'ReportTooOld'
}

type Relayed = Awaited<ReturnType<typeof relayReport>>

function relayed({
  status,
  check,
  transactionHash,
  report,
}: Pick<Relayed, 'status' | 'check'> & {
  readonly transactionHash: Relayed['transactionHash'] | undefined
  readonly report: SignedReport
}): Outcome {
  const expiries = report.reports.map(({ expiry }) => expiryName(expiry)).join(', ')
  const said = {
    stored: `Stored the slices of ${expiries}.`,
    stopped: `Nothing was stored: opening is stopped in ${expiries} until a newer report is accepted.`,
    inForce: `The slices of ${expiries} are in force already; nothing was sent.`,
  }
  return {
    json: {
      status,
      transaction: transactionHash ?? null,
      reports: report.reports.map(({ expiry, reportedAt }) => ({
        expiry: isoTime(expiry),
        reportedAt: isoTime(reportedAt),
      })),
      ...checkJson(check),
    },
    text: [
      said[status],
      signaturePhrase(check),
      ...ignoredLines(check),
      ...(transactionHash ? [`Transaction ${transactionHash}`] : []),
    ],
  }
}
