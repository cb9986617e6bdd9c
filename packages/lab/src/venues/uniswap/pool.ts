import { type Address, encodeFunctionData, erc20Abi, maxUint256, type PublicActions } from 'viem'
import { poolAbi, positionManagerAbi } from './abi.ts'
import type { UniswapV3 } from './deployment.ts'
import { amountsForLiquidity, depthOfLiquidity, liquidityForDepth } from './depth.ts'
import { type Pool, sortPair } from './pair.ts'
import { priceFromSqrtPrice, sqrtPriceFromPrice } from './price.ts'
import { fullRange, rangeBetween, type TickRange } from './ticks.ts'
import type { PreparedTransaction } from './transaction.ts'

/** Creates a pool and sets its first price (wad of collateral per underlying); nothing happens if it has one. */
export function prepareCreatePool(
  { positionManager }: UniswapV3,
  { pool, price }: { pool: Pool; price: bigint },
): PreparedTransaction {
  const { token0, token1 } = sortPair(pool.pair)
  return {
    to: positionManager,
    data: encodeFunctionData({
      abi: positionManagerAbi,
      functionName: 'createAndInitializePoolIfNecessary',
      args: [token0, token1, pool.fee, sqrtPriceFromPrice(pool.pair, price)],
    }),
    gas: 5_500_000n,
  }
}

/** Makes room for `cardinality` price observations (22,100 gas each), for readers of the pool's average. */
export function prepareObservations({ address }: Pool, cardinality: number): PreparedTransaction {
  return {
    to: address,
    data: encodeFunctionData({
      abi: poolAbi,
      functionName: 'increaseObservationCardinalityNext',
      args: [cardinality],
    }),
    gas: 100_000n + 25_000n * BigInt(cardinality),
  }
}

/** An unlimited ERC-20 approval: the position manager and the router pull tokens from their caller. */
export function prepareApproval(token: Address, spender: Address): PreparedTransaction {
  return {
    to: token,
    data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, maxUint256] }),
    gas: 100_000n,
  }
}

/**
 * Adds a position so deep that buying for `depth` collateral moves the price by 1 %, over the full range or between
 * two prices. The sender must hold and have approved the returned amounts to the position manager; a pool whose price
 * has left `price` takes less of one token and gives less liquidity.
 */
export function prepareLiquidity(
  { positionManager }: UniswapV3,
  { pool, price, depth, recipient, between }: prepareLiquidity.Parameters,
): prepareLiquidity.ReturnType {
  const { pair, fee } = pool
  const { token0, token1, underlyingIsToken0 } = sortPair(pair)
  const sqrtPriceX96 = sqrtPriceFromPrice(pair, price)
  const range =
    between === undefined
      ? fullRange(fee)
      : rangeBetween(fee, [sqrtPriceFromPrice(pair, between[0]), sqrtPriceFromPrice(pair, between[1])])
  const liquidity = liquidityForDepth(pair, { sqrtPriceX96, depth })
  const { amount0, amount1 } = amountsForLiquidity(range, { sqrtPriceX96, liquidity })

  const data = encodeFunctionData({
    abi: positionManagerAbi,
    functionName: 'mint',
    args: [
      {
        token0,
        token1,
        fee,
        tickLower: range.lower,
        tickUpper: range.upper,
        amount0Desired: amount0,
        amount1Desired: amount1,
        amount0Min: 0n,
        amount1Min: 0n,
        recipient,
        deadline: maxUint256,
      },
    ],
  })
  return {
    transaction: { to: positionManager, data, gas: 700_000n },
    liquidity,
    range,
    collateral: underlyingIsToken0 ? amount1 : amount0,
    underlying: underlyingIsToken0 ? amount0 : amount1,
  }
}

export declare namespace prepareLiquidity {
  interface Parameters {
    readonly pool: Pool
    /** Where the pool stands, wad of collateral per underlying. */
    readonly price: bigint
    /** Collateral base units per 1 % of price. */
    readonly depth: bigint
    readonly recipient: Address
    /** Two prices that bound the position; the full range when absent. */
    readonly between?: readonly [bigint, bigint]
  }
  interface ReturnType {
    readonly transaction: PreparedTransaction
    readonly liquidity: bigint
    readonly range: TickRange
    readonly collateral: bigint
    readonly underlying: bigint
  }
}

/** Price, liquidity in range and depth of a pool now. */
export async function readPool(
  client: Pick<PublicActions, 'readContract'>,
  { address, pair }: Pool,
): Promise<readPool.ReturnType> {
  const [[sqrtPriceX96, tick], liquidity] = await Promise.all([
    client.readContract({ address, abi: poolAbi, functionName: 'slot0' }),
    client.readContract({ address, abi: poolAbi, functionName: 'liquidity' }),
  ])
  return {
    sqrtPriceX96,
    tick,
    liquidity,
    price: priceFromSqrtPrice(pair, sqrtPriceX96),
    depth: depthOfLiquidity(pair, { sqrtPriceX96, liquidity }),
  }
}

export declare namespace readPool {
  interface ReturnType {
    readonly sqrtPriceX96: bigint
    readonly tick: number
    readonly liquidity: bigint
    /** Wad of collateral per underlying. */
    readonly price: bigint
    /** Collateral base units per 1 % of price. */
    readonly depth: bigint
  }
}
