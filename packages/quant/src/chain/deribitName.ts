import type { OptionKind } from '../black/black76.ts'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const NAME = /^([A-Z0-9_]+)-(\d{1,2})([A-Z]{3})(\d{2})-(\d+(?:d\d+)?)-([CP])$/

/** What an option's name on Deribit says. */
export interface DeribitOption {
  /** Underlying, e.g. `ETH` or `XRP_USDC`. */
  readonly underlying: string
  /** 08:00 UTC of the expiry day, Unix seconds. */
  readonly expiry: number
  /** Quote currency per coin. */
  readonly strike: number
  /** From the letter at the end. */
  readonly kind: OptionKind
}

/**
 * Reads an instrument name such as `ETH-27FEB26-2500-P` or `XRP_USDC-30JUN25-0d64-C`; a `d` in a strike is its decimal point. Never throws.
 *
 * @returns `undefined` for anything that is not an option's name or not a day of the calendar
 */
export function parseDeribitName(name: string): DeribitOption | undefined {
  const match = NAME.exec(name)
  if (match === null) return undefined
  const [, underlying, day, monthName, year, strikeText, letter] = match
  const month = MONTHS.indexOf(monthName!)
  if (month < 0) return undefined
  const time = Date.UTC(2000 + Number(year), month, Number(day), 8)
  if (new Date(time).getUTCDate() !== Number(day)) return undefined
  const strike = Number(strikeText!.replace('d', '.'))
  return { underlying: underlying!, expiry: time / 1000, strike, kind: letter === 'C' ? 'call' : 'put' }
}
