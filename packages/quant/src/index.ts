export { type BlackGreeks, type BlackInputs, black76, black76Price, type OptionKind } from './black/black76.ts'
export { type BlackColumns, type BlackResults, black76Batch, emptyResults } from './black/black76Batch.ts'
export { type DeribitOption, parseDeribitName } from './chain/deribitName.ts'
export { type ChainSurface, type FittedExpiry, fitChain, type RejectedExpiry } from './chain/fitChain.ts'
export { fitSmile, type SmileFit } from './chain/fitSmile.ts'
export { estimateForward, type ForwardEstimate } from './chain/forward.ts'
export {
  type ChainSnapshot,
  type OptionQuote,
  QUOTE_REJECTIONS,
  type QuoteRejection,
  type RejectionCounts,
} from './chain/quote.ts'
export { readSmile, type SmileBound, type SmileQuote } from './chain/smile.ts'
export { type ExpiryQuotes, type OneSided, type StrikeQuotes, sortQuotes, type TwoSided } from './chain/sort.ts'
export { blackEngine, sviEngine } from './engines/blackEngine.ts'
export type { EuropeanEngine, EuropeanOption, ForwardMarket } from './engines/europeanOption.ts'
export { type HestonParameters, hestonCharacteristic, hestonEngine } from './engines/hestonEngine.ts'
export { QuantError } from './errors.ts'
export { fitEssvi } from './essvi/fit.ts'
export { type EssviFault, type EssviSlice, essviFaults, essviToSvi, essviTotalVariance } from './essvi/slice.ts'
export { levenbergMarquardt, type Minimum, type NormalEquations, type Objective } from './fit/levenbergMarquardt.ts'
export { type DieboldMariano, dieboldMariano, qlike, TooFewLossesError } from './forecast/evaluate.ts'
export {
  BadWindowError,
  fitHar,
  forecastHar,
  type HarModel,
  randomWalkForecast,
  ShortHistoryError,
} from './forecast/har.ts'
export { realisedVariances, type VarianceSeries } from './forecast/realisedVariance.ts'
export { impliedDeviation, type NormalisedPrice } from './implied/impliedDeviation.ts'
export { type ImpliedColumns, impliedVolatilities, impliedVolatility } from './implied/impliedVolatility.ts'
export { type BlackBatch, createBlackBatch } from './kernel/blackBatch.ts'
export { BadBatchError } from './kernel/checkBatch.ts'
export { createImpliedBatch, type ImpliedBatch } from './kernel/impliedBatch.ts'
export type { Complex } from './math/complex.ts'
export { exp } from './math/exp.ts'
export { inverseNormalCdf } from './math/inverseNormal.ts'
export { log } from './math/log.ts'
export { logRatio } from './math/logRatio.ts'
export { millsRatio } from './math/mills.ts'
export { erfcx, normalCdf, normalPdf } from './math/normal.ts'
export { BadProcessError, jumpDiffusionPath } from './processes/jumpDiffusion.ts'
export { BadSeedError, createRandom, type Random } from './random/random.ts'
export {
  type Attribution,
  attributeProfit,
  type HedgeFlows,
  type MarketMove,
  sumAttributions,
} from './risk/attribution.ts'
export { type BandInputs, type HedgingBand, whalleyWilmottBand, zakamoulineBand } from './risk/hedgingBands.ts'
export {
  type Scenario,
  type ScenarioBook,
  type ScenarioLeg,
  scenarioGrid,
  scenarioProfits,
} from './risk/scenarios.ts'
export { fitSabr, type VolatilityPoints } from './sabr/fit.ts'
export { type SabrParameters, type SabrPoint, sabrVolatility } from './sabr/volatility.ts'
export { BadHedgeError, meanAndDeviation, simulateDeltaHedge } from './simulate/deltaHedge.ts'
export {
  calendarFaults,
  checkGrid,
  GRID_POINTS,
  GRID_WIDTH,
  MAX_WING_SLOPE,
  type SliceFault,
  sliceFaults,
} from './svi/checks.ts'
export { fitSvi, type SviFit } from './svi/fit.ts'
export type { SmilePoints } from './svi/points.ts'
export {
  durrlemanG,
  type SviSlice,
  sviShape,
  sviTotalVariance,
  sviVolatility,
  type VarianceShape,
} from './svi/slice.ts'
export { type ExpirySlice, type SurfacePoint, surfaceTotalVariance } from './svi/surface.ts'
export { SECONDS_PER_YEAR, yearsBetween } from './time.ts'
export {
  BadBarError,
  BadSpanError,
  type Bars,
  type Closes,
  type Spacing,
  TooFewObservationsError,
} from './volatility/bars.ts'
export { closeToCloseVolatility } from './volatility/closeToClose.ts'
export { BadHalfLifeError, ewmaVolatility } from './volatility/ewma.ts'
export { garmanKlassVolatility } from './volatility/garmanKlass.ts'
export { parkinsonVolatility } from './volatility/parkinson.ts'
export { yangZhangVolatility } from './volatility/yangZhang.ts'
