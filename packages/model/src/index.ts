export { afterTrade } from './clearing/compartmentMath.ts'
export * from './clearing/marginFormula.ts'
export type { MarginParams } from './clearing/marginParams.ts'
export * from './fromFloat.ts'
export * from './market/boardGrid.ts'
export type { MarketLimits } from './market/marketLimits.ts'
export * from './market/postTrade.ts'
export * from './market/quoteDistance.ts'
export * from './market/quotePart.ts'
export { isStopped } from './market/stops.ts'
export { volatility as sviVolatility } from './math/svi.ts'
export * from './oracle/observationRing.ts'
export * from './oracle/sliceRounding.ts'
export { packSliceWord, SliceNotStorableError, unpackSliceWord } from './oracle/sliceWord.ts'
export { encodeSlices } from './pricing/inputSlices.ts'
export {
  getLots,
  LOT_WORDS,
  POSITION_LIMIT,
  PositionOutOfRangeError,
  pairOfLots,
  setLots,
  sumOfMagnitudes,
} from './pricing/lots.ts'
export { lnStrikeOf, NodeStrikeOutOfRangeError, nodeOf, strikeOf } from './pricing/node.ts'
export type { BookRisk, BookValue, Priced, QuoteParts, UnitGreeks } from './pricing/priced.ts'
export { mark, marks, potential, quote, value } from './pricing/pricer.ts'
export * from './pricing/pricingBounds.ts'
export * from './pricing/pricingInput.ts'
export { greeks } from './pricing/seriesGreeks.ts'
export { deltaFactor, spreadOfExpiry } from './pricing/spread.ts'
export { decodeTerms, encodeTerms, TermsTooShortError } from './pricing/termsLayout.ts'
export * from './seriesId.ts'
export * from './sviSlice.ts'
export * from './types/assets.ts'
export * from './types/size.ts'
export * from './types/wad.ts'
