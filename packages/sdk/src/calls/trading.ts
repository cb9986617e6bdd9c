import { clearingAbi, marketAbi } from '@keel/contracts/generated'
import type { SeriesId } from '@keel/model'
import type { Address } from 'viem'
import { encodeFunctionData, erc20Abi } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import type { PreparedCall } from './prepared.ts'

/** One leg of an order. `size` in wad options, positive when the trader buys. */
export type Leg = { readonly series: SeriesId; readonly size: bigint }

/** Lets clearing pull `amount` of the collateral: what a buy costs at most. */
export function prepareApproval(
  { asset, contracts }: Deployment,
  { spender, amount }: prepareApproval.Parameters,
): PreparedCall {
  return {
    to: asset.address,
    data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [contracts[spender], amount] }),
    label: `approve ${spender}`,
  }
}

export declare namespace prepareApproval {
  type Parameters = { readonly spender: 'clearing' | 'vault'; readonly amount: bigint }
}

/** Lets the deployment's orders module trade for the sender, which filling a signed quote needs once. */
export function prepareAllowOrders({ contracts }: Deployment): PreparedCall {
  return {
    to: contracts.clearing,
    data: encodeFunctionData({ abi: clearingAbi, functionName: 'allowOrders', args: [contracts.orders] }),
    label: 'allow orders',
  }
}

/** An order against the vault. Reverts on chain rather than cost more, or pay less, than `limit`. */
export function prepareTrade({ contracts }: Deployment, order: prepareTrade.Parameters): PreparedCall {
  const { market, legs, limit, deadline, recipient } = order
  return {
    to: contracts.market,
    data: encodeFunctionData({
      abi: marketAbi,
      functionName: 'trade',
      args: [{ market, legs: legs.map((leg) => ({ ...leg })), limit, deadline, recipient }],
    }),
    label: 'trade',
  }
}

export declare namespace prepareTrade {
  type Parameters = {
    readonly market: number
    readonly legs: readonly Leg[]
    /** Base units of the collateral: most to pay (positive), or least to receive (negative). */
    readonly limit: bigint
    /** Unix seconds. */
    readonly deadline: number
    /** Gets the longs and the proceeds. */
    readonly recipient: Address
  }
}
