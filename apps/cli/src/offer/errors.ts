import { KeelError } from '@keel/sdk'
import { UsageError } from '../frame/errors.ts'

export class EmptyBandError extends UsageError {
  override readonly name = 'Cli.EmptyBandError'
  constructor() {
    super('--spot-from is above --spot-to, so the offer would hold at no spot. Give the lower one first.')
  }
}

export class NoTakerError extends UsageError {
  override readonly name = 'Cli.NoTakerError'
  constructor() {
    super(
      'The offer is for anyone, so say who would take it: pass --taker ADDRESS, or --key-env NAME, an environment variable that holds its private key.',
    )
  }
}

export class OfferExistsError extends KeelError {
  override readonly name = 'Cli.OfferExistsError'
  constructor(file: string) {
    super(
      `${file} is there already, and an offer can be cancelled only with its file. Give another name, or remove it if nothing of it is open.`,
    )
  }
}

export class NoMarkForBandError extends KeelError {
  override readonly name = 'Cli.NoMarkForBandError'
  constructor() {
    super('The oracle has no mark to put the band around. Give --spot-from and --spot-to, or see keel oracle.')
  }
}
