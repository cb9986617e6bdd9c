import type { Terms } from '@keel/sdk/deploy'
import type { FeedPolicy } from './feed.ts'
import type { Pull } from './signedPrices.ts'

/** One cell of the study. */
export type Setting = {
  readonly feed: FeedPolicy
  /** A price that comes with the order; undefined where the market has the feed alone. */
  readonly pull: Pull | undefined
  /** A report this often, and whenever a board has none. */
  readonly reportEverySecs: number
  /** From signing to the block that has it. */
  readonly reportDelaySecs: number
  readonly observeEverySecs: number
  readonly terms: Terms
  /** Averaging window W, seconds. */
  readonly window: number
  /** Wad; does not move, as between two rolls. */
  readonly equity: bigint
  /** The vault levels itself beyond this share of equity, in the first tick without a trade. */
  readonly band: number
  /** What the bot pays per unit of delta notional that it hedges. */
  readonly takerCost: number
}

/** The vault's, as floats. */
export type Rates = ReturnType<typeof ratesOf>

const asFloat = (wad: bigint): number => Number(wad) / 1e18

export function ratesOf({ terms, window, equity }: Setting) {
  const { pricing: p, limits: l, margin: m } = terms
  return {
    window,
    equity: asFloat(equity),
    hedgeCost: asFloat(p.hedgeCost),
    deltaCharge: asFloat(p.deltaCharge),
    vegaCharge: asFloat(p.vegaCharge),
    expiryVegaCharge: asFloat(p.expiryVegaCharge),
    gammaCharge: asFloat(p.gammaCharge),
    utilisationCharge: asFloat(p.utilisationCharge),
    utilisationKink: asFloat(p.utilisationKink),
    referenceVolatility: asFloat(p.referenceVolatility),
    halfSpread: asFloat(p.halfSpread),
    ageSpread: asFloat(p.ageSpread),
    moveSpread: asFloat(p.moveSpread),
    latency: asFloat(p.latency),
    hedgeCarry: asFloat(p.hedgeCarry),
    collateralCarry: asFloat(p.collateralCarry),
    feeRate: asFloat(p.feeRate),
    tenorKnots: p.tenorKnots,
    tenorFactors: p.tenorFactors.map(asFloat),
    deltaFactors: p.deltaFactors.map(asFloat),
    minDelta: asFloat(l.minDelta),
    maxDelta: asFloat(l.maxDelta),
    maxNetDelta: asFloat(l.maxNetDelta),
    maxNetVega: asFloat(l.maxNetVega),
    maxExpiryVega: asFloat(l.maxExpiryVega),
    maxGamma: asFloat(l.maxGamma),
    maxUtilisation: asFloat(l.maxUtilisation),
    maxTradeSize: asFloat(l.maxTradeSize),
    maxSeriesSize: asFloat(l.maxSeriesSize),
    maxExpirySize: asFloat(l.maxExpirySize),
    vegaPerReport: asFloat(l.vegaPerReport),
    maxSliceAge: l.maxSliceAge,
    margin: {
      spotShock: asFloat(m.spotShock),
      markFactor: asFloat(m.markFactor),
      spotFloor: asFloat(m.spotFloor),
      callUpper: asFloat(m.callUpper),
      putUpper: asFloat(m.putUpper),
      knotTimes: m.knotTimes,
      knotValues: m.knotValues.map(asFloat),
    },
  }
}

/** Linear between knots, held beyond both ends. */
export function between(
  at: number,
  { knots, values }: { knots: readonly number[]; values: readonly number[] },
): number {
  const i = knots.findIndex((knot) => at < knot)
  if (i === 0) return values[0]!
  if (i < 0) return values.at(-1)!
  return values[i - 1]! + ((values[i]! - values[i - 1]!) * (at - knots[i - 1]!)) / (knots[i]! - knots[i - 1]!)
}
