import { durrlemanG, type SviSlice, sviShape, sviTotalVariance } from './slice.ts'

/** Steepest wing allowed, b(1 + |ρ|): Lee's bound on the slope of total variance. */
export const MAX_WING_SLOPE = 2
/** Points of the grid every check runs on. */
export const GRID_POINTS = 25
/** Half-width of the grid, in standard deviations √w(0). */
export const GRID_WIDTH = 4

/** 1.0 in the contract's fields, 2^40. */
const ONE = 0x10000000000
/** Least total variance a grid point may have. */
const LEAST_VARIANCE = 1 / ONE
/** Furthest kink from the forward, |m|. */
export const MOST_SHIFT = 4
/** Roundest kink, σ. */
export const MOST_SIGMA = 8
/** Bounds of the parameters; σ is at least a millionth, as the contract's fixed point writes it. */
const RANGES = {
  a: [-16, 16],
  b: [0, 2],
  rho: [-1, 1],
  m: [-MOST_SHIFT, MOST_SHIFT],
  sigma: [Math.floor(ONE / 1e6) / ONE, MOST_SIGMA],
} as const
/** Bounds of the volatility at the money. */
const VOLATILITY = [0.01, 10] as const

/** One broken rule, with where and by how much. */
export type SliceFault =
  | { readonly rule: 'range'; readonly parameter: keyof SviSlice; readonly value: number }
  | { readonly rule: 'volatility'; readonly volatility: number }
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
 * Faults of one slice by the rules a surface contract holds reports to. Never throws: a `NaN` is a
 * fault. An empty list means free of butterflies on the grid.
 *
 * - |a| ≤ 16, b ≥ 0, |ρ| < 1, |m| ≤ 4, 1e-6 ≤ σ ≤ 8, b(1 + |ρ|) ≤ 2, and a + bσ√(1 − ρ²), the least variance of all k, above 0;
 * - with `years`, a volatility at the money from 1 % to 1000 %;
 * - on the grid w ≥ 2^−40 and Durrleman's g ≥ 0.
 *
 * @param margin what g must reach, default 0; a signer uses a little more, so that fixed-point rounding cannot flip the verdict
 * @param years time to expiry, years of 365 days; absent: the volatility is not judged
 */
export function sliceFaults(
  slice: SviSlice,
  { margin = 0, years }: { margin?: number; years?: number } = {},
): readonly SliceFault[] {
  const faults: SliceFault[] = rangeFaults(slice)
  if (faults.length > 0) return faults

  const { a, b, rho, m, sigma } = slice
  const slope = b * (1 + Math.abs(rho))
  if (slope > MAX_WING_SLOPE) faults.push({ rule: 'wing', slope })
  const depth = Math.sqrt(1 - rho * rho)
  const least = a + wholeSteps(b * sigma) * wholeSteps(depth)
  if (!(least > 0)) faults.push({ rule: 'variance', k: m - (rho * sigma) / depth, w: least })
  const atm = sviTotalVariance(slice, 0)
  if (!(atm >= LEAST_VARIANCE)) faults.push({ rule: 'variance', k: 0, w: atm })
  if (years !== undefined) {
    const volatility = Math.sqrt(Math.max(0, atm) / years)
    if (!(volatility >= VOLATILITY[0] && volatility <= VOLATILITY[1])) faults.push({ rule: 'volatility', volatility })
  }
  for (const k of checkGrid(slice)) {
    const shape = sviShape(slice, k)
    const g = durrlemanG(shape, k)
    if (!(shape.w >= LEAST_VARIANCE)) faults.push({ rule: 'variance', k, w: shape.w })
    else if (!(g >= margin)) faults.push({ rule: 'butterfly', k, g })
  }
  return faults
}

/** Rounded down to the contract's step, where it rounds before it goes on. */
function wholeSteps(x: number): number {
  return Math.floor(x * ONE) / ONE
}

function rangeFaults(slice: SviSlice): SliceFault[] {
  const faults: SliceFault[] = []
  for (const parameter of ['a', 'b', 'rho', 'm', 'sigma'] as const) {
    const value = slice[parameter]
    const [least, most] = RANGES[parameter]
    const inside = value >= least && value <= most && !(parameter === 'rho' && Math.abs(value) === 1)
    if (!inside) faults.push({ rule: 'range', parameter, value })
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
