import { KeelError } from '@keel/sdk'
import { UsageError } from '../frame/errors.ts'

export class DeploymentExistsError extends KeelError {
  override readonly name = 'Cli.DeploymentExistsError'
  constructor(file: string) {
    super(`${file} is there already. Pass --out with another name, or --force to replace it.`)
  }
}

export class PoolOfOtherTokensError extends KeelError {
  override readonly name = 'Cli.PoolOfOtherTokensError'
  constructor(pool: string) {
    super(`The pool ${pool} does not trade --asset against --underlying. Pass a Uniswap v3 pool of these two tokens.`)
  }
}

export class FeedWithoutPriceError extends KeelError {
  override readonly name = 'Cli.FeedWithoutPriceError'
  constructor(feed: string) {
    super(
      `The feed ${feed} gives no positive price. Pass a Chainlink-shaped feed that reports, collateral per underlying.`,
    )
  }
}

/** A contract is there but does not answer as it should. */
export class WrongContractError extends KeelError {
  override readonly name = 'Cli.WrongContractError'
  constructor({ flag, address, wanted }: { flag: string; address: string; wanted: string }) {
    super(`--${flag} ${address} is not ${wanted}. Check the address.`)
  }
}

export class NoSignersError extends UsageError {
  override readonly name = 'Cli.NoSignersError'
  constructor(chainId: number) {
    super(`Chain ${chainId} is public: say who signs its volatility surface, with --signer ADDR for each.`)
  }
}
