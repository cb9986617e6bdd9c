/** Seconds in a year of 365 days, the one year used in every formula of this library. */
export const SECONDS_PER_YEAR = 31_536_000

/** Years of 365 days between two times in Unix seconds; negative when `to` lies before `from`, `NaN` for a `NaN`. */
export function yearsBetween(from: number, to: number): number {
  return (to - from) / SECONDS_PER_YEAR
}
