import type { Address, Hex, TransactionReceipt } from 'viem'
import { Eip1559FeesNotSupportedError, WaitForTransactionReceiptTimeoutError } from 'viem'
import {
  call,
  estimateFeesPerGas,
  estimateGas,
  getGasPrice,
  getTransactionCount,
  sendTransaction,
  waitForTransactionReceipt,
} from 'viem/actions'
import type { PreparedCall } from '../calls/prepared.ts'
import type { SigningClient } from './client.ts'
import { explainAction, TransactionRevertedError, TransactionTimeoutError } from './errors.ts'

const DEFAULT_TIMEOUT_SECS = 180

/** A call to a contract, or without `to` the creation of one. */
export type Sendable = Omit<PreparedCall, 'to'> & { readonly to?: Address }

/**
 * Sends a call and waits until it is mined. A revert is found out by the gas estimate, before anything is sent.
 * Errors: ContractError, NoGasMoney, TransactionReverted, TransactionTimeout, UnreachableRpc, RefusedRpc.
 */
export async function send(
  client: SigningClient,
  sendable: Sendable,
  options: send.Options = {},
): Promise<TransactionReceipt> {
  return waitFor(client, await submit(client, sendable, options), options)
}

export declare namespace send {
  type Options = {
    /** Absent: the account's next. */
    readonly nonce?: number
    /** How long to wait for it to be mined. */
    readonly timeoutSecs?: number
  }
}

/** A transaction on its way. */
export type Submitted = { readonly hash: Hex; readonly sendable: Sendable }

/** Sends a call without waiting for it. */
export async function submit(
  client: SigningClient,
  sendable: Sendable,
  { nonce }: { readonly nonce?: number } = {},
): Promise<Submitted> {
  const { account } = client
  const { data } = sendable
  const to = sendable.to ?? null
  try {
    // Everything is asked for apart: nodes that fill whole transactions fill some of them wrongly.
    const [estimated, next, fees] = await Promise.all([
      estimateGas(client, { account, to, data, prepare: false }),
      nonce ?? getTransactionCount(client, { address: account.address, blockTag: 'pending' }),
      readFees(client),
    ])
    const hash = await sendTransaction(client, {
      account,
      chain: null,
      to,
      data,
      gas: withMargin(estimated),
      nonce: next,
      ...fees,
    })
    return { hash, sendable }
  } catch (error) {
    throw explainAction(error, { account: client.account.address })
  }
}

async function readFees(client: SigningClient) {
  try {
    return await estimateFeesPerGas(client)
  } catch (error) {
    if (error instanceof Eip1559FeesNotSupportedError) return { gasPrice: await getGasPrice(client) }
    throw error
  }
}

/** A fifth more than estimated: prices and times move between the estimate and the block. */
function withMargin(gas: bigint): bigint {
  return (gas * 6n) / 5n
}

/** Waits until a submitted transaction is mined, and throws why it failed if it did. */
export async function waitFor(
  client: SigningClient,
  { hash, sendable }: Submitted,
  { timeoutSecs = DEFAULT_TIMEOUT_SECS }: { readonly timeoutSecs?: number } = {},
): Promise<TransactionReceipt> {
  const { to, data, label } = sendable
  try {
    const receipt = await waitForTransactionReceipt(client, { hash, timeout: timeoutSecs * 1000 })
    if (receipt.status === 'success') return receipt
    // Replayed on the state it left, it mostly fails for the same reason, and then says which.
    await call(client, { account: client.account, to: to ?? null, data })
  } catch (error) {
    if (error instanceof WaitForTransactionReceiptTimeoutError)
      throw new TransactionTimeoutError({ label, hash, secs: timeoutSecs })
    throw explainAction(error, { account: client.account.address })
  }
  throw new TransactionRevertedError({ label, hash })
}
