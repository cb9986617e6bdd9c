const MOST_TIME = 8_640_000_000_000

/** Unix seconds as `2026-03-27T08:00:00Z`; beyond what a date can be, the number. */
export function isoOf(time: number): string {
  return time <= MOST_TIME ? new Date(time * 1000).toISOString().replace('.000', '') : String(time)
}
