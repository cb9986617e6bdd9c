import { delayedOrdersAbi } from '@keel/contracts/generated'
import type { Address } from 'viem'
import type { Leg } from '../calls/trading.ts'
import type { Reader } from '../views/read.ts'
import { readContract } from '../views/read.ts'

/**
 * What legs would cost in this block if the price were this one, itemised. Nobody needs to have signed it: it is for a market
 * whose orders wait for their price, where `readQuote` finds none. Reverts as the trade would.
 */
export function readQuoteAt(reader: Reader, { queue, legs, answer, signedAt }: readQuoteAt.Parameters) {
  return readContract(reader, {
    address: queue,
    abi: delayedOrdersAbi,
    functionName: 'quoteAt',
    args: [legs.map((leg) => ({ ...leg })), { answer, signedAt }],
  })
}

export declare namespace readQuoteAt {
  type Parameters = {
    readonly queue: Address
    readonly legs: readonly Leg[]
    /** In the signed feed's decimals. */
    readonly answer: bigint
    /** Unix seconds; no older than the market takes a price. */
    readonly signedAt: number
  }
}
