import { KeelError } from '@keel/sdk'
import { UsageError } from '../frame/errors.ts'

export class MissingSnapshotError extends KeelError {
  override readonly name = 'Cli.MissingSnapshotError'
  constructor(file: string) {
    super(`There is no snapshot ${file}. Write one with keel snapshot --out FILE.`)
  }
}

export class OtherMarketError extends UsageError {
  override readonly name = 'Cli.OtherMarketError'
  constructor({ asked, held }: { asked: string; held: string }) {
    super(`The order is of market ${asked}, the snapshot of ${held}. Take a snapshot with --market ${asked}.`)
  }
}

export class FlagNeedsFlagError extends UsageError {
  override readonly name = 'Cli.FlagNeedsFlagError'
  constructor(flag: string, needed: string) {
    super(`--${flag} only goes with --${needed}. Add it, or leave --${flag} out.`)
  }
}

/** The chain's answer and the computation from its own state differ: one of them is wrong. */
export class QuotesDifferError extends KeelError {
  override readonly name = 'Cli.QuotesDifferError'
  constructor({ what, chain, model }: { what: string; chain: string; model: string }) {
    super(
      `The chain says ${what} ${chain}, the model ${model}. The deployment runs another version than this program: do not rely on either until you know why.`,
    )
  }
}

/** Every quote fell between two blocks. */
export class MovingChainError extends KeelError {
  override readonly name = 'Cli.MovingChainError'
  override readonly retryable = true
  constructor(tries: number) {
    super(`The chain moved on while it was asked, in each of ${tries} tries. Try again.`)
  }
}
