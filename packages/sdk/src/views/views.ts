import { clearingAbi, lensAbi, marginPolicyAbi, marketAbi, vaultAbi } from '@keel/contracts/generated'
import type { SeriesId } from '@keel/model'
import type { Address } from 'viem'
import { erc20Abi } from 'viem'
import type { Leg } from '../calls/trading.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Reader } from './read.ts'
import { readContract } from './read.ts'

/** Spot, boards, slices, book, hedge and what a rebalance would do, in one call. */
export function readMarket(reader: Reader, { contracts }: Deployment, market: number) {
  return readContract(reader, { address: contracts.lens, abi: lensAbi, functionName: 'viewMarket', args: [market] })
}

/** The vault's position, mark and Greeks of every listed series of a market, and their sums, in one call. */
export function readBook(reader: Reader, { contracts }: Deployment, market: number) {
  return readContract(reader, { address: contracts.lens, abi: lensAbi, functionName: 'viewBook', args: [market] })
}

/** Cash by its four names, equity, supply, share price and the open epoch, in one call. */
export function readVault(reader: Reader, { contracts }: Deployment) {
  return readContract(reader, { address: contracts.lens, abi: lensAbi, functionName: 'viewVault', args: [] })
}

/** The price `trade` would charge in this block, itemised. */
export function readQuote(
  reader: Reader,
  { contracts }: Deployment,
  { market, legs }: { market: number; legs: readonly Leg[] },
) {
  return readContract(reader, {
    address: contracts.market,
    abi: marketAbi,
    functionName: 'quote',
    args: [market, legs],
  })
}

/** What an order would cost (positive) or pay (negative) now, base units; reverts as the trade would. */
export function simulateTrade(
  reader: Reader,
  { contracts }: Deployment,
  {
    from,
    order,
  }: {
    from: Address
    order: { market: number; legs: readonly Leg[]; limit: bigint; deadline: number; recipient: Address }
  },
): Promise<bigint> {
  return readContract(reader, { address: contracts.market, abi: marketAbi, functionName: 'trade', args: [order], from })
}

/** Longs of a series that an account holds, wad. */
export function readLongs(
  reader: Reader,
  { contracts }: Deployment,
  { owner, series }: { owner: Address; series: SeriesId },
) {
  return readContract(reader, {
    address: contracts.clearing,
    abi: clearingAbi,
    functionName: 'balanceOf',
    args: [owner, series],
  })
}

export function readHealth(reader: Reader, { contracts }: Deployment, series: readonly SeriesId[]) {
  return readContract(reader, {
    address: contracts.marginPolicy,
    abi: marginPolicyAbi,
    functionName: 'health',
    args: [series],
  })
}

/** Collateral an account could claim shares for (deposit) and shares it could claim collateral for (redeem). */
export async function readClaimable(reader: Reader, { contracts }: Deployment, account: Address) {
  const [deposit, redeem] = await Promise.all([
    readContract(reader, { address: contracts.vault, abi: vaultAbi, functionName: 'maxDeposit', args: [account] }),
    readContract(reader, { address: contracts.vault, abi: vaultAbi, functionName: 'maxRedeem', args: [account] }),
  ])
  return { deposit, redeem }
}

export function readBalance(reader: Reader, { token, owner }: { token: Address; owner: Address }): Promise<bigint> {
  return readContract(reader, { address: token, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })
}
