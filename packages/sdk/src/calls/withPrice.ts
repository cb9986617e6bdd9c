import type { SignedPrice } from '../price/signedPrice.ts'
import { prepareRelayPrice } from './keeping.ts'
import type { PreparedCall } from './prepared.ts'

/**
 * Calls that need a price, with the relay of one ahead of them: to be sent as one batch (EIP-5792 `wallet_sendCalls`) or
 * as transactions of one block, in this order. A relay by somebody else in between changes the price and fails nothing:
 * keep the limit price of an order as near as it may come.
 */
export function withPrice(price: SignedPrice, calls: readonly PreparedCall[]): readonly PreparedCall[] {
  return [prepareRelayPrice(price), ...calls]
}
