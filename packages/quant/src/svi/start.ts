import type { SmilePoints } from './points.ts'
import { FLOOR, LEFT, RIGHT, ROUNDNESS } from './wings.ts'

const CENTRES = [-1.2, -0.6, -0.2, 0, 0.2, 0.6, 1.2]
const ROUNDNESSES = [0.1, 0.3, 0.7, 1.5]

/**
 * A start for the fit in wing form: for each centre and roundness of a coarse grid the best level and slopes are the solution of
 * a linear least-squares problem; the best of them all is taken. The grid is in units of the at-the-money deviation `scale`.
 *
 * Source of the split into a linear inner and a two-dimensional outer problem: De Marco and Martini 2009, "Quasi-explicit
 * calibration of Gatheral's SVI model", Zeliade Systems white paper 0005.
 */
export function quasiExplicitStart(points: SmilePoints, scale: number): Float64Array {
  let best = Float64Array.of(1e-4, 0.1, 0.1, 0, scale)
  let bestCost = Number.POSITIVE_INFINITY
  for (const z of CENTRES) {
    for (const roundness of ROUNDNESSES) {
      const m = z * scale
      const sigma = roundness * scale
      const { level, right, left, cost } = linearFit(points, m, sigma)
      if (!(cost < bestCost)) continue
      bestCost = cost
      best = Float64Array.of(level + sigma * Math.sqrt(right * left), right, left, m, sigma)
    }
  }
  best[FLOOR] = Math.max(best[FLOOR]!, 1e-10)
  best[RIGHT] = Math.max(best[RIGHT]!, 1e-4 * scale)
  best[LEFT] = Math.max(best[LEFT]!, 1e-4 * scale)
  best[ROUNDNESS] = Math.max(best[ROUNDNESS]!, 1e-3 * scale)
  return best
}

interface Linear {
  readonly level: number
  readonly right: number
  readonly left: number
  readonly cost: number
}

/** Weighted least squares of w on 1, ½(r + y), ½(r − y), slopes kept from going negative. */
function linearFit({ k, w, weight, side }: SmilePoints, m: number, sigma: number): Linear {
  let [s1, su, sd, suu, sud, sdd, sw, suw, sdw, sww] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  for (let i = 0; i < k.length; i++) {
    if (side !== undefined && side[i] !== 0) continue
    const y = k[i]! - m
    const r = Math.sqrt(y * y + sigma * sigma)
    const u = 0.5 * (r + y)
    const d = 0.5 * (r - y)
    const q = weight[i]! * weight[i]!
    const v = w[i]!
    s1 += q
    su += q * u
    sd += q * d
    suu += q * u * u
    sud += q * u * d
    sdd += q * d * d
    sw += q * v
    suw += q * u * v
    sdw += q * d * v
    sww += q * v * v
  }
  // Centred sums: the level is what remains.
  const cuu = suu - (su * su) / s1
  const cud = sud - (su * sd) / s1
  const cdd = sdd - (sd * sd) / s1
  const cuw = suw - (su * sw) / s1
  const cdw = sdw - (sd * sw) / s1
  const determinant = cuu * cdd - cud * cud
  let right = (cuw * cdd - cdw * cud) / determinant
  let left = (cdw * cuu - cuw * cud) / determinant
  if (!(right >= 0 && left >= 0)) {
    const rightAlone = Math.max(0, cuw / cuu)
    const leftAlone = Math.max(0, cdw / cdd)
    const keepRight = rightAlone * cuw >= leftAlone * cdw
    right = keepRight ? rightAlone : 0
    left = keepRight ? 0 : leftAlone
  }
  right = Math.min(right, 1.9)
  left = Math.min(left, 1.9)
  const level = (sw - right * su - left * sd) / s1
  const explained = 2 * (right * cuw + left * cdw) - right * right * cuu - 2 * right * left * cud - left * left * cdd
  return { level, right, left, cost: sww - (sw * sw) / s1 - explained }
}
