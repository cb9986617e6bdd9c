import type { OptionKind } from '../black/black76.ts'

/** One row of an inverse option chain: prices in coin per coin of notional, as Deribit quotes BTC and ETH options. */
export interface OptionQuote {
  /** Expiry, Unix seconds. */
  readonly expiry: number
  /** Strike, quote currency per coin. */
  readonly strike: number
  /** A call or a put. */
  readonly kind: OptionKind
  /** Best bid in coin; `undefined`, `null`, 0 or `NaN` where there is none. */
  readonly bid?: number | null | undefined
  /** Best ask in coin, absent in the same ways. */
  readonly ask?: number | null | undefined
  /** The venue's forward for this expiry (future or synthetic), quote currency per coin, where known. */
  readonly future?: number | null | undefined
}

/** A chain at one instant. */
export interface ChainSnapshot {
  /** When it was taken, Unix seconds. */
  readonly time: number
  /** Rows in any order, of any expiries. */
  readonly quotes: readonly OptionQuote[]
}

/** Why a quote was not used. Each quote is counted under the first reason that applies. */
export const QUOTE_REJECTIONS = [
  /** Strike, expiry, kind or a given price is not a usable number. */
  'malformed',
  /** Expiry at or before the snapshot, or nearer than the least time asked for. */
  'expired',
  /** Same expiry, strike and kind seen already. */
  'duplicate',
  /** Neither bid nor ask. */
  'unquoted',
  /** Only one side, and not one that bounds the smile: in the money, out of bounds, or of an expiry without a slice. */
  'one-sided',
  /** Bid at or above ask. */
  'crossed',
  /** Ask below intrinsic, or at or above the most the option can be worth. */
  'out-of-bounds',
  /** The other option of the strike, out of the money, carries the information. */
  'in-the-money',
  /** Bid below intrinsic, or bid and ask too far apart in volatility to say anything. */
  'wide',
  /** Too many deviations from the money for a smile to be read there. */
  'too-far',
  /** Its expiry has no forward. */
  'no-forward',
  /** The fitted smile lies well outside its bid–ask while its neighbours agree with the smile. */
  'outlier',
  /** Its expiry had too few usable quotes. */
  'thin-expiry',
  /** No slice through its expiry passed the checks. */
  'unfit-expiry',
] as const

/** One of {@link QUOTE_REJECTIONS}. */
export type QuoteRejection = (typeof QUOTE_REJECTIONS)[number]

/** How many quotes were left out, by reason. */
export type RejectionCounts = Readonly<Record<QuoteRejection, number>>

/** A count for each reason, all zero. */
export function noRejections(): Record<QuoteRejection, number> {
  return Object.fromEntries(QUOTE_REJECTIONS.map((reason) => [reason, 0])) as Record<QuoteRejection, number>
}
