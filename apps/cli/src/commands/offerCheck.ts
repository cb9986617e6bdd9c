import type { SignedQuote } from '@keel/sdk'
import { checkQuote, faultsBeyondApproval, offerPlaceFaults, QuoteRefusedError } from '@keel/sdk'
import type { Address } from 'viem'
import { zeroAddress } from 'viem'
import { ACCOUNT_FLAGS, isLocal, senderOf } from '../chain/account.ts'
import type { KeelConnection } from '../chain/connect.ts'
import { connect, DEPLOYMENT_FLAGS } from '../chain/connect.ts'
import type { Command } from '../frame/command.ts'
import type { Input } from '../frame/input.ts'
import type { Io } from '../frame/io.ts'
import { NoTakerError } from '../offer/errors.ts'
import { readOffer } from '../offer/readOffer.ts'
import { SHARE_FLAG, shareOf } from '../offer/share.ts'
import { namedLegs, partJson, sharePhrase, termsJson, termsLine } from '../offer/showOffer.ts'
import { amountOf, cashPhrase, legLines } from '../order/showQuote.ts'
import { parseAddress } from '../values/address.ts'

const FILLS = 'It would be filled.'
const APPROVAL_MISSING =
  'Nothing is seen to be missing but the approval. What the market checks after payment is seen only once clearing may take the price.'

export const offerCheck: Command = {
  name: 'offer check',
  summary: 'Say whether an offer would be filled now, and name everything that is missing',
  details: [
    'Nothing is sent. An approval of the price does not count as missing: keel offer fill gives it. But without it, what the\nmarket checks after payment is not seen, and the answer says so.',
  ],
  arguments: [{ name: 'FILE', help: 'the offer' }],
  flags: {
    ...SHARE_FLAG,
    taker: { values: ['ADDRESS'], help: 'who would take it (default: the account given, else whom the offer is for)' },
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: ['keel offer check offer.json', 'keel offer check offer.json --share 0.4 --taker 0x…'],
  run: async (input, io) => {
    const offer = readOffer(input.argument('FILE'))
    const connection = await connect(input)
    const { deployment, reader, time } = connection
    const { quote, signature } = offer
    const taker = takerOf(input, { connection, io, quote })
    const share = await shareOf(connection, { input, quote })
    const check = await checkQuote(reader, deployment, { quote, signature, share, taker, now: time })
    const faults = [...offerPlaceFaults(deployment, offer), ...faultsBeyondApproval(check)]
    if (faults.length > 0) throw new QuoteRefusedError(faults)
    const isSeen = check.simulated === 'whole'
    return {
      json: {
        outcome: isSeen ? 'fills' : 'approvalMissing',
        digest: check.digest,
        offer: termsJson(quote, deployment),
        ...partJson(check, { share, deployment }),
      },
      text: [
        ...legLines(namedLegs(check.part!.legs, deployment)),
        `For ${sharePhrase(share)} of the whole ${cashPhrase(check.part!.price, deployment)}. ${isSeen ? FILLS : APPROVAL_MISSING}`,
        `By the market's own price ${cashPhrase(check.model!.netCash, deployment)}; ${amountOf(check.model!.distance, deployment)} from it will do.`,
        termsLine(quote),
      ],
    }
  },
}

type Asked = { readonly connection: KeelConnection; readonly io: Io; readonly quote: SignedQuote }

/** Who is named, else whom the quote is for, else on a local chain its visitor. */
function takerOf(input: Input, { connection: { chainId }, io, quote }: Asked): Address {
  const given = input.text('taker')
  if (given !== undefined) return parseAddress(given, '--taker')
  const isOfAccount = input.has('account') || input.has('key-env')
  if (!isOfAccount && quote.taker !== zeroAddress) return quote.taker
  if (!isOfAccount && !isLocal(chainId)) throw new NoTakerError()
  return senderOf(input, { chainId, env: io.env }).address
}
