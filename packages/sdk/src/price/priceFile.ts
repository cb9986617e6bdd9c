import type { Hex } from 'viem'
import { formatUnits, isHex, parseUnits } from 'viem'
import { MalformedPriceError } from '../errors/price.ts'
import { fieldsOf } from '../files/fields.ts'
import type { SignedPrice } from './signedPrice.ts'

const FORMAT = 'keel-price-report-1'
const MOST_DECIMALS = 18
const MOST_TIME = 2 ** 40 - 1
const DECIMAL = /^\d+(\.(\d+))?$/

const fields = fieldsOf(MalformedPriceError)
const { record, list, address, natural } = fields

/** A price as a file has it: without a time it is one to be signed. */
export type PriceDraft = Omit<SignedPrice, 'signedAt'> & { readonly signedAt?: number }

/** A price as a file; the price itself is a decimal text, exact. */
export function formatPrice({ chainId, feed, decimals, answer, signedAt, signatures }: PriceDraft): string {
  const price = formatUnits(answer, decimals)
  const time = signedAt === undefined ? {} : { signedAt }
  return `${JSON.stringify({ format: FORMAT, chainId, feed, decimals, price, ...time, signatures }, null, 2)}\n`
}

/** Reads a price from a file. Throws `MalformedPriceError` naming the first field that is not as it should be. */
export function parsePrice(json: string): PriceDraft {
  const root = fields.root(json, FORMAT)
  const decimals = natural(root.decimals, { path: 'decimals', most: MOST_DECIMALS })
  const given = list(root.signatures ?? [], 'signatures')
  if (given.length > 0 && root.signedAt === undefined)
    throw new MalformedPriceError('signedAt', 'there, though it is signed: it belongs to what was signed')
  return {
    chainId: natural(root.chainId, { path: 'chainId', most: Number.MAX_SAFE_INTEGER }),
    feed: address(root.feed, 'feed'),
    decimals,
    answer: answerOf(root.price, decimals),
    ...(root.signedAt !== undefined && {
      signedAt: natural(root.signedAt, { path: 'signedAt', most: MOST_TIME }),
    }),
    signatures: given.map((each, i) => {
      const { signer, signature } = record(each, `signatures[${i}]`)
      if (!isHex(signature)) throw new MalformedPriceError(`signatures[${i}].signature`, 'hex that begins with 0x')
      return { signer: address(signer, `signatures[${i}].signer`), signature: signature as Hex }
    }),
  }
}

function answerOf(value: unknown, decimals: number): bigint {
  const found = typeof value === 'string' ? DECIMAL.exec(value) : null
  if (!found || (found[2] ?? '').length > decimals)
    throw new MalformedPriceError('price', `a decimal text of at most ${decimals} places, such as "2500.5"`)
  return parseUnits(found[0], decimals)
}
