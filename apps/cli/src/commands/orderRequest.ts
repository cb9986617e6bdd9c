import { readContract, readQuoteAt, requestOrder, spotOracleAbi } from '@keel/sdk'
import { ACCOUNT_FLAGS, isLocal } from '../chain/account.ts'
import { connect, DEPLOYMENT_FLAGS, signing } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import { LEG_FLAGS, parseLegs, resolveLegs } from '../order/legs.ts'
import { LIMIT_FLAGS, limitRule } from '../order/limit.ts'
import { queueOf } from '../order/queue.ts'
import { cashPhrase, legLines, legsJson } from '../order/showQuote.ts'
import { formatExact, parseDecimal } from '../values/decimal.ts'
import { formatTime, isoTime } from '../values/time.ts'

const DEADLINE_SECS = 600
/** A local chain's clock may run days ahead in a moment. */
const LOCAL_DEADLINE_SECS = 7 * 86_400
const WAD_DECIMALS = 18

export const orderRequest: Command = {
  name: 'order request',
  summary: 'Ask for a trade at a price that is signed after it, where a market’s orders wait',
  details: [
    'Its limit, its tip and the options it sells are taken at once; it cannot be cancelled. Whoever executes it gets the tip.\nWhat is not needed comes back then; if nobody can execute it, everything comes back with keel order refund.',
  ],
  arguments: [],
  flags: {
    ...LEG_FLAGS,
    ...LIMIT_FLAGS,
    tip: { values: ['AMOUNT'], help: 'for whoever executes it (default: the least that is taken)' },
    ...YES_FLAG,
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: ['keel order request --buy 1.5 ETH-27MAR26-2500-C --slippage 2 --yes'],
  run: async (input, io) => {
    const parsed = parseLegs(input, 'order request')
    const connection = await connect(input)
    const { deployment, reader, chainId, time } = connection
    const { decimals, symbol } = deployment.asset
    const { market, legs } = resolveLegs(deployment, parsed)
    const rule = limitRule(input, { decimals, legs })
    const given = input.text('tip')
    const queue = await queueOf(connection, market)
    const tip = given === undefined ? queue.leastTip : parseDecimal(given, { decimals, what: '--tip' })
    const client = signing(connection, { input, io })

    const oracle = { address: deployment.contracts.spotOracle, abi: spotOracleAbi } as const
    const { mark } = await readContract(reader, { ...oracle, functionName: 'read', args: [market.id] })
    const answer = mark / 10n ** BigInt(WAD_DECIMALS - queue.decimals)
    const quoted = await readQuoteAt(reader, { queue: queue.address, legs, answer, signedAt: time })
    const limit = rule(quoted.netCash)
    await confirmed(input, io, [
      ...legLines(legs),
      `At the spot of now ${cashPhrase(quoted.netCash, deployment)}; at worst ${cashPhrase(limit, deployment)}. Ask for it?`,
    ])
    io.progress('Asking…')
    const deadline = time + (isLocal(chainId) ? LOCAL_DEADLINE_SECS : DEADLINE_SECS)
    const order = { market: market.id, legs: legs.map(({ series, size }) => ({ series, size })), limit, deadline }
    const { transactionHash, waiting } = await requestOrder(client, deployment, { queue: queue.address, order, tip })
    const { id, delayed } = waiting
    return {
      json: {
        transaction: transactionHash,
        id: id.toString(),
        account: client.account.address,
        market: market.symbol,
        legs: legsJson(legs),
        limit: formatExact(limit, decimals),
        tip: formatExact(tip, decimals),
        currency: symbol,
        pricedAt: isoTime(delayed.pricedAt),
        expiresAt: isoTime(delayed.expiresAt),
      },
      text: [
        ...legLines(legs),
        `Order ${id} trades at the price of ${formatTime(delayed.pricedAt)}, by ${formatTime(delayed.expiresAt)}.`,
        `Transaction ${transactionHash}`,
      ],
    }
  },
}
