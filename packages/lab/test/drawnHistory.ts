import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawnMarket } from '../src/live/path.ts'

export const HOUR = 3_600

/** A Monday, 00:00 UTC. */
export const START = Date.UTC(2024, 0, 8) / 1000

/** Writes so many hours of a drawn market as a CSV file, with those hours left out for which `keep` says no. */
export function writeDrawnHistory(
  folder: string,
  { hours, keep = () => true }: { readonly hours: number; readonly keep?: (time: number) => boolean },
): string {
  const file = join(folder, 'drawn.csv')
  const rows: string[] = ['ts,open,high,low,close,volume']
  for (const { ts, open, high, low, close, volume } of drawnMarket({
    seed: 7,
    start: 2_500,
    from: START,
    warmUpDays: 0,
  }).bars) {
    if (ts >= START + hours * HOUR) break
    if (keep(ts)) rows.push([ts, open, high, low, close, volume].join(','))
  }
  writeFileSync(file, `${rows.join('\n')}\n`)
  return file
}
