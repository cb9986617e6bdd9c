import { KeelError } from './KeelError.ts'

/** What keeps a report from being accepted. `kind` is for machines, `text` says what is missing. */
export type ReportFault = {
  readonly kind:
    | 'wrongChain'
    | 'wrongContract'
    | 'noReports'
    | 'mixedMarkets'
    | 'unordered'
    | 'expired'
    | 'fromFuture'
    | 'stale'
    | 'notNewer'
    | 'tooFewSigners'
    | 'contract'
  readonly text: string
  /** Passes by itself, or with the same report a little later. */
  readonly retryable: boolean
}

/** The oracle would refuse this report: nothing was sent. */
export class ReportRefusedError extends KeelError {
  override readonly name = 'Surface.ReportRefusedError'
  readonly faults: readonly ReportFault[]
  override readonly retryable: boolean
  constructor(faults: readonly ReportFault[]) {
    super(`The surface oracle would refuse this report. ${faults.map(({ text }) => text).join(' ')}`)
    this.faults = faults
    this.retryable = faults.every((fault) => fault.retryable)
  }
}

/** The report is valid, but steps too far for its signatures: relaying it stores nothing and stops opening. */
export class WouldStopOpeningError extends KeelError {
  override readonly name = 'Surface.WouldStopOpeningError'
  constructor({ signed, needed }: { readonly signed: number; readonly needed: number }) {
    super(
      `At-the-money volatility steps beyond the limit: with ${signed} of ${needed} signatures this report would store nothing and stop opening in its expiries. Collect ${needed} signatures, or relay it with leave to stop opening (keel oracle relay --allow-stop).`,
    )
  }
}

/** The file is not a surface report. */
export class MalformedReportError extends KeelError {
  override readonly name = 'Surface.MalformedReportError'
  constructor(path: string, wanted: string) {
    super(`The report is malformed: ${path} is not ${wanted}. Write it as docs/runbooks/surface-signers.md shows.`)
  }
}
