import { durrlemanG, type SviSlice, sviShape, sviTotalVariance } from './slice.ts'

/** Steepest wing allowed, b(1 + |ρ|): Lee's bound on the slope of total variance. */
export const MAX_WING_SLOPE = 2
/** Points of the grid every check runs on. */
export const GRID_POINTS = 25
/** Half-width of the grid, in standard deviations √w(0). */
export const GRID_WIDTH = 4

/** One broken rule, with where and by how much. */
export type SliceFault =
  | { readonly rule: 'range'; readonly parameter: keyof SviSlice; readonly value: number }
  | { readonly rule: 'wing'; readonly slope: number }
  | { readonly rule: 'variance'; readonly k: number; readonly w: number }
  | { readonly rule: 'butterfly'; readonly k: number; readonly g: number }
  | { readonly rule: 'calendar'; readonly k: number; readonly gap: number }

/**
 * The log-moneynesses a slice is checked at: 25 points k = z·√w(0), z from −4 to 4. Empty when w(0) is not positive.
 */
export function checkGrid(slice: SviSlice): Float64Array {
  const atm = sviTotalVariance(slice, 0)
  if (!(atm > 0)) return new Float64Array(0)
  const width = GRID_WIDTH * Math.sqrt(atm)
  const grid = new Float64Array(GRID_POINTS)
  for (let i = 0; i < GRID_POINTS; i++) grid[i] = width * ((2 * i) / (GRID_POINTS - 1) - 1)
  return grid
}

/**
 * Faults of one slice by the rules a surface contract holds reports to: |ρ| < 1, b ≥ 0, σ > 0, b(1 + |ρ|) ≤ 2, and on the grid
 * w > 0 and Durrleman's g ≥ 0. Never throws: a `NaN` is a fault. An empty list means free of butterflies there.
 *
 * @param margin what g must reach, default 0; a signer uses a little more, so that fixed-point rounding cannot flip the verdict
 */
export function sliceFaults(slice: SviSlice, { margin = 0 }: { margin?: number } = {}): readonly SliceFault[] {
  const faults: SliceFault[] = []
  for (const parameter of ['a', 'b', 'rho', 'm', 'sigma'] as const) {
    const value = slice[parameter]
    const bad =
      !Number.isFinite(value) ||
      (parameter === 'b' && value < 0) ||
      (parameter === 'sigma' && value <= 0) ||
      (parameter === 'rho' && Math.abs(value) >= 1)
    if (bad) faults.push({ rule: 'range', parameter, value })
  }
  if (faults.length > 0) return faults

  const slope = slice.b * (1 + Math.abs(slice.rho))
  if (slope > MAX_WING_SLOPE) faults.push({ rule: 'wing', slope })
  const atm = sviTotalVariance(slice, 0)
  if (!(atm > 0)) faults.push({ rule: 'variance', k: 0, w: atm })
  for (const k of checkGrid(slice)) {
    const shape = sviShape(slice, k)
    const g = durrlemanG(shape, k)
    if (!(shape.w > 0)) faults.push({ rule: 'variance', k, w: shape.w })
    else if (!(g >= margin)) faults.push({ rule: 'butterfly', k, g })
  }
  return faults
}

/**
 * Calendar faults between two slices of one underlying: total variance at equal forward moneyness must not fall with expiry, at
 * any point of either slice's grid. Never throws; a slice whose w(0) is not positive has no grid and is `sliceFaults`' to refuse. `gap` is later minus earlier, negative where broken.
 *
 * @param margin what the gap must reach as a share of the earlier variance, default 0
 */
export function calendarFaults(
  { earlier, later }: { earlier: SviSlice; later: SviSlice },
  { margin = 0 }: { margin?: number } = {},
): readonly SliceFault[] {
  const faults: SliceFault[] = []
  for (const grid of [checkGrid(earlier), checkGrid(later)]) {
    for (const k of grid) {
      const w = sviTotalVariance(earlier, k)
      const gap = sviTotalVariance(later, k) - w
      if (!(gap >= margin * w)) faults.push({ rule: 'calendar', k, gap })
    }
  }
  return faults
}
