import { UsageError } from '../frame/errors.ts'

export class EmptySpanError extends UsageError {
  override readonly name = 'Cli.EmptySpanError'
  constructor(from: string, to: string) {
    super(`--from ${from} is not before --to ${to}. Exchange or change them.`)
  }
}
