import type { SignedPrice } from '@keel/sdk'
import { executeOrder, MalformedPriceError, parsePrice } from '@keel/sdk'
import { ACCOUNT_FLAGS } from '../chain/account.ts'
import { connect, DEPLOYMENT_FLAGS, marketOf, signing } from '../chain/connect.ts'
import { readText } from '../files/readText.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import { findOrder, ORDER_FLAGS, queueOf } from '../order/queue.ts'
import { paidPhrase } from '../order/showQuote.ts'
import { formatExact } from '../values/decimal.ts'

export const orderExecute: Command = {
  name: 'order execute',
  summary: 'Execute a waiting order at the price signed for its second, for its tip',
  details: [
    'FILE is a signed price as docs/runbooks/price-signers.md shows, of exactly the order’s second. Anybody may execute; of two\nthe later one fails and pays nothing but gas.',
  ],
  arguments: [
    { name: 'ID', help: 'the number of the order' },
    { name: 'FILE', help: 'the price, signed' },
  ],
  flags: { ...ORDER_FLAGS, ...YES_FLAG, ...ACCOUNT_FLAGS, ...DEPLOYMENT_FLAGS },
  examples: ['keel order execute 7 price.json --yes'],
  run: async (input, io) => {
    const price = readPrice(input.argument('FILE'))
    const connection = await connect(input)
    const { deployment } = connection
    const { decimals, symbol } = deployment.asset
    const market = marketOf(deployment, input.text('market'))
    const waiting = await findOrder(connection, { queue: await queueOf(connection, market), input })
    const client = signing(connection, { input, io })
    const tip = formatExact(waiting.delayed.tip, decimals)
    await confirmed(input, io, [`Execute order ${waiting.id} for a tip of ${tip} ${symbol}?`])
    io.progress('Executing…')
    const { transactionHash, netCash, refunded } = await executeOrder(client, { waiting, price })
    return {
      json: {
        transaction: transactionHash,
        id: waiting.id.toString(),
        trader: waiting.delayed.trader,
        netCash: formatExact(netCash, decimals),
        refunded: formatExact(refunded, decimals),
        tip,
        currency: symbol,
      },
      text: [
        `Order ${waiting.id} is done: as its trader, ${paidPhrase(netCash, deployment)}. The tip is ${tip} ${symbol}.`,
        `Transaction ${transactionHash}`,
      ],
    }
  },
}

function readPrice(path: string): SignedPrice {
  const { signedAt, ...price } = parsePrice(readText(path))
  if (signedAt === undefined) throw new MalformedPriceError('signedAt', 'there: the price must be signed')
  return { ...price, signedAt }
}
