type Six<T> = readonly [T, T, T, T, T, T]

/** Governed margin parameters of a market, as `MarginParams` in IClearing.sol; wads where nothing else is said. */
export type MarginParams = {
  /** s: share of spot (put) or of strike (call) left by the shock. */
  readonly spotShock: bigint
  /** Floor on the mark. */
  readonly markFactor: bigint
  /** Floor on spot. */
  readonly spotFloor: bigint
  /** Health factors of the vault's compartments. */
  readonly callUpper: bigint
  readonly callLower: bigint
  readonly putUpper: bigint
  readonly putLower: bigint
  /** Seconds, ascending. */
  readonly knotTimes: Six<number>
  /** U at the knots; linear between, held beyond both ends. */
  readonly knotValues: Six<bigint>
}
