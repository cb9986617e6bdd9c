import { ChainOutsideSpanError, DifferentUnderlyingsError } from './errors.ts'
import { readChainHistory } from './read.ts'
import type { MarkedSnapshot } from './snapshots.ts'

/** Snapshots of all files, ascending, no moment twice; none of them is needed before the last one ahead of the span. */
export function readChains(
  files: readonly string[],
  { from, to, ageSecs }: { from: number; to: number; ageSecs: number },
): readonly MarkedSnapshot[] {
  const histories = files.map(readChainHistory)
  const underlyings = [...new Set(histories.map(({ underlying }) => underlying))]
  if (underlyings.length > 1) throw new DifferentUnderlyingsError(underlyings)
  const byTime = new Map(histories.flatMap(({ snapshots }) => snapshots.map((each) => [each.time, each])))
  const all = [...byTime.values()].sort((a, b) => a.time - b.time)
  const ahead = all.findLastIndex(({ time }) => time <= from)
  const useful = all.slice(Math.max(0, ahead)).filter(({ time }) => time < to)
  if (useful.every(({ time }) => time < from - ageSecs))
    throw new ChainOutsideSpanError({ first: all[0]!.time, last: all.at(-1)!.time, from, to })
  return useful
}
