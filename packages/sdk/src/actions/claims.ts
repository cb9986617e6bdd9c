import { clearingAbi, settlementOracleAbi, vaultAbi } from '@keel/contracts/generated'
import type { SeriesId } from '@keel/model'
import { parseSeriesId } from '@keel/model'
import type { Address } from 'viem'
import { encodeFunctionData } from 'viem'
import { prepareRedeemFor, prepareSettle } from '../calls/keeping.ts'
import type { PreparedCall } from '../calls/prepared.ts'
import { prepareDepositClaim, prepareRedeemClaim } from '../calls/vault.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Reader } from '../views/read.ts'
import { readContract } from '../views/read.ts'

/** Longs of an expired series, and how far its settlement has come. */
export type OptionClaim = {
  readonly series: SeriesId
  /** Wad options. */
  readonly size: bigint
  /** `open`: no final price yet; `final`: to be settled by anyone; `settled`: pays now. */
  readonly state: 'open' | 'final' | 'settled'
  /** Collateral per option, wad; 0n until it is settled. */
  readonly payoff: bigint
}

/** Everything an account can collect. Collateral in base units, shares with 18 decimals. */
export type Claims = {
  readonly options: readonly OptionClaim[]
  /** Executed deposits: the collateral they took, the shares they made. */
  readonly deposits: { readonly assets: bigint; readonly shares: bigint }
  /** Executed redemptions: the shares they took, the collateral they made. */
  readonly redemptions: { readonly shares: bigint; readonly assets: bigint }
  /** Deposits handed back: cancelled, or of an epoch without a price. */
  readonly refunds: readonly { readonly requestId: bigint; readonly assets: bigint }[]
}

const REFUND_EPOCHS = 32n

/** What an account can claim: options among the `series` given, deposits, redemptions, refunds of the latest epochs. */
export async function readClaims(
  reader: Reader,
  deployment: Deployment,
  { account, series, time }: readClaims.Parameters,
): Promise<Claims> {
  const vault = { address: deployment.contracts.vault, abi: vaultAbi } as const
  const args = [account] as const
  const expired = series.filter((id) => parseSeriesId(id).expiry <= time)
  const [options, assetsIn, sharesOut, sharesIn, assetsOut, refunds] = await Promise.all([
    Promise.all(expired.map((id) => readOption(reader, deployment, { series: id, account, time }))),
    readContract(reader, { ...vault, functionName: 'maxDeposit', args }),
    readContract(reader, { ...vault, functionName: 'maxMint', args }),
    readContract(reader, { ...vault, functionName: 'maxRedeem', args }),
    readContract(reader, { ...vault, functionName: 'maxWithdraw', args }),
    readRefunds(reader, deployment, account),
  ])
  return {
    options: options.filter(({ size }) => size > 0n),
    deposits: { assets: assetsIn, shares: sharesOut },
    redemptions: { shares: sharesIn, assets: assetsOut },
    refunds,
  }
}

export declare namespace readClaims {
  type Parameters = {
    readonly account: Address
    readonly series: readonly SeriesId[]
    /** The chain's time, unix seconds. */
    readonly time: number
  }
}

async function readOption(
  reader: Reader,
  { contracts }: Deployment,
  { series, account, time }: { series: SeriesId; account: Address; time: number },
): Promise<OptionClaim> {
  const { market, expiry } = parseSeriesId(series)
  const clearing = { address: contracts.clearing, abi: clearingAbi } as const
  const [size, { settled, payoff, scale }, [price, finalAt]] = await Promise.all([
    readContract(reader, { ...clearing, functionName: 'balanceOf', args: [account, series] }),
    readContract(reader, { ...clearing, functionName: 'settlement', args: [series] }),
    readContract(reader, {
      address: contracts.settlementOracle,
      abi: settlementOracleAbi,
      functionName: 'price',
      args: [market, expiry],
    }),
  ])
  const state = settled ? 'settled' : price > 0n && finalAt <= time ? 'final' : 'open'
  return { series, size, state, payoff: settled ? (payoff * scale) / 10n ** 18n : 0n }
}

async function readRefunds(reader: Reader, { contracts }: Deployment, account: Address): Promise<Claims['refunds']> {
  const vault = { address: contracts.vault, abi: vaultAbi } as const
  const current = await readContract(reader, { ...vault, functionName: 'currentEpoch', args: [] })
  const first = current > REFUND_EPOCHS ? current - REFUND_EPOCHS : 0n
  const ids = Array.from({ length: Number(current - first) + 1 }, (_, i) => first + BigInt(i))
  const refunds = await Promise.all(
    ids.map(async (requestId) => ({
      requestId,
      assets: await readContract(reader, {
        ...vault,
        functionName: 'claimableCancelDepositRequest',
        args: [requestId, account],
      }),
    })),
  )
  return refunds.filter(({ assets }) => assets > 0n)
}

/** The calls that collect claims: shares, collateral, refunds, then options, each settled first where it is not yet. */
export function prepareClaims(
  deployment: Deployment,
  { account, claims }: { readonly account: Address; readonly claims: Claims },
): readonly PreparedCall[] {
  const { options, deposits, redemptions, refunds } = claims
  return [
    ...(deposits.assets > 0n ? [prepareDepositClaim(deployment, { amount: deposits.assets, account })] : []),
    ...(redemptions.shares > 0n ? [prepareRedeemClaim(deployment, { amount: redemptions.shares, account })] : []),
    ...refunds.map(({ requestId }) => prepareRefundClaim(deployment, { requestId, account })),
    ...options.flatMap(({ series, state }) =>
      state === 'open'
        ? []
        : [
            ...(state === 'final' ? [prepareSettle(deployment, series)] : []),
            prepareRedeemFor(deployment, { series, owner: account }),
          ],
    ),
  ]
}

/** Takes back a deposit that was cancelled, or whose epoch had no price. */
export function prepareRefundClaim(
  { contracts }: Deployment,
  { requestId, account }: { readonly requestId: bigint; readonly account: Address },
): PreparedCall {
  return {
    to: contracts.vault,
    data: encodeFunctionData({
      abi: vaultAbi,
      functionName: 'claimCancelDepositRequest',
      args: [requestId, account, account],
    }),
    label: 'claim refund',
  }
}
