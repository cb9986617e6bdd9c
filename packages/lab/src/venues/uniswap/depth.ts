import { type Pair, sortPair } from './pair.ts'
import { sqrtFloor } from './price.ts'
import { sqrtPriceAtTick, type TickRange } from './ticks.ts'

const Q96 = 1n << 96n
/** sqrt(1.01) as a wad, rounded down. */
const SQRT_101 = sqrtFloor(101n * 10n ** 34n)
const WAD = 10n ** 18n

/**
 * Liquidity L at which buying underlying for `depth` collateral (base units, fee apart) moves the price up by 1 %.
 * With the collateral as token1 that is depth = L·√P·(√1.01 − 1); as token0 the same with 1/√P.
 */
export function liquidityForDepth(
  pair: Pair,
  { sqrtPriceX96, depth }: { sqrtPriceX96: bigint; depth: bigint },
): bigint {
  const perDepth = (depth * WAD) / (SQRT_101 - WAD)
  return sortPair(pair).underlyingIsToken0 ? (perDepth * Q96) / sqrtPriceX96 : (perDepth * sqrtPriceX96) / Q96
}

/** Inverse of `liquidityForDepth`. */
export function depthOfLiquidity(
  pair: Pair,
  { sqrtPriceX96, liquidity }: { sqrtPriceX96: bigint; liquidity: bigint },
): bigint {
  const share = liquidity * (SQRT_101 - WAD)
  return sortPair(pair).underlyingIsToken0 ? (share * sqrtPriceX96) / Q96 / WAD : (share * Q96) / sqrtPriceX96 / WAD
}

/** Tokens that liquidity L needs in a range at a price, rounded up so that minting them gives at least about L. */
export function amountsForLiquidity(
  { lower, upper }: TickRange,
  { sqrtPriceX96, liquidity }: { sqrtPriceX96: bigint; liquidity: bigint },
): { readonly amount0: bigint; readonly amount1: bigint } {
  const low = sqrtPriceAtTick(lower)
  const high = sqrtPriceAtTick(upper)
  const inside = sqrtPriceX96 < low ? low : sqrtPriceX96 > high ? high : sqrtPriceX96
  return {
    amount0: (liquidity * Q96 * (high - inside)) / (high * inside) + 1n,
    amount1: (liquidity * (inside - low)) / Q96 + 1n,
  }
}
