import { toAssetsCeil } from '../types/assets.ts'
import { isWholeLots } from '../types/size.ts'
import { WAD } from '../types/wad.ts'

/** A part of a signed quote, by its share of the whole, a wad in (0, 1]: see Orders.sol. */

const HALF_WORD = 1n << 255n

export class PartLeavesWordError extends Error {
  override readonly name = 'PartLeavesWordError'
  constructor(whole: bigint) {
    super(`A part of ${whole} leaves the word it is computed in. Sizes and prices below 2^195 never do.`)
  }
}

/** Whether a share of a size is whole lots. */
export const isPartWholeLots = (size: bigint, share: bigint): boolean => {
  const product = productOf(size, share)
  return product % WAD === 0n && isWholeLots(product / WAD)
}

/** A share of a size, wad options, as its sign; exact where it is whole lots. */
export const partOfSize = (size: bigint, share: bigint): bigint => productOf(size, share) / WAD

/** A share of a price, base units, positive when the taker pays: rounded up, towards the vault. */
export const partOfPrice = (price: bigint, share: bigint): bigint => toAssetsCeil(productOf(price, share), WAD)

const productOf = (whole: bigint, share: bigint): bigint => {
  const product = whole * share
  if (product < -HALF_WORD || product >= HALF_WORD) throw new PartLeavesWordError(whole)
  return product
}
