import { observe, readSpot } from '@keel/sdk'
import { ACCOUNT_FLAGS } from '../chain/account.ts'
import { connect, DEPLOYMENT_FLAGS, marketOf, signing } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import { spotJson, spotLines } from '../show/spot.ts'

export const oracleObserve: Command = {
  name: 'oracle observe',
  summary: 'Observe the spot: credit the last price to the ring and take the checkpoint that trades read',
  details: ['Anybody may, at any time. The price seen now weighs nothing until the next observation.'],
  arguments: [],
  flags: {
    market: { values: ['SYMBOL'], help: 'which market (default: the first)' },
    ...YES_FLAG,
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: ['keel oracle observe --yes', 'keel oracle observe --market ETH --key-env KEEPER_KEY --yes'],
  run: async (input, io) => {
    const connection = await connect(input)
    const { deployment, reader } = connection
    const market = marketOf(deployment, input.text('market'))
    const client = signing(connection, { input, io })
    await confirmed(input, io, [`Observe the spot of ${market.symbol} from ${client.account.address}?`])
    io.progress('Observing…')
    const { transactionHash } = await observe(client, deployment, { market: market.id })
    const [spot, time] = await Promise.all([readSpot(reader, deployment, market.id), connection.now()])
    const after = { ...connection, time }
    return {
      json: { transaction: transactionHash, market: market.symbol, spot: spotJson(spot, after) },
      text: [...spotLines(spot, after), `Transaction ${transactionHash}`],
    }
  },
}
