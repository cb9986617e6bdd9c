import { KeelError } from '@keel/sdk'

export class NoSharesError extends KeelError {
  override readonly name = 'Cli.NoSharesError'
  constructor(owner: string) {
    super(`${owner} holds no shares. Executed deposits become shares with keel claim.`)
  }
}
