import { ordersAbi } from '@keel/contracts/generated'
import type { Hex } from 'viem'
import { parseEventLogs } from 'viem'
import { prepareFill } from '../calls/offers.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { QuoteRefusedError } from '../errors/offer.ts'
import { amountOf } from '../offers/amountOf.ts'
import type { QuoteCheck } from '../offers/checkQuote.ts'
import { checkQuote, faultsBeyondApproval } from '../offers/checkQuote.ts'
import { allow } from './allow.ts'
import type { SigningClient } from './client.ts'
import { explainAction } from './errors.ts'
import { chainTime, clientReader } from './reading.ts'
import { send } from './send.ts'

/**
 * Fills a share of a signed quote from the client's account. Checked before anything is sent: what is missing is named all
 * at once, but for the approval of clearing, which is then given for exactly the price. After that it is checked again: only
 * then is seen what the market checks after payment. Errors: QuoteRefused, and those of `send`.
 */
export async function fillQuote(
  client: SigningClient,
  deployment: Deployment,
  parameters: fillQuote.Parameters,
): Promise<fillQuote.ReturnType> {
  const first = await checkBefore(client, deployment, parameters)
  requireFillable(first)
  const { price } = first.part!
  const approval = price > 0n ? await allow(client, deployment, { spender: 'clearing', amount: price }) : undefined
  const check = approval ? await checkBefore(client, deployment, parameters) : first
  requireFillable(check, { stays: `The approval of ${amountOf(deployment, price)} for clearing was sent and stays.` })
  const { transactionHash, logs } = await send(client, prepareFill(deployment, parameters))
  const [event] = parseEventLogs({ abi: ordersAbi, eventName: 'QuoteFilled', logs })
  return { transactionHash, check, netCash: event!.args.netCash }
}

export declare namespace fillQuote {
  type Parameters = prepareFill.Parameters
  type ReturnType = {
    readonly transactionHash: Hex
    /** As it was before the fill was sent. */
    readonly check: QuoteCheck
    /** Base units: what was paid (positive) or received (negative). */
    readonly netCash: bigint
  }
}

function requireFillable(check: QuoteCheck, sent?: { readonly stays: string }): void {
  const faults = faultsBeyondApproval(check)
  if (faults.length > 0) throw new QuoteRefusedError(faults, sent)
}

async function checkBefore(
  client: SigningClient,
  deployment: Deployment,
  parameters: fillQuote.Parameters,
): Promise<QuoteCheck> {
  try {
    const now = await chainTime(client)
    return await checkQuote(clientReader(client), deployment, { ...parameters, taker: client.account.address, now })
  } catch (error) {
    throw explainAction(error)
  }
}
