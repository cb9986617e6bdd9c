import { type FittedExpiry, sviVolatility } from '@keel/quant'

/** How well one slice tells what its quotes say. Errors are |slice − volatility of the middle price|, decimals per √year. */
export type ExpiryFit = {
  /** Unix seconds. */
  readonly expiry: number
  /** Quotes the slice rests on, and those set aside as alone against their neighbours. */
  readonly quotes: number
  readonly outliers: number
  /** Quotes it rests on below and above the forward. */
  readonly below: number
  readonly above: number
  readonly medianError: number
  readonly worstError: number
  /** Share of the quotes whose bid–ask holds the slice's volatility. */
  readonly insideSpread: number
  /** Median of (ask − bid)/2 in volatility. */
  readonly medianHalfSpread: number
  readonly forward: number
  readonly forwardSource: FittedExpiry['source']
}

/** Measures a slice against the quotes it was fitted to; outliers are counted and not measured. */
export function measureFit({ expiry, years, slice, quotes, outliers, forward, source }: FittedExpiry): ExpiryFit {
  const errors: number[] = []
  const halfSpreads: number[] = []
  let [inside, below] = [0, 0]
  for (const { k, bidVolatility, askVolatility, midVolatility } of quotes) {
    const volatility = sviVolatility(slice, { k, years })
    errors.push(Math.abs(volatility - midVolatility))
    halfSpreads.push(0.5 * (askVolatility - bidVolatility))
    if (volatility >= bidVolatility && volatility <= askVolatility) inside++
    if (k < 0) below++
  }
  return {
    expiry,
    quotes: quotes.length,
    outliers: outliers.length,
    below,
    above: quotes.length - below,
    medianError: median(errors),
    worstError: Math.max(0, ...errors),
    insideSpread: quotes.length === 0 ? 0 : inside / quotes.length,
    medianHalfSpread: median(halfSpreads),
    forward,
    forwardSource: source,
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}
