import { randomBytes } from 'node:crypto'
import type { SignedQuote } from '@keel/sdk'
import { formatOffer, offerOf, quoteDigest, readSpot, signQuote, surfaceSigner } from '@keel/sdk'
import type { Address } from 'viem'
import { bytesToBigInt, toHex, zeroAddress } from 'viem'
import { ACCOUNT_FLAGS, isLocal, senderOf } from '../chain/account.ts'
import type { KeelConnection } from '../chain/connect.ts'
import { connect, DEPLOYMENT_FLAGS } from '../chain/connect.ts'
import { isThere, writeNew } from '../files/writeNew.ts'
import { requireWritable } from '../files/writeWhole.ts'
import type { Command } from '../frame/command.ts'
import { BadValueError } from '../frame/errors.ts'
import type { Input } from '../frame/input.ts'
import { EmptyBandError, NoMarkForBandError, OfferExistsError } from '../offer/errors.ts'
import { termsJson, termsLine } from '../offer/showOffer.ts'
import { LEG_FLAGS, parseLegs, resolveLegs } from '../order/legs.ts'
import { cashPhrase, legLines } from '../order/showQuote.ts'
import { parseAddress } from '../values/address.ts'
import { parseDecimal } from '../values/decimal.ts'

const DEADLINE_SECS = 600
/** A local chain's clock may run days ahead in a moment. */
const LOCAL_DEADLINE_SECS = 7 * 86_400
const LONGEST_DEADLINE_SECS = 365 * 86_400
const WAD_DECIMALS = 18
const DEFAULT_BAND = '1'
const PERCENT_DECIMALS = 6
const ONE_HUNDRED = 100n * 10n ** BigInt(PERCENT_DECIMALS)
const SALT_BYTES = 32

type At = { readonly connection: KeelConnection; readonly market: number }

export const offerSign: Command = {
  name: 'offer sign',
  summary: 'Offer a price for legs against the vault, as a maker that the governor allows',
  details: [
    'FILE is written whole or not at all, never over another, and nothing is sent: give it to the taker, and keep it, since only\nwith it can the offer be cancelled. Legs are as the taker trades them. The market takes prices within a distance of its own;\nkeel offer check says how far.',
  ],
  arguments: [{ name: 'FILE', help: 'where to write the offer' }],
  flags: {
    ...LEG_FLAGS,
    price: { values: ['AMOUNT'], help: 'what the taker pays for the whole; below zero what it receives' },
    taker: { values: ['ADDRESS'], help: 'who may take it (default: anyone)' },
    band: { values: ['PERCENT'], help: 'it holds while spot is so near to that of now (default 1)' },
    'spot-from': { values: ['PRICE'], help: 'instead of --band: the lowest spot at which it holds' },
    'spot-to': { values: ['PRICE'], help: 'and the highest' },
    'deadline-secs': { values: ['SECS'], help: 'how long it holds, chain time (default 600; a week locally)' },
    maker: { values: ['ADDRESS'], help: 'the contract that answers for the signature (default: the account)' },
    ...ACCOUNT_FLAGS,
    ...DEPLOYMENT_FLAGS,
  },
  examples: [
    'keel offer sign offer.json --buy 10 ETH-27MAR26-2500-C --price 950 --key-env MAKER_KEY',
    'keel offer sign offer.json --sell 5 ETH-27MAR26-2500-C --price -440 --taker 0x… --band 0.5',
  ],
  run: async (input, io) => {
    const parsed = parseLegs(input, 'offer sign')
    input.required('price')
    const out = input.argument('FILE')
    requireWritable(out)
    if (isThere(out)) throw new OfferExistsError(out)
    const connection = await connect(input)
    const { deployment, chainId } = connection
    const { market, legs } = resolveLegs(deployment, parsed)
    const account = senderOf(input, { chainId, env: io.env })
    const quote: SignedQuote = {
      maker: addressOf(input, 'maker') ?? account.address,
      market: market.id,
      legs: legs.map(({ series, size }) => ({ series, size })),
      ...(await termsOf(input, { connection, market: market.id })),
    }
    const signer = surfaceSigner({ address: account.address, sign: account.sign! })
    const signed = await signQuote(deployment, { quote, signer })
    if (!writeNew({ path: out, text: formatOffer(offerOf(deployment, signed)) })) throw new OfferExistsError(out)
    return {
      json: {
        file: out,
        digest: quoteDigest(deployment, quote),
        market: market.symbol,
        ...termsJson(quote, deployment),
        salt: toHex(quote.salt),
      },
      text: [
        ...legLines(legs),
        `${out} offers that for the whole ${cashPhrase(quote.price, deployment)}. Nothing was sent.`,
        termsLine(quote),
      ],
    }
  },
}

/** What is said of it beside its legs. */
async function termsOf(input: Input, at: At): Promise<Omit<SignedQuote, 'maker' | 'market' | 'legs'>> {
  const { decimals } = at.connection.deployment.asset
  return {
    taker: addressOf(input, 'taker') ?? zeroAddress,
    price: parseDecimal(input.required('price'), { decimals, what: '--price', negative: true }),
    ...(await bandOf(input, at)),
    deadline: deadlineOf(input, at.connection),
    salt: bytesToBigInt(randomBytes(SALT_BYTES)),
  }
}

function addressOf(input: Input, flag: 'maker' | 'taker'): Address | undefined {
  const text = input.text(flag)
  return text === undefined ? undefined : parseAddress(text, `--${flag}`)
}

function deadlineOf(input: Input, { time, chainId }: KeelConnection): number {
  const given = input.whole('deadline-secs', { least: 1, most: LONGEST_DEADLINE_SECS })
  return time + (given ?? (isLocal(chainId) ? LOCAL_DEADLINE_SECS : DEADLINE_SECS))
}

/** Spots between which it holds, wads: as given, or around the mark of now. */
async function bandOf(input: Input, { connection, market }: At): Promise<Pick<SignedQuote, 'spotFrom' | 'spotTo'>> {
  for (const flag of ['spot-from', 'spot-to']) input.exclusive('band', flag)
  if (input.has('spot-from') || input.has('spot-to')) {
    const spot = (flag: string) => parseDecimal(input.required(flag), { decimals: WAD_DECIMALS, what: `--${flag}` })
    const [spotFrom, spotTo] = [spot('spot-from'), spot('spot-to')]
    if (spotFrom > spotTo) throw new EmptyBandError()
    return { spotFrom, spotTo }
  }
  const given = input.text('band') ?? DEFAULT_BAND
  const band = parseDecimal(given, { decimals: PERCENT_DECIMALS, what: '--band' })
  if (band >= ONE_HUNDRED) throw new BadValueError({ what: '--band', given, wanted: 'a percentage below 100' })
  const { mark } = await readSpot(connection.reader, connection.deployment, market)
  if (mark === 0n) throw new NoMarkForBandError()
  const half = (mark * band) / ONE_HUNDRED
  return { spotFrom: mark - half, spotTo: mark + half }
}
