import type { ReplayOptions, ReplayResult, Report } from '@keel/lab'
import { KeelError } from '@keel/sdk'

// What `up` and `replay` need of @keel/lab, which is loaded when one of them runs and not before.

/** The live market at one moment. Money in whole collateral, deltas and open interest in underlying units. */
export type LiveStatus = {
  readonly time: number
  readonly spot: number
  readonly sharePrice: number
  readonly netDeltaBefore: number
  readonly netDeltaAfter: number
  readonly openInterest: number
  readonly premium: number
  readonly pnl: number
}

export type LiveOptions = {
  readonly dataDir: string
  readonly port: number
  readonly seed: number
  readonly replay?: string
  readonly speed: number
  readonly onStatus: (status: LiveStatus) => void
  readonly signal: AbortSignal
}

export type Lab = {
  readonly runReplay: (options: ReplayOptions) => Promise<ReplayResult>
  readonly reportHtml: (report: Report) => string
  readonly runLive: (options: LiveOptions) => Promise<void>
}

export class MissingLabError extends KeelError {
  override readonly name = 'Cli.MissingLabError'
  constructor(part: string) {
    super(`This installation's @keel/lab has no ${part}. Update the repository and run npm ci.`)
  }
}

export async function loadLab<const name extends keyof Lab>(name: name): Promise<Lab[name]> {
  const lab = (await import('@keel/lab')) as unknown as Partial<Lab>
  const part = lab[name]
  if (!part) throw new MissingLabError(name)
  return part as Lab[name]
}
