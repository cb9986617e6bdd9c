import { KeelError } from '@keel/sdk'
import { UsageError } from '../frame/errors.ts'

export class EmptyBandError extends UsageError {
  override readonly name = 'Cli.EmptyBandError'
  constructor() {
    super('--spot-from is above --spot-to, so the offer would hold at no spot. Give the lower one first.')
  }
}

export class NoMarkForBandError extends KeelError {
  override readonly name = 'Cli.NoMarkForBandError'
  constructor() {
    super('The oracle has no mark to put the band around. Give --spot-from and --spot-to, or see keel oracle.')
  }
}
