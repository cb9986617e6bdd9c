import { isPartWholeLots, PartLeavesWordError, WAD } from '@keel/model'
import type { Address } from 'viem'
import { formatUnits, isAddressEqual, zeroAddress } from 'viem'
import { isoOf } from '../errors/iso.ts'
import type { QuoteFault } from '../errors/offer.ts'
import type { QuotePart } from './partOf.ts'
import { partOf } from './partOf.ts'
import type { SignedQuote } from './signedQuote.ts'

const WAD_DECIMALS = 18

export const fault = (kind: QuoteFault['kind'], text: string, retryable = false): QuoteFault => ({
  kind,
  text,
  retryable,
})

/** What of a quote's own terms keeps a taker from filling it now. */
export function termFaults(
  { deadline, taker: fixed }: SignedQuote,
  { taker, now }: { readonly taker: Address; readonly now: number },
): readonly QuoteFault[] {
  const isFor = fixed === zeroAddress || isAddressEqual(fixed, taker)
  return [
    ...(now > deadline ? [fault('expired', `It held until ${isoOf(deadline)}. Ask the maker for a new one.`)] : []),
    ...(isFor ? [] : [fault('wrongTaker', `It is for ${fixed}, not for ${taker}. Ask the maker for one of your own.`)]),
  ]
}

/** What keeps a share from being filled where another is already; both wads. */
export function shareFaults(share: bigint, filled: bigint): readonly QuoteFault[] {
  const [wanted, left] = [percentOf(share), percentOf(WAD - filled)]
  if (share <= 0n) return [fault('nothingToFill', 'A share of zero fills nothing. Fill a greater one.')]
  if (share <= WAD - filled) return []
  if (filled >= WAD)
    return [fault('overFilled', 'Nothing of it is left: it is filled, or its maker cancelled it. Ask for a new one.')]
  return [fault('overFilled', `${left} of it is left, ${wanted} is asked for. Fill a smaller share.`)]
}

/** What a share trades, or why there is no such part: every leg that it does not divide into whole lots. */
export function partOrFaults(
  quote: SignedQuote,
  share: bigint,
): { readonly part?: QuotePart; readonly faults: readonly QuoteFault[] } {
  if (share <= 0n || share > WAD) return { faults: [] }
  try {
    const broken = quote.legs.filter(({ size }) => !isPartWholeLots(size, share))
    if (broken.length === 0) return { part: partOf(quote, share), faults: [] }
    const series = broken.map((leg) => `0x${leg.series.toString(16)}`).join(', ')
    const text = `${percentOf(share)} is not in whole lots of 0.001 of ${series}. Fill another share.`
    return { faults: [fault('notWholeLots', text)] }
  } catch (error) {
    if (!(error instanceof PartLeavesWordError)) throw error
    return { faults: [fault('tooLarge', `${error.message} Ask the maker for a smaller quote.`)] }
  }
}

const percentOf = (share: bigint): string => `${formatUnits(share * 100n, WAD_DECIMALS)} %`
