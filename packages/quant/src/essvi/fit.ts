import { levenbergMarquardt, type Objective } from '../fit/levenbergMarquardt.ts'
import { isSlack, type SmilePoints, varianceAtTheMoney } from '../svi/points.ts'
import type { EssviSlice } from './slice.ts'

/** Coordinates of the fit: variance above the least allowed, and half of each wing's slope ψ(1 ± ρ). */
const EXCESS = 0
const RIGHT = 1
const LEFT = 2

/**
 * Fits a whole extended SSVI surface, earliest expiry first, free of arbitrage everywhere by construction.
 *
 * In the coordinates (p, c) = ½ψ(1 ± ρ) every condition against the earlier slice is a lower bound: p ≥ p₁, c ≥ c₁, and
 * θ ≥ max(θ₁, θ₁·(p + c)/(p₁ + c₁), ½(p + c)·max(p, c)). So each slice is an ordinary fit inside a box. Idea of fitting slice by
 * slice under closed conditions: Corbetta, Cohort, Laachir and Martini 2019, "Robust calibration and arbitrage-free interpolation
 * of SSVI slices", Decisions in Economics and Finance 42.
 *
 * Deterministic; never throws. A `NaN` among the observations spoils its slice (`NaN`, or the start of the search): leave such out first.
 *
 * @param smiles observations of each expiry, earliest first; each needs at least three
 * @returns one slice per expiry
 */
export function fitEssvi(smiles: readonly SmilePoints[]): readonly EssviSlice[] {
  const slices: EssviSlice[] = []
  for (const points of smiles) slices.push(fitSlice(points, slices.at(-1)))
  return slices
}

function fitSlice(points: SmilePoints, earlier: EssviSlice | undefined): EssviSlice {
  const floor = floorOf(earlier)
  const atm = varianceAtTheMoney(points)
  const slope = Math.sqrt(atm)
  const start = [Math.max(1e-8, atm - floor.theta(slope, slope).value), slope, slope]
  const lower = [1e-9 * atm, floor.right, floor.left]
  const upper = [100 * atm + 1, 2, 2]
  const { point } = levenbergMarquardt({ objective: objectiveOf(points, floor), start, lower, upper, tolerance: 1e-10 })
  const [right, left] = [point[RIGHT]!, point[LEFT]!]
  const theta = point[EXCESS]! + floor.theta(right, left).value
  return { theta, rho: (right - left) / (right + left), psi: right + left }
}

interface Floor {
  readonly right: number
  readonly left: number
  /** Least θ for given slopes, with its slopes in them. */
  readonly theta: (right: number, left: number) => { value: number; byRight: number; byLeft: number }
}

function floorOf(earlier: EssviSlice | undefined): Floor {
  const least = 1e-6
  const right = earlier === undefined ? least : 0.5 * earlier.psi * (1 + earlier.rho)
  const left = earlier === undefined ? least : 0.5 * earlier.psi * (1 - earlier.rho)
  const perSlope = earlier === undefined ? 0 : earlier.theta / earlier.psi
  const least0 = earlier?.theta ?? 0
  const theta = (p: number, c: number) => {
    const steeper = Math.max(p, c)
    const butterfly = 0.5 * (p + c) * steeper
    const calendar = perSlope * (p + c)
    if (butterfly >= calendar && butterfly >= least0) {
      const share = 0.5 * (p + c)
      const own = 0.5 * steeper
      return { value: butterfly, byRight: own + (p >= c ? share : 0), byLeft: own + (p >= c ? 0 : share) }
    }
    if (calendar >= least0) return { value: calendar, byRight: perSlope, byLeft: perSlope }
    return { value: least0, byRight: 0, byLeft: 0 }
  }
  return { right, left, theta }
}

function objectiveOf(points: SmilePoints, floor: Floor): Objective {
  const { k, w, weight } = points
  return (point, normal) => {
    const right = point[RIGHT]!
    const left = point[LEFT]!
    const { value, byRight, byLeft } = floor.theta(right, left)
    const theta = point[EXCESS]! + value
    const psi = right + left
    let cost = 0
    for (let i = 0; i < k.length; i++) {
      const x = k[i]!
      const q = weight[i]!
      const tilt = (right - left) * x
      const root = Math.sqrt(psi * psi * x * x + 2 * tilt * theta + theta * theta)
      const residual = q * (0.5 * (theta + tilt + root) - w[i]!)
      if (isSlack(points, i, residual)) continue
      cost += 0.5 * residual * residual
      if (normal === undefined) continue
      const byTheta = 0.5 * q * (1 + (tilt + theta) / root)
      const row = [
        byTheta,
        0.5 * q * (x + (psi * x * x + theta * x) / root) + byTheta * byRight,
        0.5 * q * (-x + (psi * x * x - theta * x) / root) + byTheta * byLeft,
      ] as const
      for (let a = 0; a < 3; a++) {
        normal.gradient[a]! += row[a]! * residual
        for (let b = 0; b <= a; b++) normal.matrix[a * 3 + b]! += row[a]! * row[b]!
      }
    }
    return cost
  }
}
