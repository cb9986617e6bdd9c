import { type Pair, sortPair } from './pair.ts'

const WAD = 10n ** 18n
const Q192 = 1n << 192n

/** Uniswap's sqrt(token1 per token0 in base units) · 2^96, rounded down, of a wad of collateral per underlying. */
export function sqrtPriceFromPrice(pair: Pair, price: bigint): bigint {
  if (price <= 0n) throw new NonPositivePriceError({ price })
  const collateralUnits = price * 10n ** BigInt(pair.collateralDecimals)
  const underlyingUnits = WAD * 10n ** BigInt(pair.underlyingDecimals)
  return sortPair(pair).underlyingIsToken0
    ? sqrtFloor((collateralUnits * Q192) / underlyingUnits)
    : sqrtFloor((underlyingUnits * Q192) / collateralUnits)
}

/** The price in wad of collateral per underlying at a sqrtPriceX96, to the nearest wad. */
export function priceFromSqrtPrice(pair: Pair, sqrtPriceX96: bigint): bigint {
  if (sqrtPriceX96 <= 0n) throw new NonPositivePriceError({ price: sqrtPriceX96 })
  const square = sqrtPriceX96 * sqrtPriceX96
  const collateralUnit = 10n ** BigInt(pair.collateralDecimals)
  const underlyingUnit = WAD * 10n ** BigInt(pair.underlyingDecimals)
  return sortPair(pair).underlyingIsToken0
    ? divideNearest(square * underlyingUnit, Q192 * collateralUnit)
    : divideNearest(Q192 * underlyingUnit, square * collateralUnit)
}

/** Largest integer whose square is at most x. */
export function sqrtFloor(x: bigint): bigint {
  if (x < 2n) return x
  let root = 1n << BigInt((x.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + x / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

function divideNearest(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator / 2n) / denominator
}

export class NonPositivePriceError extends Error {
  override readonly name = 'Uniswap.NonPositivePriceError'
  constructor({ price }: { price: bigint }) {
    super(`A pool price must be positive, ${price} was given. Pass collateral per underlying as a wad (18 decimals).`)
  }
}
