import type { Address } from 'viem'

/** The two tokens of a market: `underlying` is priced in `collateral`. */
export interface Pair {
  readonly collateral: Address
  readonly underlying: Address
  readonly collateralDecimals: number
  readonly underlyingDecimals: number
}

/** One side of a pair. */
export type Side = 'collateral' | 'underlying'

/** A pool of a pair, its address known before it exists. */
export interface Pool {
  readonly address: Address
  readonly pair: Pair
  /** Hundredths of a basis point: 500 is 0.05 %. */
  readonly fee: number
}

export interface SortedPair {
  readonly token0: Address
  readonly token1: Address
  /** Uniswap's price is token1 per token0: collateral per underlying exactly when the underlying is token0. */
  readonly underlyingIsToken0: boolean
}

/** Uniswap orders tokens by address. */
export function sortPair({ collateral, underlying }: Pair): SortedPair {
  const underlyingIsToken0 = BigInt(underlying) < BigInt(collateral)
  return underlyingIsToken0
    ? { token0: underlying, token1: collateral, underlyingIsToken0 }
    : { token0: collateral, token1: underlying, underlyingIsToken0 }
}
