import { readQuote, trade as sendTrade } from '@keel/sdk'
import { ACCOUNT_FLAGS, isLocal } from '../chain/account.ts'
import { connect, DEPLOYMENT_FLAGS, signing } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import { LEG_FLAGS, parseLegs, resolveLegs } from '../order/legs.ts'
import { LIMIT_FLAGS, limitRule } from '../order/limit.ts'
import { cashPhrase, legLines, legsJson, paidPhrase, partLines, partsJson } from '../order/showQuote.ts'
import { formatExact } from '../values/decimal.ts'

const DEADLINE_SECS = 120
/** A local chain's clock may run days ahead in a moment. */
const LOCAL_DEADLINE_SECS = 7 * 86_400
const LONGEST_DEADLINE_SECS = 365 * 86_400

export const trade: Command = {
  name: 'trade',
  summary: 'Buy options from the vault, sell them back, or both in one order',
  details: [
    'The order trades as a whole or not at all, never beyond its limit or deadline. Where it may cost something, the\nclearinghouse is allowed to pull exactly the limit first.',
  ],
  arguments: [],
  flags: {
    ...LEG_FLAGS,
    ...LIMIT_FLAGS,
    'deadline-secs': {
      values: ['SECS'],
      help: 'how long the order may wait, chain time (default 120; a week locally)',
    },
    ...YES_FLAG,
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: [
    'keel trade --buy 1.5 ETH-27MAR26-2500-C --slippage 0.5',
    'keel trade --sell 0.2 ETH-27MAR26-2500-C --limit -15 --yes',
    'keel trade --buy 1 ETH-27MAR26-2500-C --sell 1 ETH-27MAR26-2700-C --key-env TRADER_KEY',
  ],
  run: async (input, io) => {
    const parsed = parseLegs(input, 'trade')
    const given = input.whole('deadline-secs', { least: 1, most: LONGEST_DEADLINE_SECS })
    const connection = await connect(input)
    const { deployment, reader, chainId, time } = connection
    const { market, legs } = resolveLegs(deployment, parsed)
    const rule = limitRule(input, { decimals: deployment.asset.decimals, legs })
    const client = signing(connection, { input, io })

    const quoted = await readQuote(reader, deployment, { market: market.id, legs })
    const limit = rule(quoted.netCash)
    const deadline = time + (given ?? (isLocal(chainId) ? LOCAL_DEADLINE_SECS : DEADLINE_SECS))
    await confirmed(input, io, [
      ...legLines(legs),
      `The quote is that ${cashPhrase(quoted.netCash, deployment)}; at worst ${cashPhrase(limit, deployment)}. Trade?`,
    ])
    io.progress('Sending the order…')
    const order = { market: market.id, legs: legs.map(({ series, size }) => ({ series, size })), limit, deadline }
    const { netCash, parts, transactionHash } = await sendTrade(client, deployment, order)
    return {
      json: {
        transaction: transactionHash,
        account: client.account.address,
        market: market.symbol,
        legs: legsJson(legs),
        netCash: formatExact(netCash, deployment.asset.decimals),
        limit: formatExact(limit, deployment.asset.decimals),
        currency: deployment.asset.symbol,
        parts: partsJson(parts),
      },
      text: [
        ...legLines(legs),
        `Done: ${paidPhrase(netCash, deployment)}.`,
        ...partLines(parts, deployment),
        `Transaction ${transactionHash}`,
      ],
    }
  },
}
