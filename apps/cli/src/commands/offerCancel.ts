import { cancelQuote } from '@keel/sdk'
import { ACCOUNT_FLAGS } from '../chain/account.ts'
import { connect, DEPLOYMENT_FLAGS, signing } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import { readOffer, requirePlace } from '../offer/readOffer.ts'

export const offerCancel: Command = {
  name: 'offer cancel',
  summary: 'Make an offer unfillable, as its maker',
  details: ['What of it is filled stays so. A maker that is a contract calls Orders.cancel itself.'],
  arguments: [{ name: 'FILE', help: 'the offer' }],
  flags: { ...YES_FLAG, ...ACCOUNT_FLAGS, ...DEPLOYMENT_FLAGS },
  examples: ['keel offer cancel offer.json --key-env MAKER_KEY --yes'],
  run: async (input, io) => {
    const offer = readOffer(input.argument('FILE'))
    const connection = await connect(input)
    const { deployment } = connection
    requirePlace(deployment, offer)
    const client = signing(connection, { input, io })
    await confirmed(input, io, [`Cancel the offer from ${client.account.address}?`])
    io.progress('Cancelling…')
    const { transactionHash, digest } = await cancelQuote(client, deployment, { quote: offer.quote })
    return {
      json: { transaction: transactionHash, digest, maker: offer.quote.maker },
      text: ['Nothing more of the offer can be filled.', `Transaction ${transactionHash}`],
    }
  },
}
