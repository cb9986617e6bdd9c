import { ordersAbi } from '@keel/contracts/generated'
import type { Deployment } from '../deployment/deployment.ts'
import type { Reader } from '../views/read.ts'
import { readContract } from '../views/read.ts'
import type { SignedQuote } from './signedQuote.ts'
import { quoteDigest } from './signedQuote.ts'

/** The share of a quote that is filled, wad; all of it where its maker cancelled. */
export function readFilled(reader: Reader, deployment: Deployment, quote: SignedQuote): Promise<bigint> {
  return readContract(reader, {
    address: deployment.contracts.orders,
    abi: ordersAbi,
    functionName: 'filled',
    args: [quoteDigest(deployment, quote)],
  })
}
