import { BadValueError } from '../frame/errors.ts'

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?Z?)?$/i
const UNIX = /^\d{9,11}$/

/** A moment in UTC as unix seconds: `2020-03-01`, `2020-03-01T08:00`, `2020-03-01T08:00:00Z` or `1583020800`. */
export function parseTime(text: string, what: string): number {
  if (UNIX.test(text)) return Number(text)
  const bad = new BadValueError({ what, given: text, wanted: 'a date like 2020-03-01 or 2020-03-01T08:00Z, in UTC' })
  const match = DATE.exec(text)
  if (!match) throw bad
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const isCalendar = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!isCalendar || hour > 23 || minute > 59 || second > 59) throw bad
  return date.getTime() / 1000
}

/** `2026-03-27 08:00 UTC`. */
export function formatTime(time: number): string {
  return `${new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `2026-03-27T08:00:00Z`, for machines. */
export function isoTime(time: number): string {
  return new Date(time * 1000).toISOString().replace('.000', '')
}

/** A span in its two largest units: `3d 4h`, `12m 5s`. */
export function formatSpan(secs: number): string {
  const parts = [
    [Math.floor(secs / 86_400), 'd'],
    [Math.floor(secs / 3_600) % 24, 'h'],
    [Math.floor(secs / 60) % 60, 'm'],
    [Math.floor(secs) % 60, 's'],
  ] as const
  const first = parts.findIndex(([n]) => n > 0)
  if (first < 0) return '0s'
  const shown = parts.slice(first, first + 2).filter(([n]) => n > 0)
  return shown.map(([n, unit]) => `${n}${unit}`).join(' ')
}
