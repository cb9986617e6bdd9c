import type { Bar } from './bars.ts'

/** A hole in a history: no bar opens in [from, to). Unix seconds. */
export type Gap = { readonly from: number; readonly to: number; readonly missing: number }

/** The step most bars have, seconds. */
export function barStep(bars: readonly Bar[]): number {
  const counts = new Map<number, number>()
  for (let i = 1; i < bars.length; i++) {
    const step = bars[i]!.ts - bars[i - 1]!.ts
    counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  let best = 3600
  let most = 0
  for (const [step, count] of counts) if (count > most || (count === most && step < best)) [best, most] = [step, count]
  return best
}

export function findGaps(bars: readonly Bar[], step = barStep(bars)): readonly Gap[] {
  const gaps: Gap[] = []
  for (let i = 1; i < bars.length; i++) {
    const from = bars[i - 1]!.ts + step
    const to = bars[i]!.ts
    if (to > from) gaps.push({ from, to, missing: Math.round((to - from) / step) })
  }
  return gaps
}
