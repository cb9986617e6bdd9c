import type { Address } from 'viem'
import { getAddress, isAddress } from 'viem'
import { BadValueError } from '../frame/errors.ts'

export function parseAddress(text: string, what: string): Address {
  if (!isAddress(text)) throw new BadValueError({ what, given: text, wanted: 'an address (0x and 40 hex digits)' })
  return getAddress(text)
}
