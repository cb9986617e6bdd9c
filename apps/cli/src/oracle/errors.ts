import { KeelError } from '@keel/sdk'
import { UsageError } from '../frame/errors.ts'

export class NothingToDraftError extends KeelError {
  override readonly name = 'Cli.NothingToDraftError'
  constructor() {
    super(
      'No slice is in force, so there is nothing to draft a report from. Write one by hand, or fit a surface first.',
    )
  }
}

export class NoMarkForReportError extends KeelError {
  override readonly name = 'Cli.NoMarkForReportError'
  constructor() {
    super(
      'The report says no spotAtReport and the oracle has no mark to take for it. Write the spot into the file, or see keel oracle.',
    )
  }
}

export class ReportCompleteError extends UsageError {
  override readonly name = 'Cli.ReportCompleteError'
  constructor() {
    super('The file has no signature and none is added. Pass --signer-env NAME, or collect signatures in the file.')
  }
}

export class RepeatedFailureError extends KeelError {
  override readonly name = 'Cli.RepeatedFailureError'
  constructor(times: number, last: KeelError) {
    super(`Signed and sent ${times} times, and too old each time it was mined. ${last.message}`)
  }
}
