import { KeelError } from '@keel/sdk'
import { UsageError } from '../frame/errors.ts'

export class MissingDeploymentError extends KeelError {
  override readonly name = 'Cli.MissingDeploymentError'
  constructor(file: string) {
    super(`There is no deployment file ${file}. Start keel up, or pass --deployment FILE as keel deploy wrote it.`)
  }
}

export class UnreadableFileError extends KeelError {
  override readonly name = 'Cli.UnreadableFileError'
  constructor(file: string, reason: string) {
    super(`Cannot read ${file}: ${reason}. Check the path and its permissions.`)
  }
}

export class UnwritableFileError extends KeelError {
  override readonly name = 'Cli.UnwritableFileError'
  constructor(file: string, reason: string) {
    super(`Cannot write ${file}: ${reason}. Choose a path in a folder you may write to.`)
  }
}

export class PublicKeyOnPublicChainError extends KeelError {
  override readonly name = 'Cli.PublicKeyOnPublicChainError'
  constructor(chainId: number) {
    super(
      `Chain ${chainId} is public, and everybody knows the keys of anvil's accounts. Pass --key-env NAME with a key of your own.`,
    )
  }
}

export class NoAccountError extends UsageError {
  override readonly name = 'Cli.NoAccountError'
  constructor(chainId: number) {
    super(
      `Chain ${chainId} is public, so there is no account to use by default. Pass --key-env NAME, an environment variable that holds a private key.`,
    )
  }
}

export class MissingKeyError extends UsageError {
  override readonly name = 'Cli.MissingKeyError'
  constructor(variable: string) {
    super(`The environment variable ${variable} is not set. Set it to a private key, or name another with --key-env.`)
  }
}

/** Never says what the variable holds. */
export class MalformedKeyError extends UsageError {
  override readonly name = 'Cli.MalformedKeyError'
  constructor(variable: string) {
    super(`The environment variable ${variable} holds no private key. It should be 0x and 64 hex digits.`)
  }
}

export class KeyAsNameError extends UsageError {
  override readonly name = 'Cli.KeyAsNameError'
  constructor() {
    super('--key-env takes the name of an environment variable, never the key itself. Change that key if it is real.')
  }
}

export class UnknownMarketError extends UsageError {
  override readonly name = 'Cli.UnknownMarketError'
  constructor(symbol: string, known: readonly string[]) {
    super(`There is no market ${symbol} in this deployment. It has ${known.join(', ') || 'none'}.`)
  }
}
