import { type SviSlice, sviTotalVariance } from './slice.ts'

/** A slice and how far its expiry is; a `FittedExpiry` is one. */
export interface ExpirySlice {
  /** Time to expiry, years of 365 days, positive. */
  readonly years: number
  /** Total variance to that expiry. */
  readonly slice: SviSlice
}

/** Where a surface is read. */
export interface SurfacePoint {
  /** Log-moneyness ln(strike/forward) at the forward of the date asked for. */
  readonly k: number
  /** Time to that date, years of 365 days, positive. */
  readonly years: number
}

/**
 * Total variance (volatility² × years) of a surface at any date: linear in total variance at equal log-moneyness between two expiries,
 * flat in volatility before the first and after the last, as the surface contract has it.
 *
 * Slices that do not cross stay uncrossed at every date between. `NaN` for no slices, or a time that is not positive.
 *
 * @param expiries ascending in `years`
 */
export function surfaceTotalVariance(expiries: readonly ExpirySlice[], { k, years }: SurfacePoint): number {
  if (!(years > 0 && expiries.length > 0)) return Number.NaN
  const after = expiries.findIndex((expiry) => expiry.years >= years)
  const later = expiries[after < 0 ? expiries.length - 1 : after]!
  const laterVariance = sviTotalVariance(later.slice, k)
  if (after <= 0) return (laterVariance * years) / later.years
  const earlier = expiries[after - 1]!
  const earlierVariance = sviTotalVariance(earlier.slice, k)
  const share = (years - earlier.years) / (later.years - earlier.years)
  return earlierVariance + share * (laterVariance - earlierVariance)
}
