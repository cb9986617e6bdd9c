import { markOf } from './market.ts'
import { run } from './run.ts'
import type { Bound } from './screen.ts'
import { ratesOf, type Setting } from './setting.ts'
import type { Truth } from './truth.ts'

const DEEP = 0.9

/** What the latency charge would have to be, and what comes without it. Shares of delta notional and of spot. */
export type Need = {
  /** Per moment at which some lot would pay without the charge: the charge at which none does, ascending. */
  readonly charges: Float64Array
  /** The same with options of a delta of one half or more alone. */
  readonly large: Float64Array
  /** Rounds of the feed during which a call of delta above 0.9 would pay without it, and the best gain of each. */
  readonly rounds: readonly number[]
}

/** Looks without trading: one lot, from a level book, at the other terms of the setting. */
export function needOf(setting: Setting, truth: Truth): Need {
  const { pricing, limits } = setting.terms
  const bare: Setting = {
    ...setting,
    terms: { ...setting.terms, pricing: { ...pricing, latency: 0n }, limits: { ...limits, maxTradeSize: 0n } },
  }
  const { hedgeCost } = ratesOf(bare)
  const [charges, large]: [number[], number[]] = [[], []]
  const best = new Map<number, number>()
  run(bare, truth, {
    moment({ venue, bounds }) {
      const { updatedAt } = venue.feed.latest()
      const { price: spot } = markOf(venue)
      let [most, mostOfLarge] = [0, 0]
      const look = (bound: Bound, gain: number): void => {
        const { seen } = bound
        const notional = Math.abs(seen.delta) * spot
        // A lot on a level book also pays the venue's cost.
        const paid = gain - hedgeCost * notional
        if (paid <= 0) return
        most = Math.max(most, paid / notional)
        if (Math.abs(seen.delta) >= 0.5) mostOfLarge = Math.max(mostOfLarge, paid / notional)
        if (seen.call && seen.callDelta > DEEP) best.set(updatedAt, Math.max(best.get(updatedAt) ?? 0, paid / spot))
      }
      for (const bound of bounds) {
        look(bound, bound.buy)
        look(bound, bound.sell)
      }
      if (most > 0) charges.push(most)
      if (mostOfLarge > 0) large.push(mostOfLarge)
    },
  })
  return {
    charges: Float64Array.from(charges).sort(),
    large: Float64Array.from(large).sort(),
    rounds: [...best.values()],
  }
}
