import { MalformedSeriesError, parseSeriesId } from '@keel/model'
import type { Address, Hex } from 'viem'
import { formatUnits, isAddressEqual, isHex, parseUnits } from 'viem'
import type { Leg } from '../calls/trading.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { QuoteFault } from '../errors/offer.ts'
import { MalformedOfferError } from '../errors/offer.ts'
import { fieldsOf } from '../files/fields.ts'
import type { QuoteWithSignature } from './signedQuote.ts'

const FORMAT = 'keel-offer-1'
const WAD_DECIMALS = 18
const MOST_MARKET = 0xffff
const MOST_TIME = 2 ** 40 - 1
const MOST_WORD = (1n << 256n) - 1n
const MOST_SIGNED = (1n << 255n) - 1n
const DECIMAL = /^(-?)\d+(\.(\d+))?$/

const fields = fieldsOf(MalformedOfferError)
const { record, list, address, natural } = fields

/** A signed quote for the orders contract of one chain. */
export type Offer = QuoteWithSignature & {
  readonly chainId: number
  readonly orders: Address
  /** Of the collateral, in which the file writes the price. */
  readonly decimals: number
}

/** A signed quote of a deployment. */
export function offerOf({ chainId, contracts, asset }: Deployment, signed: QuoteWithSignature): Offer {
  return { chainId, orders: contracts.orders, decimals: asset.decimals, ...signed }
}

/** An offer as a file. Price, spots and sizes are decimal texts, exact; series and salt are words in hex. */
export function formatOffer({ chainId, orders, decimals, quote, signature }: Offer): string {
  const { maker, taker, market, legs, price, spotFrom, spotTo, deadline, salt } = quote
  const written = {
    maker,
    taker,
    market,
    legs: legs.map(({ series, size }) => ({ series: hexOf(series), size: formatUnits(size, WAD_DECIMALS) })),
    price: formatUnits(price, decimals),
    spotFrom: formatUnits(spotFrom, WAD_DECIMALS),
    spotTo: formatUnits(spotTo, WAD_DECIMALS),
    deadline,
    salt: hexOf(salt),
  }
  return `${JSON.stringify({ format: FORMAT, chainId, orders, decimals, quote: written, signature }, null, 2)}\n`
}

/** Reads an offer from a file. Throws `MalformedOfferError` naming the first field that is not as it should be. */
export function parseOffer(json: string): Offer {
  const root = fields.root(json, FORMAT)
  const decimals = natural(root.decimals, { path: 'decimals', most: WAD_DECIMALS })
  const quote = record(root.quote, 'quote')
  const market = natural(quote.market, { path: 'quote.market', most: MOST_MARKET })
  const legs = list(quote.legs, 'quote.legs')
  return {
    chainId: natural(root.chainId, { path: 'chainId', most: Number.MAX_SAFE_INTEGER }),
    orders: address(root.orders, 'orders'),
    decimals,
    quote: {
      maker: address(quote.maker, 'quote.maker'),
      taker: address(quote.taker, 'quote.taker'),
      market,
      legs: legs.map((each, i) => leg(each, { path: `quote.legs[${i}]`, market })),
      price: signed(quote.price, { path: 'quote.price', decimals }),
      spotFrom: unsigned(quote.spotFrom, 'quote.spotFrom'),
      spotTo: unsigned(quote.spotTo, 'quote.spotTo'),
      deadline: natural(quote.deadline, { path: 'quote.deadline', most: MOST_TIME }),
      salt: word(quote.salt, 'quote.salt'),
    },
    signature: bytes(root.signature, 'signature'),
  }
}

/** What is wrong with where an offer was made for. */
export function offerPlaceFaults({ chainId, contracts, asset }: Deployment, offer: Offer): readonly QuoteFault[] {
  const faults: QuoteFault[] = []
  const add = (kind: QuoteFault['kind'], text: string) => faults.push({ kind, text, retryable: false })
  if (offer.chainId !== chainId)
    add('wrongChain', `It was made for chain ${offer.chainId}, this is chain ${chainId}. Ask for one made for this.`)
  if (!isAddressEqual(offer.orders, contracts.orders))
    add(
      'wrongContract',
      `It was made for the orders contract ${offer.orders}, this one is ${contracts.orders}. Ask for one made for this.`,
    )
  if (offer.decimals !== asset.decimals)
    add(
      'wrongDecimals',
      `Its price is written in ${offer.decimals} decimals, ${asset.symbol} has ${asset.decimals}. Ask for one written in these.`,
    )
  return faults
}

function leg(value: unknown, { path, market }: { readonly path: string; readonly market: number }): Leg {
  const { series: id, size } = record(value, path)
  const series = word(id, `${path}.series`)
  try {
    if (parseSeriesId(series).market !== market)
      throw new MalformedOfferError(`${path}.series`, `a series of market ${market}`)
  } catch (error) {
    if (error instanceof MalformedSeriesError) throw new MalformedOfferError(`${path}.series`, 'the id of a series')
    throw error
  }
  return { series, size: signed(size, { path: `${path}.size`, decimals: WAD_DECIMALS }) }
}

function signed(value: unknown, { path, decimals }: { readonly path: string; readonly decimals: number }): bigint {
  const found = typeof value === 'string' ? DECIMAL.exec(value) : null
  const number = found && (found[3] ?? '').length <= decimals ? parseUnits(found[0], decimals) : undefined
  if (number === undefined || number > MOST_SIGNED || number < -MOST_SIGNED - 1n)
    throw new MalformedOfferError(path, `a decimal text of at most ${decimals} places, such as "-2500.5"`)
  return number
}

function unsigned(value: unknown, path: string): bigint {
  const found = typeof value === 'string' ? DECIMAL.exec(value) : null
  const isWad = found !== null && found[1] === '' && (found[3] ?? '').length <= WAD_DECIMALS
  const number = isWad ? parseUnits(found[0], WAD_DECIMALS) : undefined
  if (number === undefined || number > MOST_WORD)
    throw new MalformedOfferError(path, `a decimal text of zero or more, such as "2500.5"`)
  return number
}

function word(value: unknown, path: string): bigint {
  if (!isHex(value) || value === '0x' || BigInt(value) > MOST_WORD) throw new MalformedOfferError(path, 'a word in hex')
  return BigInt(value)
}

function bytes(value: unknown, path: string): Hex {
  if (!isHex(value) || value.length % 2 !== 0)
    throw new MalformedOfferError(path, 'whole bytes, an even number of hex digits after 0x')
  return value
}

const hexOf = (value: bigint): Hex => `0x${value.toString(16)}`
