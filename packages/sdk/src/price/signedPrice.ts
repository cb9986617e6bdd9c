import type { Address, Hex } from 'viem'
import { getAddress, hashTypedData } from 'viem'
import type { ReportSignature, SurfaceSigner } from '../surface/signedReport.ts'
import { inOrder } from '../surface/signedReport.ts'

const TYPES = {
  PriceReport: [
    { name: 'answer', type: 'int256' },
    { name: 'signedAt', type: 'uint40' },
  ],
} as const

/** A price of one signed feed, of one chain, and the signatures over it. */
export type SignedPrice = {
  readonly chainId: number
  readonly feed: Address
  /** Of the feed: collateral per one underlying is `answer / 10 ** decimals`. */
  readonly decimals: number
  readonly answer: bigint
  /** Unix seconds. */
  readonly signedAt: number
  readonly signatures: readonly ReportSignature[]
}

/** The EIP-712 digest that price signers sign: bound to the chain and the feed's address. */
export function priceDigest({ chainId, feed, answer, signedAt }: Omit<SignedPrice, 'decimals' | 'signatures'>): Hex {
  return hashTypedData({
    domain: { name: 'Keel Price', version: '1', chainId, verifyingContract: feed },
    types: TYPES,
    primaryType: 'PriceReport',
    message: { answer, signedAt },
  })
}

/** A price with the signature of each signer added; one it has already is made anew. */
export async function signPrice({ price, signers }: signPrice.Parameters): Promise<SignedPrice> {
  const digest = priceDigest(price)
  const own = await Promise.all(
    signers.map(async ({ address, sign }) => ({ signer: getAddress(address), signature: await sign(digest) })),
  )
  const kept = price.signatures.filter(({ signer }) => own.every((each) => each.signer !== getAddress(signer)))
  return { ...price, signatures: inOrder([...kept, ...own]) }
}

export declare namespace signPrice {
  type Parameters = { readonly price: SignedPrice; readonly signers: readonly SurfaceSigner[] }
}
