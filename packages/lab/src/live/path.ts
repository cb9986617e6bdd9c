import { jumpDiffusionPath } from '@keel/quant'
import type { Bar } from '../history/bars.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
/** Prices between two closes: the path is drawn every twenty minutes. */
const STEPS_PER_HOUR = 3
const STEPS_PER_DAY = 24 * STEPS_PER_HOUR

/** A market that is drawn rather than read: Merton's jump diffusion, about what ether did in recent years. */
const PROCESS = { drift: 0, volatility: 0.6, jumpsPerYear: 40, jumpMean: -0.01, jumpStd: 0.035 }

/** One day of hourly bars from a start price. The same seed and day give the same bars. */
export function drawDay({ seed, day, start, from }: drawDay.Parameters): readonly Bar[] {
  const dtSecs = HOUR / STEPS_PER_HOUR
  const path = jumpDiffusionPath({ seed, stream: day, start, steps: STEPS_PER_DAY, dtSecs, ...PROCESS })
  return Array.from({ length: 24 }, (_, hour) => {
    const prices = [...path.slice(hour * STEPS_PER_HOUR, (hour + 1) * STEPS_PER_HOUR + 1)].map(cents)
    return {
      ts: from + hour * HOUR,
      open: prices[0]!,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1)!,
      volume: 0,
    }
  })
}

/** Feeds print two decimals; and the next day starts from what was printed. */
function cents(price: number): number {
  return Math.max(0.01, Math.round(price * 100) / 100)
}

export declare namespace drawDay {
  type Parameters = {
    readonly seed: number
    /** Number of the day: its own stream of the seed. */
    readonly day: number
    readonly start: number
    /** Unix seconds of the day's first bar. */
    readonly from: number
  }
}

/** Bars without end from `from`, one drawn day after the other, after `warmUpDays` days that only estimators see. */
export function drawnMarket({ seed, start, from, warmUpDays }: drawnMarket.Parameters): drawnMarket.ReturnType {
  const warmUp: Bar[] = []
  let price = start
  let day = 0
  const next = (): readonly Bar[] => {
    const bars = drawDay({ seed, day, start: price, from: from + (day - warmUpDays) * DAY })
    price = bars.at(-1)!.close
    day++
    return bars
  }
  for (let i = 0; i < warmUpDays; i++) warmUp.push(...next())
  function* bars(): Generator<Bar> {
    for (;;) yield* next()
  }
  return { warmUp, bars: bars() }
}

export declare namespace drawnMarket {
  type Parameters = {
    readonly seed: number
    readonly start: number
    /** Unix seconds of the first bar that is played. */
    readonly from: number
    readonly warmUpDays: number
  }
  type ReturnType = { readonly warmUp: readonly Bar[]; readonly bars: Iterable<Bar> }
}
