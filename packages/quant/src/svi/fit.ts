import { levenbergMarquardt, type Objective } from '../fit/levenbergMarquardt.ts'
import {
  calendarFaults,
  checkGrid,
  MAX_WING_SLOPE,
  MOST_SHIFT,
  MOST_SIGMA,
  type SliceFault,
  sliceFaults,
} from './checks.ts'
import { sviObjective } from './objective.ts'
import { type SmilePoints, varianceAtTheMoney } from './points.ts'
import type { SviSlice } from './slice.ts'
import { quasiExplicitStart } from './start.ts'
import { fromWings, toWings } from './wings.ts'

/** A fitted slice with what it still breaks; an empty `faults` means a contract would take it. */
export interface SviFit {
  /** Raw parameters. */
  readonly slice: SviSlice
  /** Rules it breaks, by itself and against the neighbours given. */
  readonly faults: readonly SliceFault[]
  /** ½·Σ (weight·residual)², penalties included. */
  readonly cost: number
}

/** Penalty weights tried in turn until the checks pass. */
const PENALTIES = [30, 1000, 30_000]

/**
 * Fits a raw SVI slice to observations, free of butterflies on the contract's grid and, where neighbours are given, of calendar
 * crossings with them.
 *
 * Weighted least squares in total variance by Levenberg–Marquardt in wing coordinates, where ranges are a box; g and the
 * calendar enter as penalties that grow until the checks of {@link sliceFaults} and {@link calendarFaults} pass with a margin.
 * Starts from the better of a quasi-explicit grid and `start`. Deterministic; never throws: what could not be met is in `faults`.
 *
 * Observations marked as bounds pull only where the smile breaks them. Needs at least 5 others with positive weight for a determinate answer.
 */
export function fitSvi(points: SmilePoints, options: fitSvi.Options = {}): SviFit {
  const { earlier, later, pull = 0.1, butterflyMargin = 2e-3, calendarMargin = 1e-3 } = options
  // The natural unit of k: the deviation at the money.
  const scale = Math.sqrt(varianceAtTheMoney(points))
  const box = boxOf(points, scale)
  const neighbourGrid = Float64Array.of(
    ...(earlier === undefined ? [] : checkGrid(earlier)),
    ...(later === undefined ? [] : checkGrid(later)),
  )
  let point = quasiExplicitStart(points, scale)
  let best: SviFit | undefined
  for (const penalty of PENALTIES) {
    const constraints = { scale, pull, penalty, butterflyMargin, calendarMargin, earlier, later, neighbourGrid }
    const objective = sviObjective(points, constraints)
    if (best === undefined && options.start !== undefined) point = better(objective, point, toWings(options.start))
    const found = levenbergMarquardt({ objective, start: point, ...box, tolerance: 1e-5 })
    point = found.point
    const slice = fromWings(point)
    const faults = [
      ...sliceFaults(slice, { margin: butterflyMargin / 4 }),
      ...(earlier === undefined ? [] : calendarFaults({ earlier, later: slice }, { margin: calendarMargin / 4 })),
      ...(later === undefined ? [] : calendarFaults({ earlier: slice, later }, { margin: calendarMargin / 4 })),
    ]
    if (best === undefined || faults.length < best.faults.length) best = { slice, faults, cost: found.cost }
    if (faults.length === 0) break
  }
  return best!
}

export declare namespace fitSvi {
  interface Options {
    /** The slice of the expiry before, which the fit must not fall below. */
    readonly earlier?: SviSlice | undefined
    /** The slice of the expiry after, which it must not rise above. */
    readonly later?: SviSlice | undefined
    /** A slice to start from, e.g. the last one of this expiry. */
    readonly start?: SviSlice | undefined
    /** Weight of the pull towards a usual shape, in the unit of weighted residuals. Default 0.1. */
    readonly pull?: number
    /** What Durrleman's g should reach on the grid. Default 0.002. */
    readonly butterflyMargin?: number
    /** Share by which total variance should clear its neighbours. Default 0.001. */
    readonly calendarMargin?: number
  }
  type ReturnType = SviFit
}

function better(objective: Objective, a: Float64Array, b: Float64Array): Float64Array {
  return objective(b) < objective(a) ? b : a
}

function boxOf({ w, side }: SmilePoints, scale: number): { lower: Float64Array; upper: Float64Array } {
  const highest = w.reduce((a, b, i) => (side?.[i] === 1 ? a : Math.max(a, b)), 0)
  const least = 1e-5 * scale
  const steepest = MAX_WING_SLOPE * (1 - 1e-6)
  const shift = Math.min(MOST_SHIFT, 5 * scale)
  return {
    lower: Float64Array.of(1e-3 * scale * scale, least, least, -shift, 0.02 * scale),
    upper: Float64Array.of(2 * highest, steepest, steepest, shift, Math.min(MOST_SIGMA, 10 * scale)),
  }
}
