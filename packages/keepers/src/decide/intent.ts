import type { SeriesId } from '@keel/model'
import type { SignedPrice, WaitingOrder } from '@keel/sdk'

/** What a keeper wants done. Each can be carried out by anyone, twice, or never, without harm. */
export type Intent =
  | { readonly kind: 'observe' }
  | { readonly kind: 'relayPrice'; readonly price: SignedPrice }
  | { readonly kind: 'executeOrder'; readonly waiting: WaitingOrder; readonly price: SignedPrice }
  | { readonly kind: 'refundOrder'; readonly waiting: WaitingOrder }
  | { readonly kind: 'report'; readonly expiries: readonly number[] }
  | { readonly kind: 'sync' }
  | { readonly kind: 'rebalance' }
  | { readonly kind: 'adjust'; readonly series: readonly SeriesId[] }
  | { readonly kind: 'listBoard'; readonly expiry: number; readonly strikes: readonly bigint[] }
  | { readonly kind: 'removeBoard'; readonly expiry: number }
  | { readonly kind: 'proveSettlement'; readonly expiry: number }
  | { readonly kind: 'settle'; readonly series: SeriesId }
  | { readonly kind: 'raise'; readonly amount: bigint }
  | { readonly kind: 'roll' }
