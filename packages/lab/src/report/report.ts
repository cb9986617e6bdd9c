import type { Gap } from '../history/gaps.ts'
import type { ChainUse } from '../world/chainSource.ts'

/** Hourly columns, one entry per recorded hour. Money in whole collateral, deltas in underlying units. */
export type Hours = {
  readonly time: number[]
  readonly spot: number[]
  readonly volatility: number[]
  /** Hours since the option chain's snapshot in use, NaN without one; empty when no chain was given. */
  readonly chainAge: number[]
  readonly sharePrice: number[]
  readonly equity: number[]
  readonly free: number[]
  readonly locked: number[]
  readonly netDeltaBefore: number[]
  readonly netDeltaAfter: number[]
  readonly hedgeDelta: number[]
  readonly openInterest: number[]
  readonly premium: number[]
  readonly edge: number[]
  readonly options: number[]
  readonly hedges: number[]
  readonly hedgeCost: number[]
  readonly residual: number[]
}

export type HedgeTrade = {
  readonly time: number
  readonly size: number
  readonly price: number
  readonly cost: number
  readonly rule: string
}
export type EpochRow = {
  readonly number: number
  readonly time: number
  readonly depositPrice: number
  readonly redeemPrice: number
  readonly deposited: number
  readonly redeemed: number
  readonly sharesMinted: number
  readonly sharesBurned: number
}
export type SettlementRow = {
  readonly time: number
  readonly expiry: number
  readonly price: number
  readonly series: number
  readonly paid: number
}
export type DepositorRow = {
  readonly name: string
  readonly deposited: number
  readonly withdrawn: number
  readonly out: boolean
}
export type TraderRow = {
  readonly name: string
  readonly trades: number
  readonly paid: number
  readonly received: number
  readonly redeemed: number
}

/** Where the surface of a run came from, when option chains were given. */
export type SurfaceUse = ChainUse & { readonly files: readonly string[]; readonly maxAgeHours: number }

/** Everything a run has to say. Holds nothing of the clock or the machine: the same run gives the same bytes. */
export type Report = {
  readonly format: 'keel-report-1'
  readonly title: string
  readonly history: {
    readonly file: string
    readonly from: number
    readonly to: number
    readonly bars: number
    readonly gaps: readonly Gap[]
  }
  readonly seed: number
  readonly volatility: string
  readonly surface?: SurfaceUse
  readonly settings: Readonly<Record<string, string | number>>
  readonly totals: {
    readonly transactions: number
    readonly blocks: number
    readonly trades: number
    readonly refused: Readonly<Record<string, number>>
    readonly reverted: Readonly<Record<string, number>>
    readonly contracts: number
    readonly premium: number
    readonly paidOut: number
    readonly hedgeTrades: number
    readonly hedgeVolume: number
    readonly settledSeries: number
    readonly epochs: number
    readonly conservationChecks: number
    readonly largestNetDeltaShare: number
  }
  readonly pnl: {
    readonly edge: number
    readonly options: number
    readonly hedges: number
    readonly hedgeCost: number
    readonly residual: number
    readonly total: number
  }
  readonly hours: Hours
  readonly hedgeTrades: readonly HedgeTrade[]
  readonly epochs: readonly EpochRow[]
  readonly settlements: readonly SettlementRow[]
  readonly depositors: readonly DepositorRow[]
  readonly traders: readonly TraderRow[]
}
