import { clearingAbi } from '@keel/contracts/generated'
import type { Address } from 'viem'
import { isAddressEqual, zeroAddress } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import type { QuoteFault } from '../errors/offer.ts'
import type { Reader } from '../views/read.ts'
import { readContract } from '../views/read.ts'
import { fault } from './termFaults.ts'

/**
 * Whether an account lets the deployment's orders module trade for it; and the other module that it lets instead, absent
 * where there is none. Clearing holds one per account, so the next takes the place of the last.
 */
export type Leave = { readonly isGiven: boolean; readonly replaces?: Address }

export async function readLeave(reader: Reader, { contracts }: Deployment, account: Address): Promise<Leave> {
  const clearing = { address: contracts.clearing, abi: clearingAbi } as const
  const module = await readContract(reader, { ...clearing, functionName: 'ordersOf', args: [account] })
  const isGiven = isAddressEqual(module, contracts.orders)
  return { isGiven, ...(!isGiven && module !== zeroAddress && { replaces: module }) }
}

export function leaveFaults(taker: Address, { isGiven, replaces }: Leave): readonly QuoteFault[] {
  if (isGiven) return []
  const text = `${taker} does not let the orders module trade for it. Allow it once: prepareAllowOrders, or keel offer fill --allow-orders.`
  const ends = replaces ? ` That ends the leave of ${replaces}, another module.` : ''
  return [fault('notAllowed', text + ends)]
}
