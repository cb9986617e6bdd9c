import { type Address, encodeFunctionData, type Hex, maxUint256, type PublicActions } from 'viem'
import { multicallAbi, quoterAbi, routerAbi } from './abi.ts'
import type { UniswapV3 } from './deployment.ts'
import { type Pool, type Side, sortPair } from './pair.ts'
import { prepareApproval } from './pool.ts'
import { sqrtPriceFromPrice } from './price.ts'
import type { PreparedTransaction } from './transaction.ts'

const SWAP_GAS = 400_000n
/** A swap with a price limit spends only what reaching it takes: this is never the bound, and fits an int256. */
const NO_AMOUNT_LIMIT = 1n << 254n

/** Sells exactly `amountIn` of one side for the other. The sender must have approved the router. */
export function prepareSwap(
  { router }: UniswapV3,
  { pool, sell, amountIn, recipient, amountOutMinimum = 0n }: prepareSwap.Parameters,
): PreparedTransaction {
  const data = exactInput(pool, { sell, amountIn, recipient, amountOutMinimum, sqrtPriceLimitX96: 0n })
  return { to: router, data, gas: SWAP_GAS }
}

export declare namespace prepareSwap {
  interface Parameters {
    readonly pool: Pool
    readonly sell: Side
    /** Base units of the side sold. */
    readonly amountIn: bigint
    readonly recipient: Address
    readonly amountOutMinimum?: bigint
  }
}

/** What `prepareSwap` would bring now. */
export async function quoteSwap(
  client: Pick<PublicActions, 'readContract'>,
  { uniswap, pool, sell, amountIn }: quoteSwap.Parameters,
): Promise<quoteSwap.ReturnType> {
  const { collateral, underlying } = pool.pair
  const [tokenIn, tokenOut] = sell === 'collateral' ? [collateral, underlying] : [underlying, collateral]
  const [amountOut, sqrtPriceX96After] = await client.readContract({
    address: uniswap.quoter,
    abi: quoterAbi,
    functionName: 'quoteExactInputSingle',
    args: [{ tokenIn, tokenOut, amountIn, fee: pool.fee, sqrtPriceLimitX96: 0n }],
  })
  return { amountOut, sqrtPriceX96After }
}

export declare namespace quoteSwap {
  interface Parameters {
    readonly uniswap: UniswapV3
    readonly pool: Pool
    readonly sell: Side
    readonly amountIn: bigint
  }
  interface ReturnType {
    readonly amountOut: bigint
    readonly sqrtPriceX96After: bigint
  }
}

/**
 * Lets the arbitrageur contract spend its tokens, once per pair. It is Uniswap's own multicall, which obeys everyone:
 * fund it on a local chain only.
 */
export function prepareArbitrageur(
  { arbitrageur, router }: UniswapV3,
  { collateral, underlying }: { readonly collateral: Address; readonly underlying: Address },
): PreparedTransaction {
  const calls = [collateral, underlying].map((token) => ({
    target: token,
    gasLimit: 100_000n,
    callData: prepareApproval(token, router).data,
  }))
  return multicall(arbitrageur, calls)
}

/**
 * Moves a pool to exactly `targetPrice` in one transaction, wherever it stands when the transaction runs: both
 * directions are tried with the target as limit, and the pool refuses the one that leads away from it. The money is
 * the arbitrageur contract's own; anyone may send this. When the pool is already there, or the money does not suffice,
 * nothing changes and nothing reverts: read the pool where that matters.
 */
export function prepareArbitrage(
  { arbitrageur, router }: UniswapV3,
  { pool, targetPrice }: { readonly pool: Pool; readonly targetPrice: bigint },
): PreparedTransaction {
  const swap = (sell: Side): Hex =>
    exactInput(pool, {
      sell,
      amountIn: NO_AMOUNT_LIMIT,
      recipient: arbitrageur,
      amountOutMinimum: 0n,
      sqrtPriceLimitX96: sqrtPriceFromPrice(pool.pair, targetPrice),
    })
  const calls = (['collateral', 'underlying'] as const).map((side) => ({
    target: router,
    gasLimit: SWAP_GAS,
    callData: swap(side),
  }))
  return multicall(arbitrageur, calls)
}

function multicall(to: Address, calls: readonly Call[]): PreparedTransaction {
  const gas = calls.reduce((sum, { gasLimit }) => sum + gasLimit, 100_000n)
  return { to, data: encodeFunctionData({ abi: multicallAbi, functionName: 'multicall', args: [calls] }), gas }
}

interface Call {
  readonly target: Address
  readonly gasLimit: bigint
  readonly callData: Hex
}

function exactInput({ pair, fee }: Pool, { sell, ...rest }: ExactInput): Hex {
  const { token0, token1, underlyingIsToken0 } = sortPair(pair)
  const [tokenIn, tokenOut] = (sell === 'underlying') === underlyingIsToken0 ? [token0, token1] : [token1, token0]
  return encodeFunctionData({
    abi: routerAbi,
    functionName: 'exactInputSingle',
    args: [{ tokenIn, tokenOut, fee, deadline: maxUint256, ...rest }],
  })
}

interface ExactInput {
  readonly sell: Side
  readonly amountIn: bigint
  readonly recipient: Address
  readonly amountOutMinimum: bigint
  readonly sqrtPriceLimitX96: bigint
}
