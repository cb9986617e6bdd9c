import { KeelError } from '@keel/sdk'

export class SpanTooShortError extends KeelError {
  override readonly name = 'Replay.SpanTooShortError'
  constructor(days: number, least: number) {
    super(`The span has ${days.toFixed(1)} days of bars, and a run needs at least ${least}. Widen --from/--to.`)
  }
}

export class InterruptedError extends KeelError {
  override readonly name = 'Replay.InterruptedError'
  constructor() {
    super('Stopped before the end. No report was written; start again to replay from the beginning.')
  }
}

export class NotEverybodyOutError extends KeelError {
  override readonly name = 'Replay.NotEverybodyOutError'
  constructor({ shares, days, reverted }: { shares: bigint; days: number; reverted: ReadonlyMap<string, number> }) {
    super(
      `${Number(shares) / 1e18} shares were still not redeemed ${days} days after the last bar; reverted: ${[...reverted].map(([what, n]) => `${what} ×${n}`).join(', ') || 'nothing'}. Try a wider --to.`,
    )
  }
}
