import { clearingAbi } from '@keel/contracts/generated'
import { seriesId } from '@keel/model'
import type { Claims, KeelError } from '@keel/sdk'
import { ContractError, prepareClaims, readClaims, readMarket, send } from '@keel/sdk'
import type { TransactionReceipt } from 'viem'
import { parseEventLogs } from 'viem'
import { ACCOUNT_FLAGS } from '../chain/account.ts'
import type { KeelConnection } from '../chain/connect.ts'
import { connect, DEPLOYMENT_FLAGS, marketOf, signing } from '../chain/connect.ts'
import type { Command, Outcome } from '../frame/command.ts'
import { SIZE_DECIMALS } from '../order/legs.ts'
import { listedSeries, nameOf } from '../show/series.ts'
import { formatExact, formatRounded } from '../values/decimal.ts'
import { parseSeriesName } from '../values/seriesName.ts'
import { IncompleteClaimError } from '../vault/errors.ts'
import { SHARE_DECIMALS } from '../vault/shares.ts'

export const claim: Command = {
  name: 'claim',
  summary: 'Collect what is yours: shares, redeemed collateral, refunds, payoffs of expired options',
  details: [
    'Options are looked for among the boards the market still lists; name those of a removed board with --series. A series\nwhose price is final and that nobody has settled yet is settled on the way.',
  ],
  arguments: [],
  flags: {
    series: { values: ['SERIES'], multiple: true, help: 'also redeem this expired series' },
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: ['keel claim', 'keel claim --series ETH-27MAR26-2500-C --json'],
  run: async (input, io) => {
    const named = input.texts('series').map(parseSeriesName)
    const connection = await connect(input)
    const { deployment, reader, time } = connection
    const client = signing(connection, { input, io })
    const account = client.account.address
    const extra = named.map((each) => seriesId({ ...each, market: marketOf(deployment, each.symbol).id }))
    const series = [...new Set([...(await listed(connection)), ...extra])]
    const claims = await readClaims(reader, deployment, { account, series, time })
    const calls = prepareClaims(deployment, { account, claims })
    const receipts: TransactionReceipt[] = []
    const failures: KeelError[] = []
    for (const [i, call] of calls.entries()) {
      io.progress(`${call.label} (${i + 1} of ${calls.length})…`)
      try {
        receipts.push(await send(client, call))
      } catch (error) {
        // Each claim stands alone: one that cannot be had yet keeps nobody from the others.
        if (!(error instanceof ContractError)) throw error
        failures.push(error)
      }
    }
    if (failures[0]) throw new IncompleteClaimError({ done: receipts.length, of: calls.length, first: failures[0] })
    return outcome({ account, claims, receipts }, connection)
  },
}

async function listed({ deployment, reader }: KeelConnection) {
  const markets = await Promise.all(
    deployment.markets.map(async ({ id }) => listedSeries(await readMarket(reader, deployment, id), id)),
  )
  return markets.flat().map(({ series }) => series)
}

type Collected = {
  readonly account: string
  readonly claims: Claims
  readonly receipts: readonly TransactionReceipt[]
}

function outcome({ account, claims, receipts }: Collected, { deployment }: KeelConnection): Outcome {
  const { decimals, symbol } = deployment.asset
  const { deposits, redemptions, refunds, options } = claims
  const money = (amount: bigint) => `${formatRounded(amount, { decimals, places: decimals })} ${symbol}`
  const shares = (amount: bigint) => `${formatRounded(amount, { decimals: SHARE_DECIMALS, places: 6 })} shares`
  const redeemed = receipts
    .flatMap(({ logs }) => parseEventLogs({ abi: clearingAbi, eventName: 'Redeemed', logs }))
    .map(({ args }) => ({ name: nameOf(args.series, deployment), size: args.size, paid: args.paid }))
  const waiting = options.filter(({ state }) => state === 'open')
  const text = [
    ...(deposits.assets > 0n ? [`Claimed ${shares(deposits.shares)} for ${money(deposits.assets)} deposited.`] : []),
    ...(redemptions.shares > 0n ? [`Claimed ${money(redemptions.assets)} for ${shares(redemptions.shares)}.`] : []),
    ...refunds.map(({ requestId, assets }) => `Claimed ${money(assets)} back from epoch ${requestId}.`),
    ...redeemed.map(({ name, size, paid }) => `Redeemed ${formatExact(size, SIZE_DECIMALS)} ${name}: ${money(paid)}.`),
    ...waiting.map(({ series }) => `${nameOf(series, deployment)} has expired; its price is not final yet.`),
  ]
  return {
    json: {
      account,
      currency: symbol,
      deposits: {
        assets: formatExact(deposits.assets, decimals),
        shares: formatExact(deposits.shares, SHARE_DECIMALS),
      },
      redemptions: {
        shares: formatExact(redemptions.shares, SHARE_DECIMALS),
        assets: formatExact(redemptions.assets, decimals),
      },
      refunds: refunds.map(({ requestId, assets }) => ({
        requestId: requestId.toString(),
        assets: formatExact(assets, decimals),
      })),
      options: redeemed.map(({ name, size, paid }) => ({
        series: name,
        size: formatExact(size, SIZE_DECIMALS),
        paid: formatExact(paid, decimals),
      })),
      waiting: waiting.map(({ series }) => nameOf(series, deployment)),
      transactions: receipts.map(({ transactionHash }) => transactionHash),
    },
    text: text.length > 0 ? text : [`There is nothing to claim for ${account}.`],
  }
}
