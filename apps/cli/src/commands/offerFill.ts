import type { QuoteFault } from '@keel/sdk'
import { checkQuote, faultsBeyondApproval, fillQuote, prepareAllowOrders, QuoteRefusedError, send } from '@keel/sdk'
import { ACCOUNT_FLAGS } from '../chain/account.ts'
import { connect, DEPLOYMENT_FLAGS, signing } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import { confirmed, YES_FLAG } from '../frame/confirmed.ts'
import { readOffer, requirePlace } from '../offer/readOffer.ts'
import { SHARE_FLAG, shareOf } from '../offer/share.ts'
import { namedLegs, partJson, sharePhrase } from '../offer/showOffer.ts'
import { cashPhrase, legLines, paidPhrase } from '../order/showQuote.ts'
import { formatExact } from '../values/decimal.ts'

export const offerFill: Command = {
  name: 'offer fill',
  summary: 'Trade against the vault at the price that a maker signed',
  details: [
    'Everything that is missing is named before anything is sent. The clearinghouse is allowed to pull exactly the price. Once,\na taker must let the orders module trade for it: --allow-orders does that first.',
  ],
  arguments: [{ name: 'FILE', help: 'the offer' }],
  flags: {
    ...SHARE_FLAG,
    'allow-orders': { help: 'let the orders module trade for the account, from now on' },
    ...YES_FLAG,
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: ['keel offer fill offer.json --share 0.4 --allow-orders', 'keel offer fill offer.json --yes'],
  run: async (input, io) => {
    const offer = readOffer(input.argument('FILE'))
    const connection = await connect(input)
    const { deployment, reader, time } = connection
    requirePlace(deployment, offer)
    const { quote, signature } = offer
    const client = signing(connection, { input, io })
    const taker = client.account.address
    const share = await shareOf(connection, { input, quote })
    const check = await checkQuote(reader, deployment, { quote, signature, share, taker, now: time })
    const allows = input.has('allow-orders') && check.faults.some(isLeave)
    const faults = faultsBeyondApproval(check).filter((fault) => !(allows && isLeave(fault)))
    if (faults.length > 0) throw new QuoteRefusedError(faults)
    const legs = legLines(namedLegs(check.part!.legs, deployment))
    const leave = allows ? ', and let the orders module trade for you from now on' : ''
    const question = `Fill ${sharePhrase(share)} of the offer, for which ${cashPhrase(check.part!.price, deployment)}${leave}?`
    await confirmed(input, io, [...legs, question])
    io.progress('Filling…')
    if (allows) await send(client, prepareAllowOrders(deployment))
    const {
      transactionHash,
      netCash,
      check: filling,
    } = await fillQuote(client, deployment, { quote, signature, share })
    return {
      json: {
        transaction: transactionHash,
        account: taker,
        maker: quote.maker,
        digest: check.digest,
        ...partJson(filling, { share, deployment }),
        netCash: formatExact(netCash, deployment.asset.decimals),
      },
      text: [...legs, `Done: ${paidPhrase(netCash, deployment)}.`, `Transaction ${transactionHash}`],
    }
  },
}

const isLeave = ({ kind }: QuoteFault): boolean => kind === 'notAllowed'
