import type { Hex } from 'viem'
import { getChainId } from 'viem/actions'
import { prepareRelayPrice } from '../calls/keeping.ts'
import { PriceRefusedError } from '../errors/price.ts'
import type { PriceCheck } from '../price/checkPrice.ts'
import { checkPrice } from '../price/checkPrice.ts'
import type { SignedPrice } from '../price/signedPrice.ts'
import type { SigningClient } from './client.ts'
import { explainAction } from './errors.ts'
import { chainTime, clientReader } from './reading.ts'
import { send } from './send.ts'

/**
 * Relays a signed price. Checked before anything is sent: what is missing is named all at once. A price that the feed has,
 * or a newer one, is done. Errors: PriceRefused, and those of `send`.
 */
export async function relayPrice(
  client: SigningClient,
  { price }: relayPrice.Parameters,
): Promise<relayPrice.ReturnType> {
  const check = await checkBefore(client, price)
  if (check.outcome === 'refused') throw new PriceRefusedError(check.faults)
  if (check.outcome === 'known') return { status: 'known', check }
  const { transactionHash, logs } = await send(client, prepareRelayPrice({ ...price, signatures: check.valid }))
  // Somebody else may have relayed a newer one in between: then there is no event.
  return { status: logs.length > 0 ? 'stored' : 'known', check, transactionHash }
}

export declare namespace relayPrice {
  type Parameters = { readonly price: SignedPrice }
  type ReturnType = {
    /** `known`: the feed has this price or a newer one. */
    readonly status: 'stored' | 'known'
    readonly check: PriceCheck
    readonly transactionHash?: Hex
  }
}

async function checkBefore(client: SigningClient, price: SignedPrice): Promise<PriceCheck> {
  try {
    const [chainId, now] = await Promise.all([getChainId(client), chainTime(client)])
    return await checkPrice(clientReader(client), { price, chainId, now })
  } catch (error) {
    throw explainAction(error)
  }
}
