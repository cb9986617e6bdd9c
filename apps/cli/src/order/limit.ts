import type { Flags } from '../frame/command.ts'
import { BadValueError, UsageError } from '../frame/errors.ts'
import type { Input } from '../frame/input.ts'
import { parseDecimal } from '../values/decimal.ts'

export const LIMIT_FLAGS: Flags = {
  limit: { values: ['AMOUNT'], help: 'most to pay; below zero the least to receive, e.g. --limit -80' },
  slippage: { values: ['PERCENT'], help: 'instead of --limit: how far the price may move from the quote (default 1)' },
}

const DEFAULT_SLIPPAGE = '1'
const PERCENT_DECIMALS = 6
const ONE_HUNDRED = 100n * 10n ** BigInt(PERCENT_DECIMALS)

/** A limit whose sign contradicts the order would either never trade or protect from nothing. */
export class WrongSideLimitError extends UsageError {
  override readonly name = 'Cli.WrongSideLimitError'
  constructor(side: 'buys' | 'sells') {
    super(
      side === 'sells'
        ? 'An order that only sells is paid: give the least to receive below zero, as in --limit -80.'
        : 'An order that only buys pays: give the most to pay above zero, as in --limit 80.',
    )
  }
}

export type LimitRule = (netCash: bigint) => bigint

/** What --limit or --slippage allow, as a rule from the quoted net cash to the order's limit. Base units. */
export function limitRule(
  input: Input,
  { decimals, legs }: { readonly decimals: number; readonly legs: readonly { readonly size: bigint }[] },
): LimitRule {
  input.exclusive('limit', 'slippage')
  const text = input.text('limit')
  if (text !== undefined) {
    const limit = parseDecimal(text, { decimals, what: '--limit', negative: true })
    if (limit > 0n && legs.every(({ size }) => size < 0n)) throw new WrongSideLimitError('sells')
    if (limit < 0n && legs.every(({ size }) => size > 0n)) throw new WrongSideLimitError('buys')
    return () => limit
  }
  const given = input.text('slippage') ?? DEFAULT_SLIPPAGE
  const slippage = parseDecimal(given, { decimals: PERCENT_DECIMALS, what: '--slippage' })
  if (slippage >= ONE_HUNDRED) throw new BadValueError({ what: '--slippage', given, wanted: 'a percentage below 100' })
  return (netCash) => netCash + ((netCash < 0n ? -netCash : netCash) * slippage) / ONE_HUNDRED
}
