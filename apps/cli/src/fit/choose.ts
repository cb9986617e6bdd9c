import type { ChainHistory, MarkedSnapshot } from '@keel/lab'
import type { Input } from '../frame/input.ts'
import { EmptySpanError } from '../run/errors.ts'
import { parseTime } from '../values/time.ts'
import { NoSnapshotError } from './errors.ts'

/** Which snapshots of a file are meant. */
export type Choice =
  | { readonly kind: 'last' }
  | { readonly kind: 'at'; readonly text: string; readonly time: number }
  | { readonly kind: 'span'; readonly from: number; readonly to: number; readonly text: string }

/** `--at`, or `--from` and `--to`; without any of them the last. */
export function readChoice(input: Input): Choice {
  for (const flag of ['from', 'to']) input.exclusive('at', flag)
  const [at, from, to] = ['at', 'from', 'to'].map((flag) => input.text(flag))
  if (at !== undefined) return { kind: 'at', text: at, time: parseTime(at, '--at') }
  if (from === undefined && to === undefined) return { kind: 'last' }
  const first = from === undefined ? 0 : parseTime(from, '--from')
  const end = to === undefined ? Number.POSITIVE_INFINITY : parseTime(to, '--to')
  if (first >= end) throw new EmptySpanError(from!, to!)
  return {
    kind: 'span',
    from: first,
    to: end,
    text: `${from ? `from ${from}` : ''}${to ? ` before ${to}` : ''}`.trim(),
  }
}

/** The snapshots chosen, at least one: at a time it is the newest not after it. Errors: NoSnapshot. */
export function chooseSnapshots(file: string, { snapshots }: ChainHistory, choice: Choice): readonly MarkedSnapshot[] {
  const chosen =
    choice.kind === 'last'
      ? snapshots.slice(-1)
      : choice.kind === 'at'
        ? snapshots.filter(({ time }) => time <= choice.time).slice(-1)
        : snapshots.filter(({ time }) => time >= choice.from && time < choice.to)
  if (chosen.length > 0) return chosen
  const asked = choice.kind === 'at' ? `at or before ${choice.text}` : choice.kind === 'span' ? choice.text : ''
  throw new NoSnapshotError({ file, asked, first: snapshots[0]!.time, last: snapshots.at(-1)!.time })
}
