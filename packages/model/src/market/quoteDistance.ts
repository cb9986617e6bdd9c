import { toAssetsUp } from '../types/assets.ts'
import { magnitude, sizeOfLots, toLots } from '../types/size.ts'
import { mulDown } from '../types/wad.ts'
import type { MarketLimits } from './marketLimits.ts'

/** What a distance is measured in. */
export type QuotedNotional = {
  /** Of the legs, wad options in whole lots; signs do not matter. */
  readonly sizes: readonly bigint[]
  /** Mark, wad. */
  readonly spot: bigint
  /** Of the collateral. */
  readonly scale: bigint
  readonly limits: Pick<MarketLimits, 'quoteDistance'>
}

/** How far a signed price may be from the model's at most, either way, base units: see Market.sol. */
export const quoteDistance = ({ sizes, spot, scale, limits }: QuotedNotional): bigint => {
  const lots = sizes.reduce((sum, size) => sum + magnitude(toLots(size)), 0n)
  return toAssetsUp(mulDown(mulDown(sizeOfLots(lots), spot), limits.quoteDistance), scale)
}
