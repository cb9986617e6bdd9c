import { ordersAbi } from '@keel/contracts/generated'
import { encodeFunctionData } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import type { QuoteWithSignature, SignedQuote } from '../offers/signedQuote.ts'
import type { PreparedCall } from './prepared.ts'

/** Fills a share of a signed quote for the sender, which must have allowed the orders module in clearing. */
export function prepareFill(
  { contracts }: Deployment,
  { quote, signature, share }: prepareFill.Parameters,
): PreparedCall {
  const args = [told(quote), signature, share] as const
  return {
    to: contracts.orders,
    data: encodeFunctionData({ abi: ordersAbi, functionName: 'fill', args }),
    label: 'fill quote',
  }
}

export declare namespace prepareFill {
  type Parameters = QuoteWithSignature & {
    /** Of the whole, wad. */
    readonly share: bigint
  }
}

/** Makes a quote of the sender's unfillable, whatever of it is filled. */
export function prepareCancel({ contracts }: Deployment, quote: SignedQuote): PreparedCall {
  const data = encodeFunctionData({ abi: ordersAbi, functionName: 'cancel', args: [told(quote)] })
  return { to: contracts.orders, data, label: 'cancel quote' }
}

/** As the contract hashes it. */
const told = (quote: SignedQuote) => ({ ...quote, legs: quote.legs.map((leg) => ({ ...leg })) })
