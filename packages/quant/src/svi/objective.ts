import type { NormalEquations, Objective } from '../fit/levenbergMarquardt.ts'
import { GRID_POINTS, GRID_WIDTH } from './checks.ts'
import { isSlack, type SmilePoints } from './points.ts'
import { type SviSlice, sviTotalVariance } from './slice.ts'
import { CENTRE, FLOOR, LEFT, RIGHT, ROUNDNESS } from './wings.ts'

/** What a fit is held to besides its observations. */
export interface SviConstraints {
  /** Natural unit of k: the deviation at the money. */
  readonly scale: number
  /** Weight of the pull of centre and roundness, in units of `scale`, towards 0 and {@link USUAL_ROUNDNESS}. */
  readonly pull: number
  /** Cost of a breach: each is a residual of this weight per unit of g, and per relative unit of total variance. */
  readonly penalty: number
  /** What g must reach on the grid. */
  readonly butterflyMargin: number
  /** What w must exceed the earlier slice by, and stay below the later one by, as a share of it. */
  readonly calendarMargin: number
  readonly earlier?: SviSlice | undefined
  readonly later?: SviSlice | undefined
  /** Grids of the neighbours, beside the slice's own. */
  readonly neighbourGrid: Float64Array
}

/** Roundness of a typical smile, in deviations at the money. */
const USUAL_ROUNDNESS = 0.8

/**
 * ½·Σ (weight·(w − observed))² over the observations plus a slight pull towards a usual shape (which decides only what the
 * observations leave open) and penalties for breaches of the constraints, in wing coordinates, with exact first
 * derivatives (those of the grid's own position left out).
 */
export function sviObjective(points: SmilePoints, constraints: SviConstraints): Objective {
  const { k, w: observed, weight } = points
  const row = new Float64Array(5)
  return (point, normal) => {
    const at = new Local(point)
    let cost = 0
    for (let i = 0; i < k.length; i++) {
      at.move(k[i]!)
      const residual = weight[i]! * (at.w - observed[i]!)
      if (isSlack(points, i, residual)) continue
      cost += 0.5 * residual * residual
      if (normal !== undefined) {
        at.addVariance(row.fill(0), weight[i]!)
        accumulate(normal, row, residual)
      }
    }
    const { scale, pull } = constraints
    for (const [coordinate, usual] of [
      [CENTRE, 0],
      [ROUNDNESS, USUAL_ROUNDNESS],
    ] as const) {
      const residual = pull * (point[coordinate]! / scale - usual)
      cost += 0.5 * residual * residual
      if (normal === undefined) continue
      row.fill(0)[coordinate] = pull / scale
      accumulate(normal, row, residual)
    }
    return cost + penalties(at, row, constraints, normal)
  }
}

function penalties(at: Local, row: Float64Array, constraints: SviConstraints, normal?: NormalEquations): number {
  const { penalty, butterflyMargin, earlier, later, neighbourGrid } = constraints
  let cost = 0
  at.move(0)
  const width = GRID_WIDTH * Math.sqrt(Math.max(at.w, 0))
  for (let i = 0; i < GRID_POINTS; i++) {
    at.move(width * ((2 * i) / (GRID_POINTS - 1) - 1))
    const short = butterflyMargin - at.g()
    if (short > 0) {
      const residual = penalty * short
      cost += 0.5 * residual * residual
      if (normal !== undefined) {
        at.addG(row.fill(0), -penalty)
        accumulate(normal, row, residual)
      }
    }
    if (earlier !== undefined || later !== undefined) cost += calendarPenalty(at, row, constraints, normal)
  }
  for (const k of neighbourGrid) {
    at.move(k)
    cost += calendarPenalty(at, row, constraints, normal)
  }
  return cost
}

function calendarPenalty(at: Local, row: Float64Array, constraints: SviConstraints, normal?: NormalEquations): number {
  const { penalty, calendarMargin, earlier, later } = constraints
  let cost = 0
  if (earlier !== undefined) {
    const bound = sviTotalVariance(earlier, at.k)
    const short = 1 + calendarMargin - at.w / bound
    if (short > 0) cost += charge(-penalty / bound, penalty * short)
  }
  if (later !== undefined) {
    const bound = sviTotalVariance(later, at.k)
    const over = at.w / bound - 1 + calendarMargin
    if (over > 0) cost += charge(penalty / bound, penalty * over)
  }
  return cost

  function charge(slope: number, residual: number): number {
    if (normal !== undefined) {
      at.addVariance(row.fill(0), slope)
      accumulate(normal, row, residual)
    }
    return 0.5 * residual * residual
  }
}

