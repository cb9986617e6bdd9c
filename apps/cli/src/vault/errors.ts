import { KeelError } from '@keel/sdk'

export class NoSharesError extends KeelError {
  override readonly name = 'Cli.NoSharesError'
  constructor(owner: string) {
    super(`${owner} holds no shares. Executed deposits become shares with keel claim.`)
  }
}

export class IncompleteClaimError extends KeelError {
  override readonly name = 'Cli.IncompleteClaimError'
  constructor({ done, of, first }: { done: number; of: number; first: KeelError }) {
    super(
      `${done} of ${of} transactions went through; the first that did not: ${first.message} Claim again for the rest.`,
    )
  }
}
