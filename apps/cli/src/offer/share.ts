import type { SignedQuote } from '@keel/sdk'
import { readFilled } from '@keel/sdk'
import type { KeelConnection } from '../chain/connect.ts'
import type { Flags } from '../frame/command.ts'
import type { Input } from '../frame/input.ts'
import { parseAmount } from '../values/decimal.ts'

const WAD_DECIMALS = 18
const WHOLE = 10n ** BigInt(WAD_DECIMALS)

export const SHARE_FLAG: Flags = {
  share: { values: ['SHARE'], help: 'of the whole, e.g. 0.4 (default: all that is left)' },
}

/** The share of --share, or all that is left of a quote, wad; of one without any the whole, for a check to refuse. */
export async function shareOf(
  { reader, deployment }: KeelConnection,
  { input, quote }: { readonly input: Input; readonly quote: SignedQuote },
): Promise<bigint> {
  const text = input.text('share')
  if (text !== undefined) return parseAmount(text, { decimals: WAD_DECIMALS, what: '--share' })
  return WHOLE - (await readFilled(reader, deployment, quote)) || WHOLE
}
