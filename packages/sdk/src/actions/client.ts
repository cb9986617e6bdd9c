import type { Account, Chain, Client, Transport } from 'viem'

/** A viem client that reads: `createClient({ transport })`, with or without a chain. */
export type ReadingClient = Client<Transport, Chain | undefined, Account | undefined>

/** A viem client that also signs: `createClient({ transport, account })`. */
export type SigningClient = Client<Transport, Chain | undefined, Account>
