import type { Bar } from './bars.ts'
import { barStep } from './gaps.ts'

/** A price at a time: what the world's market shows from then on. */
export type Tick = {
  readonly time: number
  readonly price: number
  /** True at the end of a bar: agents act, the hour is recorded. */
  readonly isClose: boolean
}

/**
 * The path through a bar: the extreme nearer to the open first, then the other, then the close, a third of the bar
 * apart. Hourly data does not say in which order its extremes came; nearest first is the shortest path through them.
 */
export function ticksOfBar(bar: Bar, step: number): readonly Tick[] {
  const highFirst = bar.high - bar.open <= bar.open - bar.low
  const [first, second] = highFirst ? [bar.high, bar.low] : [bar.low, bar.high]
  const third = Math.floor(step / 3)
  return [
    { time: bar.ts + third, price: first, isClose: false },
    { time: bar.ts + 2 * third, price: second, isClose: false },
    { time: bar.ts + step, price: bar.close, isClose: true },
  ]
}

export function* ticksOf(bars: readonly Bar[], step = barStep(bars)): Generator<Tick> {
  for (const bar of bars) yield* ticksOfBar(bar, step)
}
