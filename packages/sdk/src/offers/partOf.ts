import { isPartWholeLots, partOfPrice, partOfSize, WAD } from '@keel/model'
import type { Leg } from '../calls/trading.ts'
import { refusal } from '../snapshot/refusal.ts'
import type { SignedQuote } from './signedQuote.ts'

/** What a fill of a share trades: its legs, and what the taker pays for them (base units), or is paid below zero. */
export type QuotePart = { readonly legs: readonly Leg[]; readonly price: bigint }

/**
 * The part of a quote that a share of it (wad) is, as the contract makes it: legs in whole lots, the price rounded up,
 * towards the vault. Throws the `ContractError` that `fill` would give: NothingToFill, OverFilled for more than the whole,
 * PartNotWholeLots. Throws the model's `PartLeavesWordError` where the contract panics.
 */
export function partOf({ legs, price }: SignedQuote, share: bigint): QuotePart {
  if (share === 0n) throw refusal('NothingToFill', [])
  if (share > WAD) throw refusal('OverFilled', [0n, share])
  for (const { series, size } of legs)
    if (!isPartWholeLots(size, share)) throw refusal('PartNotWholeLots', [series, size])
  return {
    legs: legs.map(({ series, size }) => ({ series, size: partOfSize(size, share) })),
    price: partOfPrice(price, share),
  }
}
