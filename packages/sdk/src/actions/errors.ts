import type { Hex } from 'viem'
import { BaseError, HttpRequestError, InsufficientFundsError, TimeoutError } from 'viem'
import { decodeContractError, revertDataOf } from '../errors/ContractError.ts'
import { KeelError } from '../errors/KeelError.ts'

/** Nothing answers at the RPC's address, or not in time. */
export class UnreachableRpcError extends KeelError {
  override readonly name = 'Rpc.UnreachableError'
  override readonly retryable = true
  constructor(url: string) {
    super(`No RPC answers at ${url}. Start keel up, or pass the --rpc of a node that runs.`)
  }
}

/** The RPC answered, but not with what was asked for, and not with a revert of Keel's. */
export class RefusedRpcError extends KeelError {
  override readonly name = 'Rpc.RefusedError'
  constructor(reason: string) {
    super(`The RPC refused: ${reason.replace(/[\s.]+$/, '')}. Check that it serves an EVM chain Keel is deployed on.`)
  }
}

export class NoGasMoneyError extends KeelError {
  override readonly name = 'Transaction.NoGasMoneyError'
  constructor(account: string | undefined) {
    super(`${account ?? 'The account'} cannot pay for the gas. Send it some of the chain's own coin.`)
  }
}

/** Mined, and failed with revert data that none of Keel's contracts gives. */
export class TransactionRevertedError extends KeelError {
  override readonly name = 'Transaction.RevertedError'
  constructor({ label, hash }: { label: string; hash: Hex }) {
    super(`"${label}" reverted in ${hash} and changed nothing. The chain moved meanwhile: try again.`)
  }
}

export class TransactionTimeoutError extends KeelError {
  override readonly name = 'Transaction.TimeoutError'
  override readonly retryable = true
  constructor({ label, hash, secs }: { label: string; hash: Hex; secs: number }) {
    super(
      `"${label}" was sent as ${hash} and not mined within ${secs}s. It may still be: look it up before sending again.`,
    )
  }
}

/** Whatever a viem call threw, as an error that says what to do: one of Keel's contracts', or one of the RPC's. */
export function explainAction(error: unknown, { account }: { account?: string } = {}): unknown {
  if (error instanceof KeelError) return error
  const fromContract = decodeContractError(revertDataOf(error))
  if (fromContract) return fromContract
  if (!(error instanceof BaseError)) return error
  const request = error.walk((cause) => cause instanceof HttpRequestError || cause instanceof TimeoutError)
  if (request instanceof HttpRequestError && request.status === undefined) return new UnreachableRpcError(request.url)
  if (request instanceof TimeoutError) return new UnreachableRpcError(urlIn(request))
  if (error.walk((cause) => cause instanceof InsufficientFundsError)) return new NoGasMoneyError(account)
  const root = error.walk() as Error
  const details = root instanceof BaseError ? root.details || root.shortMessage : root.message
  return new RefusedRpcError(details || error.shortMessage)
}

function urlIn({ metaMessages }: BaseError): string {
  return metaMessages?.find((line) => line.startsWith('URL: '))?.slice('URL: '.length) ?? 'its address'
}
