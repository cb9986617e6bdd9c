import type { Grid, MarginParams, MarketLimits, PricingParams } from '@keel/model'

/** Governed values of a first market and its vault. Ratios and prices are wads unless said. */
export type Terms = {
  readonly spot: {
    readonly heartbeatSecs: number
    readonly averageWindowSecs: number
    readonly checkpointAgeSecs: number
    readonly maxGapSecs: number
    readonly wideBeyond: bigint
    readonly reduceBeyond: bigint
  }
  readonly surface: {
    readonly freshnessSecs: number
    readonly graceSecs: number
    readonly maxStep: bigint
  }
  readonly pricing: PricingParams
  readonly limits: MarketLimits
  /** Boards that anyone may list. */
  readonly grid: Grid
  readonly margin: MarginParams
  readonly hedge: {
    readonly hedgeCost: bigint
    readonly riskAversion: bigint
    readonly bandOfEquity: bigint
    readonly force: bigint
    readonly averageWeight: bigint
    readonly maxSlippage: bigint
    readonly minOrder: bigint
    readonly maxOrder: bigint
    readonly maxPerBlock: bigint
    readonly maxPerDay: bigint
    readonly period: number
    readonly forceDelay: number
  }
  readonly vault: {
    readonly minimumRequest: bigint
    readonly depositCap: bigint
    readonly equityFloor: bigint
    readonly bufferShare: bigint
    readonly exitSpread: bigint
    readonly period: number
    readonly phase: number
    readonly maxInformationAge: number
  }
}

const WAD = 10n ** 18n
const ONE_PCT = WAD / 100n
const ONE_BP = WAD / 10_000n
/** Options: what the market's limits may name at most, of a trade or a series, and of an expiry. */
const MOST_OF_SERIES = 1_000_000n * WAD
const MOST_OF_EXPIRY = 2_000_000n * WAD
const HOUR = 3_600
const DAY = 24 * HOUR

/**
 * A term sheet for a crypto underlying against a dollar token, scaled to the vault: sizes follow from spot (wad) and the
 * equity expected (whole collateral units).
 */
export function defaultTerms({ spot, equity, assetDecimals }: defaultTerms.Parameters): Terms {
  const unit = 10n ** BigInt(assetDecimals)
  // underlying worth so many basis points of the vault
  const ofEquity = (bp: bigint) => (((equity * WAD * bp) / 10_000n) * WAD) / spot
  const lots = (size: bigint) => (size / (WAD / 1000n) + 1n) * (WAD / 1000n)
  const atMost = (most: bigint, size: bigint) => (size < most ? size : most)
  return {
    spot: {
      heartbeatSecs: 65 * 60,
      averageWindowSecs: 30 * 60,
      checkpointAgeSecs: 30 * 60,
      maxGapSecs: HOUR,
      wideBeyond: 30n * ONE_BP,
      reduceBeyond: 150n * ONE_BP,
    },
    surface: { freshnessSecs: 60, graceSecs: 60, maxStep: 25n * ONE_PCT },
    pricing: {
      rate: 0n,
      hedgeCost: 10n * ONE_BP,
      deltaCharge: 5n * ONE_PCT,
      vegaCharge: 50n * ONE_PCT,
      expiryVegaCharge: 50n * ONE_PCT,
      gammaCharge: 2n * WAD,
      utilisationCharge: 10n * ONE_PCT,
      utilisationKink: 50n * ONE_PCT,
      referenceVolatility: 80n * ONE_PCT,
      halfSpread: ONE_PCT,
      ageSpread: 50n * ONE_PCT,
      moveSpread: 10n * ONE_PCT,
      latency: 95n * ONE_BP,
      hedgeCarry: 5n * ONE_PCT,
      collateralCarry: 2n * ONE_PCT,
      feeRate: 3n * ONE_BP,
      minimumPremium: ONE_PCT,
      flatDelta: 5n * ONE_PCT,
      tenorKnots: [DAY, 7 * DAY, 30 * DAY, 90 * DAY],
      tenorFactors: [(3n * WAD) / 2n, WAD, WAD, (6n * WAD) / 5n],
      deltaFactors: [2n * WAD, (6n * WAD) / 5n, WAD, (6n * WAD) / 5n, 2n * WAD],
    },
    limits: {
      minDelta: 5n * ONE_PCT,
      maxDelta: 95n * ONE_PCT,
      maxNetDelta: 20n * ONE_PCT,
      maxNetVega: 60n * ONE_PCT,
      maxExpiryVega: 40n * ONE_PCT,
      maxGamma: 4n * ONE_PCT,
      maxUtilisation: 75n * ONE_PCT,
      bufferShare: 10n * ONE_PCT,
      minTradeSize: WAD / 1000n,
      maxTradeSize: atMost(MOST_OF_SERIES, lots(ofEquity(1000n))),
      maxSeriesSize: atMost(MOST_OF_SERIES, lots(ofEquity(5000n))),
      maxExpirySize: atMost(MOST_OF_EXPIRY, lots(ofEquity(20_000n))),
      vegaPerReport: 20n * ONE_PCT,
      quoteDistance: ONE_PCT,
      maxSyncAge: HOUR,
      maxSliceAge: 2 * HOUR,
    },
    grid: { tick: tickOf(spot), step: 20n * ONE_PCT, strikes: 9, fridays: 3, lastFridays: 3 },
    margin: {
      spotShock: 60n * ONE_PCT,
      markFactor: 115n * ONE_PCT,
      spotFloor: 2n * ONE_PCT,
      callUpper: 130n * ONE_PCT,
      callLower: 110n * ONE_PCT,
      putUpper: 120n * ONE_PCT,
      putLower: 110n * ONE_PCT,
      knotTimes: [7 * DAY, 14 * DAY, 28 * DAY, 42 * DAY, 56 * DAY, 84 * DAY],
      knotValues: [1678n * ONE_BP, 2370n * ONE_BP, 3326n * ONE_BP, 4032n * ONE_BP, 4603n * ONE_BP, 5000n * ONE_BP],
    },
    hedge: {
      hedgeCost: 10n * ONE_BP,
      riskAversion: 30n * WAD,
      bandOfEquity: ONE_PCT,
      force: 5n * ONE_PCT,
      averageWeight: 50n * ONE_PCT,
      maxSlippage: 2n * ONE_PCT,
      minOrder: WAD / 1000n,
      maxOrder: lots(ofEquity(2000n)),
      maxPerBlock: lots(ofEquity(2000n)),
      maxPerDay: lots(ofEquity(200_000n)),
      period: 2 * HOUR,
      forceDelay: 10 * 60,
    },
    vault: {
      minimumRequest: unit,
      depositCap: equity * unit * 1000n,
      equityFloor: 1000n * unit,
      bufferShare: 10n * ONE_PCT,
      exitSpread: 2n * ONE_PCT,
      period: DAY,
      phase: 8 * HOUR + HOUR / 2,
      maxInformationAge: HOUR,
    },
  }
}

/** A quarter of a tenth of the power of ten below the price: 25 for 2,500, 250 for 90,000. */
function tickOf(spot: bigint): bigint {
  const magnitude = 10n ** BigInt(spot.toString().length - 1)
  return magnitude >= 40n ? magnitude / 40n : 1n
}

export declare namespace defaultTerms {
  type Parameters = {
    /** Wad of collateral per underlying. */
    readonly spot: bigint
    /** Equity the vault is expected to have, whole units of collateral. */
    readonly equity: bigint
    readonly assetDecimals: number
  }
}
