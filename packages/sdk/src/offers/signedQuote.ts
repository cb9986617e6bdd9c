import type { Address, Hex } from 'viem'
import { hashTypedData } from 'viem'
import type { Leg } from '../calls/trading.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { SurfaceSigner } from '../surface/signedReport.ts'

const TYPES = {
  SignedQuote: [
    { name: 'maker', type: 'address' },
    { name: 'taker', type: 'address' },
    { name: 'market', type: 'uint16' },
    { name: 'legs', type: 'Leg[]' },
    { name: 'price', type: 'int256' },
    { name: 'spotFrom', type: 'uint256' },
    { name: 'spotTo', type: 'uint256' },
    { name: 'deadline', type: 'uint40' },
    { name: 'salt', type: 'uint256' },
  ],
  Leg: [
    { name: 'series', type: 'uint256' },
    { name: 'size', type: 'int256' },
  ],
} as const

/** A price for legs against the vault, offered by a maker that the governor allows. `SignedQuote` of IOrders.sol. */
export type SignedQuote = {
  readonly maker: Address
  /** The zero address: anyone. */
  readonly taker: Address
  readonly market: number
  /** As the taker trades them: positive sizes are bought. */
  readonly legs: readonly Leg[]
  /** For the whole, base units of the collateral, positive: the taker pays. */
  readonly price: bigint
  /** It fills only while spot (wad) is from here to there, both ends included. */
  readonly spotFrom: bigint
  readonly spotTo: bigint
  /** Unix seconds, the last in which it fills. */
  readonly deadline: number
  /** Tells it from other quotes of the same terms. */
  readonly salt: bigint
}

/** A quote and its maker's signature. */
export type QuoteWithSignature = { readonly quote: SignedQuote; readonly signature: Hex }

/** EIP-712 typed data of a quote, bound to the chain and to the orders contract: for any wallet's `signTypedData`. */
export function quoteTypedData({ chainId, contracts }: Deployment, quote: SignedQuote) {
  return {
    domain: { name: 'Keel Orders', version: '1', chainId, verifyingContract: contracts.orders },
    types: TYPES,
    primaryType: 'SignedQuote',
    message: quote,
  } as const
}

/** The digest that its maker signs, and under which the contract counts what is filled. */
export function quoteDigest(deployment: Deployment, quote: SignedQuote): Hex {
  return hashTypedData(quoteTypedData(deployment, quote))
}

/** A quote signed by a key: its maker's, or one for which a maker that is a contract answers (ERC-1271). */
export async function signQuote(
  deployment: Deployment,
  { quote, signer }: signQuote.Parameters,
): Promise<QuoteWithSignature> {
  return { quote, signature: await signer.sign(quoteDigest(deployment, quote)) }
}

export declare namespace signQuote {
  type Parameters = { readonly quote: SignedQuote; readonly signer: SurfaceSigner }
}
