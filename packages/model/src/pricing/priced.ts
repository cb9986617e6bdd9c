/** The answers of the pricer, as the structs of IPricer.sol: wads of collateral where nothing else is said. */

/** Sums over the vault's option book, vault's sign: what prices and limits depend on. */
export type BookRisk = {
  /** Underlying. */
  readonly delta: bigint
  /** Underlying per collateral. */
  readonly gamma: bigint
  /** Per 1.00 of volatility. */
  readonly vega: bigint
  /** Of the short positions, at the upper health factors. */
  readonly requiredMargin: bigint
}

/** All of it. */
export type BookValue = BookRisk & {
  readonly value: bigint
  /** Per year. */
  readonly theta: bigint
}

/** One option, held: mark and Greeks as the book sums them, units as in `BookValue`. */
export type UnitGreeks = {
  readonly mark: bigint
  readonly delta: bigint
  readonly gamma: bigint
  readonly vega: bigint
  readonly theta: bigint
}

/** A price with its parts, positive when the trader pays; `net` is their sum, exactly. */
export type QuoteParts = {
  /** The worse for the trader of mark and average. */
  readonly fair: bigint
  /** Change of the convex potential, after the discount cap. */
  readonly potential: bigint
  readonly spread: bigint
  readonly latency: bigint
  readonly carry: bigint
  readonly fee: bigint
  /** What the clamps moved the price, in the vault's favour. */
  readonly clamp: bigint
  readonly net: bigint
  /** Psi after the trade. */
  readonly skewAfter: bigint
}

export type Priced = {
  readonly parts: QuoteParts
  readonly before: BookValue
  readonly afterwards: BookValue
  /** Per leg: N(d1) at mark. */
  readonly callDelta: readonly bigint[]
  /** Per leg: what the compartment must hold for the vault's position after the trade. */
  readonly collateral: readonly bigint[]
  /** Per board. */
  readonly vegaBefore: readonly bigint[]
  readonly vegaAfter: readonly bigint[]
}
