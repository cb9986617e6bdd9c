import type { quoteOffline } from '@keel/sdk'
import type { Quote } from '../order/showQuote.ts'
import { QuotesDifferError } from './errors.ts'

/** The model's quote, if it is the chain's in every figure; else throws `QuotesDifferError` with the first that is not. */
export function requireSame(chain: Quote, model: quoteOffline.ReturnType): quoteOffline.ReturnType {
  const [theirs, ours] = [figuresOf(chain), new Map(figuresOf(model))]
  for (const [what, value] of theirs)
    if (ours.get(what) !== value)
      throw new QuotesDifferError({ what, chain: String(value), model: String(ours.get(what)) })
  return model
}

type Figures = Pick<Quote, 'netCash' | 'parts' | 'before' | 'afterwards'>

function figuresOf({ netCash, parts, before, afterwards }: Figures): readonly (readonly [string, bigint])[] {
  const all = (name: string, group: Readonly<Record<string, bigint>>) =>
    Object.entries(group).map(([field, value]) => [`${name}.${field}`, value] as const)
  return [['netCash', netCash], ...all('parts', parts), ...all('before', before), ...all('afterwards', afterwards)]
}
