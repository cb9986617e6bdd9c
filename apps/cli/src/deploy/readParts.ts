import { aggregatorV3Abi, iUniswapV3PoolAbi } from '@keel/contracts/generated'
import type { ReadingClient } from '@keel/sdk'
import { explainAction, requireCode, UnreachableRpcError } from '@keel/sdk'
import type { Address } from 'viem'
import { erc20Abi, isAddressEqual } from 'viem'
import { readContract } from 'viem/actions'
import { FeedWithoutPriceError, PoolOfOtherTokensError, WrongContractError } from './errors.ts'

export const PARTS = ['asset', 'underlying', 'feed', 'pool'] as const

export type PartAddresses = Readonly<Record<(typeof PARTS)[number], Address>>

export type Token = { readonly address: Address; readonly symbol: string; readonly decimals: number }

/** What Keel is deployed onto, as the chain describes it. */
export type Parts = PartAddresses & {
  readonly assetToken: Token
  readonly underlyingToken: Token
  /** Wad of collateral per underlying. */
  readonly spot: bigint
}

/** Reads tokens, feed and pool, and makes sure that they are what they are given as. */
export async function readParts(client: ReadingClient, addresses: PartAddresses): Promise<Parts> {
  for (const part of PARTS) await requireCode(client, { address: addresses[part], what: `--${part}` })
  const [assetToken, underlyingToken, spot] = await Promise.all([
    readToken(client, { flag: 'asset', address: addresses.asset }),
    readToken(client, { flag: 'underlying', address: addresses.underlying }),
    readSpot(client, addresses.feed),
    requirePoolOf(client, addresses),
  ])
  return { ...addresses, assetToken, underlyingToken, spot }
}

async function orWrong<T>(read: Promise<T>, wrong: { flag: string; address: Address; wanted: string }): Promise<T> {
  try {
    return await read
  } catch (error) {
    const explained = explainAction(error)
    throw explained instanceof UnreachableRpcError ? explained : new WrongContractError(wrong)
  }
}

async function readToken(client: ReadingClient, { flag, address }: { flag: string; address: Address }): Promise<Token> {
  const token = { address, abi: erc20Abi } as const
  const both = Promise.all([
    readContract(client, { ...token, functionName: 'symbol' }),
    readContract(client, { ...token, functionName: 'decimals' }),
  ])
  const [symbol, decimals] = await orWrong(both, { flag, address, wanted: 'an ERC-20 token with symbol and decimals' })
  return { address, symbol, decimals }
}

async function readSpot(client: ReadingClient, address: Address): Promise<bigint> {
  const feed = { address, abi: aggregatorV3Abi } as const
  const both = Promise.all([
    readContract(client, { ...feed, functionName: 'latestRoundData' }),
    readContract(client, { ...feed, functionName: 'decimals' }),
  ])
  const [[, answer], decimals] = await orWrong(both, { flag: 'feed', address, wanted: 'a price feed with a round' })
  if (answer <= 0n) throw new FeedWithoutPriceError(address)
  return answer * 10n ** BigInt(18 - decimals)
}

async function requirePoolOf(client: ReadingClient, { pool, asset, underlying }: PartAddresses): Promise<void> {
  const contract = { address: pool, abi: iUniswapV3PoolAbi } as const
  const both = Promise.all([
    readContract(client, { ...contract, functionName: 'token0' }),
    readContract(client, { ...contract, functionName: 'token1' }),
  ])
  const [token0, token1] = await orWrong(both, { flag: 'pool', address: pool, wanted: 'a Uniswap v3 pool' })
  const is = (a: Address, b: Address) => isAddressEqual(a, token0) && isAddressEqual(b, token1)
  if (!is(asset, underlying) && !is(underlying, asset)) throw new PoolOfOtherTokensError(pool)
}
