import { BadValueError } from '../frame/errors.ts'

const DECIMAL = /^-?(\d+(\.\d*)?|\.\d+)$/

/**
 * A decimal text as an integer of `decimals` places, exact: what has more places is refused, never rounded. `what`
 * names the flag or argument in errors.
 */
export function parseDecimal(
  text: string,
  { decimals, what, negative = false }: { decimals: number; what: string; negative?: boolean },
): bigint {
  const bad = (wanted: string) => new BadValueError({ what, given: text, wanted })
  if (!DECIMAL.test(text)) throw bad('a decimal number such as 1250.5 (no thousands separators, no exponent)')
  const isNegative = text.startsWith('-')
  if (isNegative && !negative) throw bad('a number of zero or more')
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const significant = fraction.replace(/0+$/, '')
  if (significant.length > decimals)
    throw bad(decimals === 0 ? 'a whole number' : `a number of at most ${decimals} decimals`)
  const magnitude = BigInt(`${whole}${significant.padEnd(decimals, '0')}`)
  return isNegative ? -magnitude : magnitude
}

/** As `parseDecimal`, above zero. */
export function parseAmount(text: string, options: { decimals: number; what: string }): bigint {
  const amount = parseDecimal(text, options)
  if (amount === 0n) throw new BadValueError({ what: options.what, given: text, wanted: 'above zero' })
  return amount
}

/** The exact decimal text of an integer of `decimals` places, without trailing zeros. `parseDecimal` inverts it. */
export function formatExact(value: bigint, decimals: number): string {
  const sign = value < 0n ? '-' : ''
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return `${sign}${whole}${fraction && `.${fraction}`}`
}

/** For people: `places` decimals, rounded half away from zero, thousands apart. */
export function formatRounded(
  value: bigint,
  { decimals, places = 2, sign = false }: { decimals: number; places?: number; sign?: boolean },
): string {
  const magnitude = value < 0n ? -value : value
  const cut = decimals > places ? 10n ** BigInt(decimals - places) : 1n
  const kept = Math.min(decimals, places)
  const rounded = (magnitude + cut / 2n) / cut
  const digits = rounded.toString().padStart(kept + 1, '0')
  const whole = digits.slice(0, digits.length - kept).replace(/\B(?=(\d{3})+$)/g, ',')
  const fraction = digits.slice(digits.length - kept)
  const prefix = value < 0n && rounded > 0n ? '-' : sign && rounded > 0n ? '+' : ''
  return `${prefix}${whole}${fraction && `.${fraction}`}`
}
