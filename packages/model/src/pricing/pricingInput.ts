import type { MarginParams } from '../clearing/marginParams.ts'

/**
 * Everything a price depends on, as the structs of IPricer.sol, ISpotOracle.sol and ISurfaceOracle.sol. As viem decodes
 * them, integers of up to 48 bits are numbers and longer ones bigints, so that what a contract returns fits here. Terms and
 * slices are packed there: see `encodeTerms` and `encodeSlices`.
 *
 * The domain, which the contracts that fill the structs enforce: prices below 2^112, parameters inside `PricingBounds` and
 * `MarginBounds`, no two boards of one expiry, positions of 31 bits, slices that a word holds with sigma > 0, an equity
 * below 2^112, an order that names no series twice. Inside it no checked operation of the kernel overflows.
 */
export type PricingInput = {
  readonly timestamp: number
  readonly spot: SpotRead
  /** E, set at the roll, wad. */
  readonly equity: bigint
  /** Underlying units held by the hedger, wad. */
  readonly hedgeDelta: bigint
  /** Psi, wad of collateral. */
  readonly skew: bigint
  readonly margin: MarginParams
  readonly terms: Terms
  /** In force, one per board of the terms. */
  readonly slices: readonly SurfaceSlice[]
  /** Replaced, still within the grace window; each was reported. */
  readonly previous: readonly SurfaceSlice[]
  /** One per board: inside its averaging window, spot's average since it began, if known. */
  readonly averagesSoFar: readonly bigint[]
  /** `Lots`: four words per board, the vault's positions. */
  readonly lots: readonly bigint[]
}

export type SpotRead = {
  /** Wad, collateral per one underlying. */
  readonly mark: bigint
  readonly average: bigint
  readonly markUpdatedAt: number
  /** `OracleMode`: 0 open, 1 wide, 2 reduce only, 3 attach a price, 4 down. */
  readonly mode: number
}

export const ORACLE_WIDE = 1

export type SurfaceSlice = {
  /** Total variance at ln(K / F), a packed `SviSlice`. */
  readonly svi: bigint
  /** Forward over spot, wad. */
  readonly forwardRatio: bigint
  /** The spot the slice was fitted at, wad. */
  readonly spotAtReport: bigint
  readonly expiry: number
  /** Zero when the expiry has never been reported. */
  readonly reportedAt: number
}

/** What pricing reads of a market's terms: see `decodeTerms`. */
export type Terms = {
  /** W: seconds over which the settlement price is averaged. */
  readonly window: number
  readonly params: PricingParams
  readonly boards: readonly Board[]
}

export type Board = {
  readonly expiry: number
  /** One `Node` per strike. */
  readonly nodes: readonly bigint[]
}

type Four<T> = readonly [T, T, T, T]
type Five<T> = readonly [T, T, T, T, T]

/** Governed pricing parameters; every ratio is a wad. */
export type PricingParams = {
  /** Continuously compounded discount rate per year. */
  readonly rate: bigint
  /** c_h: unit cost of hedging delta, share of delta notional. */
  readonly hedgeCost: bigint
  readonly deltaCharge: bigint
  readonly vegaCharge: bigint
  readonly expiryVegaCharge: bigint
  readonly gammaCharge: bigint
  readonly utilisationCharge: bigint
  /** u_0 */
  readonly utilisationKink: bigint
  /** sigma_ref */
  readonly referenceVolatility: bigint
  /** h_0, in volatility, before the two factors. */
  readonly halfSpread: bigint
  /** z xi, volatility per sqrt(year) of slice age. */
  readonly ageSpread: bigint
  /** beta, volatility per unit of |ln(S / S_report)|. */
  readonly moveSpread: bigint
  /** Share of delta notional. */
  readonly latency: bigint
  /** Per year on hedge notional that a leg opens. */
  readonly hedgeCarry: bigint
  /** Per year on margin that a leg adds. */
  readonly collateralCarry: bigint
  /** Share of notional. */
  readonly feeRate: bigint
  /** Collateral per option. */
  readonly minimumPremium: bigint
  /** |Own delta| up to which what is sold out of the money counts for no more than at flat volatility. */
  readonly flatDelta: bigint
  /** Seconds to expiry, ascending. */
  readonly tenorKnots: Four<number>
  readonly tenorFactors: Four<bigint>
  /** On halfSpread, at call delta 0, 1/4, 1/2, 3/4, 1. */
  readonly deltaFactors: Five<bigint>
}

/** A leg resolved against the boards of the input. */
export type LegInput = {
  /** Place in the terms. */
  readonly board: bigint
  /** Place among the board's strikes. */
  readonly node: bigint
  readonly call: boolean
  /** Positive when the trader buys. */
  readonly lots: bigint
}
