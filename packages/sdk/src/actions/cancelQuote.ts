import type { Hex } from 'viem'
import { prepareCancel } from '../calls/offers.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { SignedQuote } from '../offers/signedQuote.ts'
import { quoteDigest } from '../offers/signedQuote.ts'
import type { SigningClient } from './client.ts'
import { send } from './send.ts'

/**
 * Makes a quote unfillable, from its maker's account; once more changes nothing. A maker that is a contract sends
 * `prepareCancel` itself. Errors: those of `send`; `NotMaker` from another account.
 */
export async function cancelQuote(
  client: SigningClient,
  deployment: Deployment,
  { quote }: cancelQuote.Parameters,
): Promise<cancelQuote.ReturnType> {
  const { transactionHash } = await send(client, prepareCancel(deployment, quote))
  return { transactionHash, digest: quoteDigest(deployment, quote) }
}

export declare namespace cancelQuote {
  type Parameters = { readonly quote: SignedQuote }
  type ReturnType = { readonly transactionHash: Hex; readonly digest: Hex }
}
