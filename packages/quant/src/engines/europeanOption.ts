import type { OptionKind } from '../black/black76.ts'

/** An instrument: what is promised, apart from any view of how to value it. */
export interface EuropeanOption {
  /** A call or a put. */
  readonly kind: OptionKind
  /** Quote currency per underlying, positive. */
  readonly strike: number
  /** Time to expiry, years of 365 days. */
  readonly years: number
}

/** What the market says about an expiry, common to all engines. */
export interface ForwardMarket {
  /** Forward price for the expiry, quote currency per underlying. */
  readonly forward: number
  /** Price today of one unit of quote currency at expiry. Default 1. */
  readonly discount?: number
}

/** An engine: values an instrument under one model. Engines for the same instrument are interchangeable. */
export interface EuropeanEngine {
  /** Present value, quote currency per underlying. */
  readonly price: (option: EuropeanOption, market: ForwardMarket) => number
}
