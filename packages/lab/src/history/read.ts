import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Bar } from './bars.ts'
import { parseBars } from './bars.ts'
import { EmptyHistoryError, HistoryNotReadableError } from './errors.ts'

export type HistorySpan = {
  /** Unix seconds, included. */
  readonly from?: number
  /** Unix seconds, excluded. */
  readonly to?: number
}

/** Reads and checks a whole CSV or CSV.GZ file, then cuts the span. Bars before the span are returned as warm-up. */
export function readHistory(
  file: string,
  span: HistorySpan = {},
): { readonly warmUp: readonly Bar[]; readonly bars: readonly Bar[] } {
  let text: string
  try {
    const bytes = readFileSync(file)
    text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new HistoryNotReadableError(file, code === 'ENOENT' ? 'there is no such file' : message)
  }
  const all = parseBars(text, file)
  const { from = 0, to = Number.MAX_SAFE_INTEGER } = span
  const bars = all.filter((bar) => bar.ts >= from && bar.ts < to)
  if (bars.length === 0) throw new EmptyHistoryError(`${file} between the given dates`)
  return { warmUp: all.filter((bar) => bar.ts < bars[0]!.ts), bars }
}