function accumulate({ gradient, matrix }: NormalEquations, row: Float64Array, residual: number): void {
  for (let i = 0; i < 5; i++) {
    const value = row[i]!
    gradient[i]! += value * residual
    for (let j = 0; j <= i; j++) matrix[i * 5 + j]! += value * row[j]!
  }
}

/** A slice in wing form looked at from one k after another. A class, since it lives for one evaluation and must not allocate. */
class Local {
  k = 0
  w = 0
  private y = 0
  private r = 0
  private readonly base: number
  private readonly p: number
  private readonly c: number
  private readonly m: number
  private readonly sigma: number
  private readonly rootRight: number
  private readonly rootLeft: number

  constructor(point: Float64Array) {
    this.p = point[RIGHT]!
    this.c = point[LEFT]!
    this.m = point[CENTRE]!
    this.sigma = point[ROUNDNESS]!
    this.base = point[FLOOR]! - this.sigma * Math.sqrt(this.p * this.c)
    this.rootRight = 0.5 * this.sigma * Math.sqrt(this.c / this.p)
    this.rootLeft = 0.5 * this.sigma * Math.sqrt(this.p / this.c)
  }

  move(k: number): void {
    this.k = k
    this.y = k - this.m
    this.r = Math.sqrt(this.y * this.y + this.sigma * this.sigma)
    this.w = this.base + 0.5 * this.p * (this.r + this.y) + 0.5 * this.c * (this.r - this.y)
  }

  private slope(): number {
    const tilt = this.y / this.r
    return 0.5 * this.p * (tilt + 1) + 0.5 * this.c * (tilt - 1)
  }

  private curvature(): number {
    return (0.5 * (this.p + this.c) * this.sigma * this.sigma) / (this.r * this.r * this.r)
  }

  /** Durrleman's g here. */
  g(): number {
    const slope = this.slope()
    const lean = 1 - (this.k * slope) / (2 * this.w)
    return lean * lean - 0.25 * slope * slope * (1 / this.w + 0.25) + 0.5 * this.curvature()
  }

  /** Adds scale·∂w/∂point to a row. */
  addVariance(row: Float64Array, scale: number): void {
    const b = 0.5 * (this.p + this.c)
    row[FLOOR]! += scale
    row[RIGHT]! += scale * (0.5 * (this.r + this.y) - this.rootRight)
    row[LEFT]! += scale * (0.5 * (this.r - this.y) - this.rootLeft)
    row[CENTRE]! -= scale * this.slope()
    row[ROUNDNESS]! += scale * ((b * this.sigma) / this.r - Math.sqrt(this.p * this.c))
  }

  /** Adds scale·∂g/∂point to a row, k held. */
  addG(row: Float64Array, scale: number): void {
    const { k, w, y, r, sigma } = this
    const b = 0.5 * (this.p + this.c)
    const slope = this.slope()
    const curvature = this.curvature()
    const lean = 1 - (k * slope) / (2 * w)
    const byVariance = (lean * k * slope + 0.25 * slope * slope) / (w * w)
    const bySlope = scale * ((-lean * k) / w - 0.5 * slope * (1 / w + 0.25))
    const byCurvature = scale * 0.5
    this.addVariance(row, scale * byVariance)
    const cube = r * r * r
    const tilt = y / r
    row[RIGHT]! += bySlope * 0.5 * (tilt + 1) + (byCurvature * 0.5 * sigma * sigma) / cube
    row[LEFT]! += bySlope * 0.5 * (tilt - 1) + (byCurvature * 0.5 * sigma * sigma) / cube
    row[CENTRE]! += -bySlope * curvature + (byCurvature * 3 * b * sigma * sigma * y) / (cube * r * r)
    row[ROUNDNESS]! +=
      (-bySlope * b * y * sigma) / cube +
      byCurvature * b * ((2 * sigma) / cube - (3 * sigma * sigma * sigma) / (cube * r * r))
  }
}
