import { wadFromFloat } from '@keel/model'
import { defaultTerms, type Terms } from '@keel/sdk/deploy'
import type { Setting } from './setting.ts'
import type { Pull } from './signedPrices.ts'

const EQUITY = 5_000_000n
const WAD = 10n ** 18n

/** The four feeds and surfaces that are asked about. */
export const CELLS = [
  { feed: '0.5 %, 1 h', threshold: 0.005, surface: '1 min', reportEverySecs: 60 },
  { feed: '0.5 %, 1 h', threshold: 0.005, surface: '6 h', reportEverySecs: 6 * 3_600 },
  { feed: '0.05 %, 1 h', threshold: 0.0005, surface: '1 min', reportEverySecs: 60 },
  { feed: '0.05 %, 1 h', threshold: 0.0005, surface: '6 h', reportEverySecs: 6 * 3_600 },
] as const

export type Cell = (typeof CELLS)[number]

/** What a run changes of the terms that ship (wads), and of the world. */
export type Change = {
  readonly pricing?: Partial<Terms['pricing']>
  readonly limits?: Partial<Terms['limits']>
  readonly takerCost?: number
  readonly threshold?: number
  readonly delaySecs?: number
  readonly observeEverySecs?: number
  readonly pull?: Pull
}

/** A cell at the terms that ship, but for `change`. */
export function settingOf(cell: Cell, { spot, change = {} }: { spot: number; change?: Change }): Setting {
  const terms = defaultTerms({ spot: wadFromFloat(spot), equity: EQUITY, assetDecimals: 6 })
  const { threshold, reportEverySecs } = cell
  return {
    feed: { threshold: change.threshold ?? threshold, heartbeatSecs: 3_600, delaySecs: change.delaySecs ?? 20 },
    pull: change.pull,
    reportEverySecs,
    reportDelaySecs: 20,
    observeEverySecs: change.observeEverySecs ?? 600,
    terms: {
      ...terms,
      pricing: { ...terms.pricing, ...change.pricing },
      limits: { ...terms.limits, ...change.limits },
    },
    window: 1_800,
    equity: EQUITY * WAD,
    band: Number(terms.hedge.bandOfEquity) / 1e18,
    takerCost: change.takerCost ?? 0,
  }
}

/** Basis points as a wad. */
export const bp = (points: number): bigint => (BigInt(Math.round(points * 100)) * WAD) / 1_000_000n
