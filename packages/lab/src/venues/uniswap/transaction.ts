import type { Account, Address, Chain, Hash, Hex, Transport, WalletClient } from 'viem'

/** A transaction that depends on nothing but its sender's nonce: ready to be sent now or batched with hundreds. */
export interface PreparedTransaction {
  /** Absent for a deployment. */
  readonly to?: Address
  readonly data: Hex
  /** A ceiling known in advance, so that nothing is estimated. */
  readonly gas: bigint
}

/** A wallet client with an account, of a chain or of none. */
export type Sender = WalletClient<Transport, Chain | undefined, Account>

/**
 * Sends prepared transactions with consecutive nonces from `nonce` on, all in flight at once, and waits for no block.
 * On a local chain the caller mines: anvil's automine still works on a block after the hash has come back.
 */
export function sendAll(
  client: Sender,
  { transactions, nonce, gasPrice }: sendAll.Parameters,
): Promise<readonly Hash[]> {
  return Promise.all(
    transactions.map(({ to, data, gas }, i) =>
      client.sendTransaction({
        account: client.account,
        chain: null,
        data,
        gas,
        nonce: nonce + i,
        ...(to === undefined ? {} : { to }),
        ...(gasPrice === undefined ? {} : { gasPrice }),
      }),
    ),
  )
}

export declare namespace sendAll {
  interface Parameters {
    readonly transactions: readonly PreparedTransaction[]
    /** Nonce of the first; the last is nonce + length − 1. */
    readonly nonce: number
    readonly gasPrice?: bigint
  }
}
