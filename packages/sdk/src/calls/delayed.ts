import { clearingAbi, delayedOrdersAbi } from '@keel/contracts/generated'
import type { Address } from 'viem'
import { encodeFunctionData, erc20Abi } from 'viem'
import type { WaitingOrder } from '../delayed/delayedOrder.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { SignedPrice } from '../price/signedPrice.ts'
import type { PreparedCall } from './prepared.ts'
import type { prepareTrade } from './trading.ts'

/** Lets the queue take what an order may cost: exactly its limit and tip, and exactly the options it sells. */
export function prepareEscrow(
  { asset, contracts }: Deployment,
  { queue, order, tip }: prepareDelayedOrder.Parameters,
): readonly PreparedCall[] {
  const cash = (order.limit > 0n ? order.limit : 0n) + tip
  const approval: PreparedCall = {
    to: asset.address,
    data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [queue, cash] }),
    label: 'approve delayed orders',
  }
  const sales = order.legs.filter(({ size }) => size < 0n)
  return [
    ...(cash > 0n ? [approval] : []),
    ...sales.map(({ series, size }) => ({
      to: contracts.clearing,
      data: encodeFunctionData({ abi: clearingAbi, functionName: 'approve', args: [queue, series, -size] }),
      label: 'approve options',
    })),
  ]
}

/**
 * Asks for a trade at the price that will be signed a governed delay from now. Takes limit, tip and options sold at once;
 * what is not needed comes back when it executes, and everything when it expires. It cannot be cancelled.
 */
export function prepareDelayedOrder({ queue, order, tip }: prepareDelayedOrder.Parameters): PreparedCall {
  const { market, legs, limit, deadline, recipient } = order
  const args = [{ market, legs: legs.map((leg) => ({ ...leg })), limit, deadline, recipient }, tip] as const
  return {
    to: queue,
    data: encodeFunctionData({ abi: delayedOrdersAbi, functionName: 'request', args }),
    label: 'request order',
  }
}

export declare namespace prepareDelayedOrder {
  type Parameters = {
    /** The market's `DelayedOrders`. */
    readonly queue: Address
    /** A deadline before the order expires by itself is refused. */
    readonly order: prepareTrade.Parameters
    /** Base units of the collateral, for whoever executes it. */
    readonly tip: bigint
  }
}

/** Executes an order at the price of its second, for anyone. All `signatures` must be of signers, ascending. */
export function prepareExecution(
  { queue, id, delayed }: WaitingOrder,
  { answer, signedAt, signatures }: SignedPrice,
): PreparedCall {
  const signers = signatures.map(({ signer }) => signer)
  const args = [id, told(delayed), { answer, signedAt }, signers, signatures.map(({ signature }) => signature)] as const
  return {
    to: queue,
    data: encodeFunctionData({ abi: delayedOrdersAbi, functionName: 'execute', args }),
    label: 'execute order',
  }
}

/** Gives everything of an expired order back to its trader; anybody may send it. */
export function prepareOrderRefund({ queue, id, delayed }: WaitingOrder): PreparedCall {
  const data = encodeFunctionData({ abi: delayedOrdersAbi, functionName: 'refund', args: [id, told(delayed)] })
  return { to: queue, data, label: 'refund order' }
}

/** As the contract hashes it. */
const told = ({ order, ...delayed }: WaitingOrder['delayed']) => ({
  ...delayed,
  order: { ...order, legs: order.legs.map((leg) => ({ ...leg })) },
})
