import type { SeriesId } from '@keel/model'
import type { SignedPrice, WaitingOrder } from '@keel/sdk'

/** The vault's position in one series as a keeper sees it. Size in wad options, positive when the vault is long. */
export type SeriesView = {
  readonly series: SeriesId
  readonly position: bigint
  readonly settled: boolean
}

export type BoardView = {
  /** Unix seconds. */
  readonly expiry: number
  readonly series: readonly SeriesView[]
  /** Unix seconds of the slice in force; 0 when there is none. */
  readonly sliceAt: number
  /** Wad; 0n until it is proposed. */
  readonly settlementPrice: bigint
  /** Unix seconds from which the price is final; 0 until it is proposed. */
  readonly settlementFinalAt: number
}

/** A market's signed feed, and the newest price at hand for it. Seconds. */
export type QuickView = {
  /** When the price the feed has was signed; 0 before there is one. */
  readonly latestAt: number
  /** What a price may be old when it is relayed. */
  readonly freshness: number
  /** `quickOutage` of the market. */
  readonly outage: number
  /** With the signatures to relay; undefined when the signers gave none. */
  readonly offered: SignedPrice | undefined
  /** Somebody waits for a price. */
  readonly isAsked: boolean
}

/** An order that waits for its price, and the price the signers gave for its second. */
export type WaitingView = {
  readonly waiting: WaitingOrder
  /** With the signatures to pass on; undefined while there is none. */
  readonly price: SignedPrice | undefined
}

/** What every keeper decides from: one reading of the chain, and the clock. Plain data. */
export type Snapshot = {
  /** Unix seconds now. */
  readonly time: number
  /** Wads. */
  readonly spot: bigint
  readonly spotAtReport: bigint
  /** Unix seconds of the oracle's last checkpoint. */
  readonly observedAt: number
  /** Absent where the market has no signed feed. */
  readonly quick?: QuickView
  /** Absent where no orders wait for their price. */
  readonly delayed?: readonly WaitingView[]
  readonly boards: readonly BoardView[]
  /** True when `rebalance` would trade now. */
  readonly hedgeDue: boolean
  readonly lastTradeBlock: number
  readonly block: number
  readonly hedgeSyncedAt: number
  /** Unix seconds from which the open epoch can be rolled. */
  readonly cutOff: number
  /** Cash the redemption line lacks, base units. */
  readonly cashWanted: bigint
  /** Series of the vault whose compartments are outside their health factors. */
  readonly unhealthy: readonly SeriesId[]
}
