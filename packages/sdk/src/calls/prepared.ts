import type { Address, Hex } from 'viem'

/** A call ready to be signed by anybody's wallet, batched, or simulated. */
export type PreparedCall = {
  readonly to: Address
  readonly data: Hex
  /** What the call does, in a few words, for logs and prompts. */
  readonly label: string
}
