import { solveSymmetric } from './cholesky.ts'

/** Sums that an objective adds to at one point: the gradient Jᵀr and the Gauss–Newton matrix JᵀJ (lower triangle, row-major). */
export interface NormalEquations {
  /** Jᵀr. */
  readonly gradient: Float64Array
  /** JᵀJ, row-major; only the lower triangle is read. */
  readonly matrix: Float64Array
}

/** ½·Σ r² at a point. When `normal` is given (zeroed), the same pass adds each residual's share to it. */
export type Objective = (point: Float64Array, normal?: NormalEquations) => number

/** Where a minimisation ended. */
export interface Minimum {
  /** The best point found, inside the box. */
  readonly point: Float64Array
  /** ½·Σ r² there. */
  readonly cost: number
  /** Steps tried. */
  readonly iterations: number
  /** False when the iterations ran out first. */
  readonly converged: boolean
}

/**
 * Least squares by Levenberg and Marquardt inside a box.
 *
 * A coordinate that sits on its bound and whose descent points outside is left out of the step; the rest of the step is clipped
 * to the box. Damping scales the diagonal, so units of the coordinates do not matter. Deterministic; never throws.
 *
 * Sources: Marquardt 1963, J. SIAM 11, 431–441; the damping schedule after Nielsen 1999, IMM-REP-1999-05, §3.
 */
export function levenbergMarquardt(problem: levenbergMarquardt.Parameters): Minimum {
  const { objective, lower, maxIterations = 60, tolerance = 1e-9 } = problem
  const n = lower.length
  let point = clip(Float64Array.from(problem.start), problem)
  const normal = { gradient: new Float64Array(n), matrix: new Float64Array(n * n) }
  let cost = evaluate(objective, point, normal)
  let damping = 1e-3
  let growth = 2
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const step = dampedStep(point, normal, damping, problem)
    if (step === undefined) {
      damping *= growth
      growth *= 2
      if (damping > 1e16) return { point, cost, iterations, converged: false }
      continue
    }
    for (let i = 0; i < n; i++) step[i]! += point[i]!
    const trial = clip(step, problem)
    const predicted = predictedDrop(point, trial, normal)
    const trialCost = objective(trial)
    const gain = (cost - trialCost) / predicted
    if (trialCost < cost && gain > 1e-4) {
      const small = cost - trialCost <= tolerance * cost
      point = trial
      cost = evaluate(objective, point, normal)
      damping *= Math.max(1 / 3, 1 - cube(2 * gain - 1))
      growth = 2
      if (small) return { point, cost, iterations, converged: true }
    } else {
      if (!(predicted > tolerance * cost)) return { point, cost, iterations, converged: true }
      damping *= growth
      growth *= 2
      if (damping > 1e16) return { point, cost, iterations, converged: true }
    }
  }
  return { point, cost, iterations: maxIterations, converged: false }

  function evaluate(f: Objective, at: Float64Array, into: NormalEquations): number {
    into.gradient.fill(0)
    into.matrix.fill(0)
    return f(at, into)
  }
}

export declare namespace levenbergMarquardt {
  interface Parameters {
    /** What to minimise. */
    readonly objective: Objective
    /** Where to begin. */
    readonly start: ArrayLike<number>
    /** Lowest and highest value of each coordinate; the start is clipped into them. */
    readonly lower: ArrayLike<number>
    /** As `lower`; at or above it in every coordinate. */
    readonly upper: ArrayLike<number>
    /** Evaluations of the objective at most. Default 60. */
    readonly maxIterations?: number
    /** Relative fall of the cost below which the search ends. Default 1e-9. */
    readonly tolerance?: number
  }
  type ReturnType = Minimum
}

type Box = Pick<levenbergMarquardt.Parameters, 'lower' | 'upper'>

function clip(point: Float64Array, { lower, upper }: Box): Float64Array {
  for (let i = 0; i < point.length; i++) point[i] = Math.min(upper[i]!, Math.max(lower[i]!, point[i]!))
  return point
}

/** Solves (JᵀJ + damping·diag)·step = −Jᵀr over the coordinates free to move. */
function dampedStep(
  point: Float64Array,
  { gradient, matrix }: NormalEquations,
  damping: number,
  { lower, upper }: Box,
): Float64Array | undefined {
  const n = point.length
  const system = Float64Array.from(matrix)
  const target = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const slope = gradient[i]!
    const stuck = (point[i]! <= lower[i]! && slope > 0) || (point[i]! >= upper[i]! && slope < 0)
    if (stuck) {
      for (let j = 0; j < n; j++) system[Math.max(i, j) * n + Math.min(i, j)] = 0
      system[i * n + i] = 1
    } else {
      system[i * n + i] = system[i * n + i]! * (1 + damping) + 1e-300
      target[i] = -slope
    }
  }
  return solveSymmetric(system, target)
}

/** Fall of the cost that the quadratic model promises between two points. */
function predictedDrop(from: Float64Array, to: Float64Array, { gradient, matrix }: NormalEquations): number {
  const n = from.length
  let drop = 0
  for (let i = 0; i < n; i++) {
    const di = to[i]! - from[i]!
    drop -= gradient[i]! * di
    for (let j = 0; j < n; j++) {
      drop -= 0.5 * di * (to[j]! - from[j]!) * matrix[Math.max(i, j) * n + Math.min(i, j)]!
    }
  }
  return drop
}

const cube = (x: number): number => x * x * x
