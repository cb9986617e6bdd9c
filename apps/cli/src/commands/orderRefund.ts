import { refundOrder } from '@keel/sdk'
import { ACCOUNT_FLAGS } from '../chain/account.ts'
import { connect, DEPLOYMENT_FLAGS, marketOf, signing } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import { findOrder, ORDER_FLAGS, queueOf } from '../order/queue.ts'
import { formatExact } from '../values/decimal.ts'

export const orderRefund: Command = {
  name: 'order refund',
  summary: 'Give everything of an expired order back to its trader',
  details: ['Anybody may. Limit, tip and options go back whole; of options settled meanwhile their payoff does.'],
  arguments: [{ name: 'ID', help: 'the number of the order' }],
  flags: { ...ORDER_FLAGS, ...YES_FLAG, ...ACCOUNT_FLAGS, ...DEPLOYMENT_FLAGS },
  examples: ['keel order refund 7 --yes'],
  run: async (input, io) => {
    const connection = await connect(input)
    const { deployment } = connection
    const { decimals, symbol } = deployment.asset
    const market = marketOf(deployment, input.text('market'))
    const waiting = await findOrder(connection, { queue: await queueOf(connection, market), input })
    const client = signing(connection, { input, io })
    await confirmed(input, io, [`Give order ${waiting.id} back to ${waiting.delayed.trader}?`])
    io.progress('Refunding…')
    const { transactionHash, cash } = await refundOrder(client, { waiting })
    const amount = formatExact(cash, decimals)
    return {
      json: {
        transaction: transactionHash,
        id: waiting.id.toString(),
        trader: waiting.delayed.trader,
        cash: amount,
        currency: symbol,
      },
      text: [`${waiting.delayed.trader} has ${amount} ${symbol} back.`, `Transaction ${transactionHash}`],
    }
  },
}
