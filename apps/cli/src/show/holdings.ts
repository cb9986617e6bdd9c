import type { Claims } from '@keel/sdk'
import { readBalance, readClaims, readLongs } from '@keel/sdk'
import type { Address } from 'viem'
import type { KeelConnection, Market } from '../chain/connect.ts'
import { SIZE_DECIMALS } from '../order/legs.ts'
import { formatExact, formatRounded } from '../values/decimal.ts'
import { SHARE_DECIMALS } from '../vault/shares.ts'
import type { MarketReading } from './series.ts'
import { listedSeries, nameOf } from './series.ts'

/** What an account has in Keel. Options are those of the boards listed now. */
export type Holdings = {
  readonly owner: Address
  readonly cash: bigint
  readonly shares: bigint
  readonly options: readonly { readonly series: bigint; readonly size: bigint }[]
  readonly claims: Claims
}

export async function readHoldings(
  { deployment, reader, time }: KeelConnection,
  { owner, reading, market }: { readonly owner: Address; readonly reading: MarketReading; readonly market: Market },
): Promise<Holdings> {
  const series = listedSeries(reading, market.id).map((each) => each.series)
  const [cash, shares, sizes, claims] = await Promise.all([
    readBalance(reader, { token: deployment.asset.address, owner }),
    readBalance(reader, { token: deployment.contracts.share, owner }),
    Promise.all(series.map((id) => readLongs(reader, deployment, { owner, series: id }))),
    readClaims(reader, deployment, { account: owner, series, time }),
  ])
  const options = series.map((id, i) => ({ series: id, size: sizes[i]! })).filter(({ size }) => size > 0n)
  return { owner, cash, shares, options, claims }
}

export function holdingsJson({ owner, cash, shares, options, claims }: Holdings, { deployment }: KeelConnection) {
  const { decimals } = deployment.asset
  const { deposits, redemptions, refunds } = claims
  return {
    address: owner,
    cash: formatExact(cash, decimals),
    shares: formatExact(shares, SHARE_DECIMALS),
    options: options.map(({ series, size }) => ({
      series: nameOf(series, deployment),
      size: formatExact(size, SIZE_DECIMALS),
    })),
    claimable: {
      shares: formatExact(deposits.shares, SHARE_DECIMALS),
      collateral: formatExact(redemptions.assets, decimals),
      refunds: formatExact(
        refunds.reduce((sum, { assets }) => sum + assets, 0n),
        decimals,
      ),
      options: claims.options
        .filter(({ state }) => state !== 'open')
        .map(({ series, size }) => ({ series: nameOf(series, deployment), size: formatExact(size, SIZE_DECIMALS) })),
    },
  }
}

export function holdingLines(
  { owner, cash, shares, options, claims }: Holdings,
  { deployment }: KeelConnection,
): readonly string[] {
  const { decimals, symbol } = deployment.asset
  const { deposits, redemptions, refunds } = claims
  const money = (amount: bigint) => `${formatRounded(amount, { decimals })} ${symbol}`
  const inShares = (amount: bigint) => `${formatRounded(amount, { decimals: SHARE_DECIMALS })} shares`
  const redeemable = claims.options.filter(({ state }) => state !== 'open')
  const claimable = [
    ...(deposits.shares > 0n ? [inShares(deposits.shares)] : []),
    ...(redemptions.assets > 0n ? [`${money(redemptions.assets)} redeemed`] : []),
    ...refunds.map(({ assets }) => `${money(assets)} refunded`),
    ...redeemable.map(({ series, size }) => `${formatExact(size, SIZE_DECIMALS)} ${nameOf(series, deployment)}`),
  ]
  return [
    '',
    `Account   ${owner}`,
    `          ${money(cash)} · ${inShares(shares)}`,
    ...options.map(({ series, size }) => `          ${formatExact(size, SIZE_DECIMALS)} ${nameOf(series, deployment)}`),
    ...(claimable.length > 0 ? [`          to claim: ${claimable.join(' · ')}`] : []),
  ]
}
