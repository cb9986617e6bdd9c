import type { Bar } from './bars.ts'

/** A bar as a world plays it: `known` is false where the data has a hole. */
export type PlayedBar = Bar & { readonly known: boolean }

/** The bars with every hole filled by flat bars at the last known close: time goes on, the price is not known. */
export function fillGaps(bars: readonly Bar[], step: number): readonly PlayedBar[] {
  const played: PlayedBar[] = []
  for (const bar of bars) {
    for (let last = played.at(-1); last && last.ts + step < bar.ts; last = played.at(-1)) {
      const { close } = last
      played.push({ ts: last.ts + step, open: close, high: close, low: close, close, volume: 0, known: false })
    }
    played.push({ ...bar, known: true })
  }
  return played
}
