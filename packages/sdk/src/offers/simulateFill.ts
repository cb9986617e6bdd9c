import { ordersAbi } from '@keel/contracts/generated'
import type { Address } from 'viem'
import type { Deployment } from '../deployment/deployment.ts'
import { ContractError, explain } from '../errors/ContractError.ts'
import { isRevert } from '../errors/isRevert.ts'
import type { QuoteFault } from '../errors/offer.ts'
import type { Reader } from '../views/read.ts'
import { readContract } from '../views/read.ts'
import type { QuoteWithSignature } from './signedQuote.ts'
import { fault } from './termFaults.ts'

/** `Error` is a text. */
const OF_TOKENS = ['ERC20InsufficientAllowance', 'SafeERC20FailedOperation', 'Error']

export type Simulation = { readonly faults: readonly QuoteFault[]; readonly reached: 'untilPayment' | 'whole' }

/**
 * What the contracts say to a fill. Where clearing may not take the price yet, what the token says of that is no fault: the
 * fill was then followed until payment, and not what comes after.
 */
export async function simulateFill(
  reader: Reader,
  { contracts }: Deployment,
  { quote, signature, share, taker, isApproved }: simulateFill.Parameters,
): Promise<Simulation> {
  const orders = { address: contracts.orders, abi: ordersAbi, from: taker } as const
  try {
    await readContract(reader, { ...orders, functionName: 'fill', args: [quote, signature, share] })
    return { faults: [], reached: 'whole' }
  } catch (error) {
    if (!isApproved && isOfToken(error)) return { faults: [], reached: 'untilPayment' }
    return { faults: [contractFault(error)], reached: 'whole' }
  }
}

export declare namespace simulateFill {
  type Parameters = QuoteWithSignature & {
    /** Of the whole, wad. */
    readonly share: bigint
    readonly taker: Address
    /** Clearing may take the price. */
    readonly isApproved: boolean
  }
}

/** What a contract of Keel's said; anything else is thrown on. */
export function contractFault(error: unknown): QuoteFault {
  const explained = explain(error)
  if (!(explained instanceof ContractError)) throw error
  return fault('contract', explained.message, explained.retryable)
}

/** A token may refuse in an error of its own. */
function isOfToken(error: unknown): boolean {
  const explained = explain(error)
  return explained instanceof ContractError ? OF_TOKENS.includes(explained.contractError) : isRevert(error)
}
