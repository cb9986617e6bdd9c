import type { Series } from '@keel/model'
import { BadValueError } from '../frame/errors.ts'
import { formatExact } from './decimal.ts'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const NAME = /^([A-Z0-9_]+)-(\d{1,2}[A-Z]{3}\d{2})-(\d+(?:[D.]\d+)?)-([CP])$/
const DAY = /^(\d{1,2})([A-Z]{3})(\d{2})$/
const UNIX = /^\d{9,11}$/
const STRIKE_DECIMALS = 18

/** What a series' name says: everything of it but the number its symbol has in a deployment. */
export type NamedSeries = Omit<Series, 'market'> & { readonly symbol: string }

/**
 * Reads a name in Deribit's style, in either case: `ETH-27MAR26-2500-C`, `XRP-30JUN26-0d64-P` (d for the decimal point).
 * Expiries fall at 08:00 UTC.
 */
export function parseSeriesName(name: string): NamedSeries {
  const match = NAME.exec(name.toUpperCase())
  const bad = (wanted: string) => new BadValueError({ what: 'the series', given: name, wanted })
  if (!match) throw bad('a name like ETH-27MAR26-2500-C (symbol, day of expiry, strike, C or P)')
  const [, symbol, day, strikeText, kind] = match
  const expiry = expiryOfDay(day!)
  if (expiry === undefined) throw bad('named after a day of the calendar')
  const [whole, fraction = ''] = strikeText!.split(/[D.]/)
  if (fraction.length > STRIKE_DECIMALS) throw bad(`a series: its strike has more than ${STRIKE_DECIMALS} decimals`)
  const strike = BigInt(whole! + fraction.padEnd(STRIKE_DECIMALS, '0'))
  if (strike === 0n) throw bad('a series: its strike is zero')
  return { symbol: symbol!, expiry, strike, isCall: kind === 'C' }
}

/** 08:00 UTC of a day as names write it, `27MAR26`; undefined where it is no day. */
function expiryOfDay(text: string): number | undefined {
  const [, day, month, year] = DAY.exec(text) ?? []
  if (day === undefined || !MONTHS.includes(month!)) return undefined
  const date = new Date(Date.UTC(2000 + Number(year), MONTHS.indexOf(month!), Number(day), 8))
  return date.getUTCDate() === Number(day) ? date.getTime() / 1000 : undefined
}

/** Reads an expiry, `27MAR26` in either case, or unix seconds. */
export function parseExpiry(text: string, what: string): number {
  const expiry = UNIX.test(text) ? Number(text) : expiryOfDay(text.toUpperCase())
  if (expiry === undefined)
    throw new BadValueError({ what, given: text, wanted: 'a day like 27MAR26, or an expiry in unix seconds' })
  return expiry
}

/** The day of an expiry as names write it: `27MAR26`. */
export function expiryName(expiry: number): string {
  const date = new Date(expiry * 1000)
  const year = String(date.getUTCFullYear() % 100).padStart(2, '0')
  return `${date.getUTCDate()}${MONTHS[date.getUTCMonth()]}${year}`
}

/** A strike as names write it: `2500`, `0d64`. */
export function strikeName(strike: bigint): string {
  return formatExact(strike, STRIKE_DECIMALS).replace('.', 'd')
}

/** The name `parseSeriesName` reads. */
export function seriesName({ symbol, expiry, strike, isCall }: NamedSeries): string {
  return `${symbol}-${expiryName(expiry)}-${strikeName(strike)}-${isCall ? 'C' : 'P'}`
}
