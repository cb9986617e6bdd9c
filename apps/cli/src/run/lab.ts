import { KeelError } from '@keel/sdk'

// What `up` and `replay` need of @keel/lab, which is loaded when one of them runs and not before.

export type ReplayProgress = {
  readonly hour: number
  readonly hours: number
  readonly time: number
  readonly spot: number
  readonly sharePrice: number
  readonly transactions: number
  readonly trades: number
}

export type ReplayOptions = {
  readonly file: string
  readonly from?: number
  readonly to?: number
  readonly seed: number
  readonly onProgress?: (progress: ReplayProgress) => void
  readonly signal?: AbortSignal
}

export type Speed = { readonly transactions: number; readonly wallSecs: number; readonly setupSecs: number }

/** What of a replay's report the summary shows. The whole of it goes to the files. */
export type Report = {
  readonly title: string
  readonly history: {
    readonly file: string
    readonly from: number
    readonly to: number
    readonly bars: number
    readonly gaps: readonly unknown[]
  }
  readonly seed: number
  readonly volatility: string
  readonly totals: {
    readonly transactions: number
    readonly trades: number
    readonly premium: number
    readonly paidOut: number
    readonly hedgeTrades: number
    readonly hedgeVolume: number
    readonly settledSeries: number
    readonly epochs: number
    readonly conservationChecks: number
  }
  readonly pnl: Readonly<Record<string, number>>
  readonly hours: { readonly sharePrice: readonly number[] }
  readonly depositors: readonly { readonly deposited: number; readonly withdrawn: number; readonly out: boolean }[]
}

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
  readonly runReplay: (options: ReplayOptions) => Promise<{ readonly report: Report; readonly speed: Speed }>
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
