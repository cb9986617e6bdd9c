import type { QuoteCheck, QuoteFault } from '@keel/sdk'
import { checkQuote, faultsBeyondApproval, fillQuote, prepareAllowOrders, QuoteRefusedError, send } from '@keel/sdk'
import { ACCOUNT_FLAGS } from '../chain/account.ts'
import type { KeelConnection } from '../chain/connect.ts'
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
    'What is missing is named before anything is sent, as far as it can be seen then. The clearinghouse is allowed to pull\nexactly the price, and only after that is seen what the market checks after payment: then it is named, and no fill is sent.',
    'Once, a taker must let the orders module trade for it. --allow-orders does that first, before the market itself was asked\nabout the fill, and it stays, whatever comes of that. An account lets one module trade for it: another that it lets may no\nmore, and is named.',
  ],
  arguments: [{ name: 'FILE', help: 'the offer' }],
  flags: {
    ...SHARE_FLAG,
    'allow-orders': { help: 'first let the orders module, and no other, trade for the account: it stays' },
    ...YES_FLAG,
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: ['keel offer fill offer.json --share 0.4 --allow-orders', 'keel offer fill offer.json --yes'],
  run: async (input, io) => {
    const offer = readOffer(input.argument('FILE'))
    const connection = await connect(input)
    const { deployment } = connection
    requirePlace(deployment, offer)
    const { quote, signature } = offer
    const client = signing(connection, { input, io })
    const taker = client.account.address
    const share = await shareOf(connection, { input, quote })
    const asked = { quote, signature, share, taker }
    const check = await checkQuote(connection.reader, deployment, { ...asked, now: connection.time })
    const allows = input.has('allow-orders') && check.faults.some(isLeave)
    const faults = faultsBeyondApproval(check).filter((fault) => !(allows && isLeave(fault)))
    if (faults.length > 0) throw new QuoteRefusedError(faults)
    const legs = legLines(namedLegs(check.part!.legs, deployment))
    const question = `Fill ${sharePhrase(share)} of the offer, for which ${cashPhrase(check.part!.price, deployment)}?`
    await confirmed(input, io, [...legs, ...(allows ? leaveLines(check) : []), question])
    if (allows) {
      io.progress('Letting the orders module trade for the account…')
      await send(client, prepareAllowOrders(deployment))
      await requireStill(connection, asked)
    }
    io.progress('Filling…')
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
        replaced: (allows && check.replaces) || null,
      },
      text: [...legs, `Done: ${paidPhrase(netCash, deployment)}.`, `Transaction ${transactionHash}`],
    }
  },
}

/** What --allow-orders does before the fill. */
function leaveLines({ replaces }: QuoteCheck): readonly string[] {
  return [
    'First the orders module is let trade for you, from now on. That stays, even if the fill is refused then.',
    ...(replaces ? [`It takes the place of ${replaces}, the module that you let trade for you now.`] : []),
  ]
}

/** Asks the market itself, which it answers only once the orders module may trade, and before anything else is sent. */
async function requireStill(
  { reader, deployment, now }: KeelConnection,
  asked: Omit<checkQuote.Parameters, 'now'>,
): Promise<void> {
  const faults = faultsBeyondApproval(await checkQuote(reader, deployment, { ...asked, now: await now() }))
  const stays = 'That the orders module may trade for you was sent and stays.'
  if (faults.length > 0) throw new QuoteRefusedError(faults, { stays })
}

const isLeave = ({ kind }: QuoteFault): boolean => kind === 'notAllowed'
