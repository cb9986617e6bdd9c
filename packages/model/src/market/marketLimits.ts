/** Governed limits of a market, as `MarketLimits` in ICatalogue.sol; wads where nothing else is said. */
export type MarketLimits = {
  /** Opening needs a call delta within [minDelta, maxDelta]. */
  readonly minDelta: bigint
  readonly maxDelta: bigint
  /** |net delta| x S over E. */
  readonly maxNetDelta: bigint
  /** |net vega| over E per 1.00 of volatility. */
  readonly maxNetVega: bigint
  readonly maxExpiryVega: bigint
  /** Loss of short gamma to a 1 % move over E. */
  readonly maxGamma: bigint
  /** Required margin over E. */
  readonly maxUtilisation: bigint
  /** Of locked collateral that must stay free after a trade that adds margin. */
  readonly bufferShare: bigint
  /** Options per leg. */
  readonly minTradeSize: bigint
  readonly maxTradeSize: bigint
  readonly maxSeriesSize: bigint
  readonly maxExpirySize: bigint
  /** Vega that may be opened between two reports, over E. */
  readonly vegaPerReport: bigint
  /** Of a signed price from the model's, share of notional. */
  readonly quoteDistance: bigint
  /** Seconds. */
  readonly maxSyncAge: number
  readonly maxSliceAge: number
}
