import type { TrailingVolatility } from '@keel/keepers'
import { TRAILING_POLICY, trailingVolatilities } from '@keel/keepers'
import type { Bar } from '../history/bars.ts'

const WARM_UP_SECS = 90 * 86_400

/** Volatility to quote at any time of a run, from nothing later than that time. */
export type VolatilityPath = {
  readonly at: (time: number) => TrailingVolatility
  readonly description: string
}

/** Trailing realised volatility of the bars, their warm-up included, as each bar closes. */
export function trailingPath(input: {
  readonly warmUp: readonly Bar[]
  readonly bars: readonly Bar[]
  readonly step: number
}): VolatilityPath {
  const { warmUp, bars, step } = input
  const first = bars[0]!.ts
  const all = [...warmUp.filter(({ ts }) => ts >= first - WARM_UP_SECS), ...bars]
  const closes = { ts: all.map(({ ts }) => ts + step), close: all.map(({ close }) => close) }
  const values = trailingVolatilities(closes)
  const { premium, floor, cap, fallback, shortHalfLifeSecs, longHalfLifeSecs } = TRAILING_POLICY
  const initial = { short: fallback, long: fallback }
  function at(time: number): TrailingVolatility {
    let low = -1
    let high = closes.ts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (closes.ts[middle]! <= time) low = middle
      else high = middle - 1
    }
    return low < 0 ? initial : values[low]!
  }
  const days = (secs: number) => Math.round(secs / 86_400)
  const description = `trailing realised volatility of hourly closes, half-lives of ${days(shortHalfLifeSecs)} and ${days(longHalfLifeSecs)} days, times ${premium}, kept within ${floor} to ${cap}${all.length - bars.length < TRAILING_POLICY.warmUpBars ? `; ${fallback} until ${TRAILING_POLICY.warmUpBars} bars were seen` : ''}; no option chain was used`
  return { at, description }
}

/** The same estimate as time goes on: `push` each close, ask `now`. */
export type RollingVolatility = {
  readonly push: (close: { readonly time: number; readonly close: number }) => void
  readonly now: () => TrailingVolatility
}

export function rollingVolatility({
  bars,
  step,
}: {
  readonly bars: readonly Bar[]
  readonly step: number
}): RollingVolatility {
  const ts = bars.map((bar) => bar.ts + step)
  const close = bars.map((bar) => bar.close)
  const most = WARM_UP_SECS / step
  const estimate = () => trailingVolatilities({ ts, close }).at(-1)!
  let current = estimate()
  function push(next: { readonly time: number; readonly close: number }): void {
    ts.push(next.time)
    close.push(next.close)
    if (ts.length > most) {
      ts.shift()
      close.shift()
    }
    current = estimate()
  }
  return { push, now: () => current }
}
