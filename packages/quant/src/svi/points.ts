/** Observations of one smile, as columns of equal length in any order. */
export interface SmilePoints {
  /** Log-moneyness ln(strike/forward). */
  readonly k: Float64Array
  /** Total variance, positive. */
  readonly w: Float64Array
  /** Weight of each residual in total variance: one over the error the observation may have. Zero leaves it out. */
  readonly weight: Float64Array
  /** 0 where w is what the smile should pass through, 1 where w is a ceiling, −1 where it is a floor. Absent: 0 throughout. */
  readonly side?: Int8Array
}

/** Whether an observation asks nothing of a smile that misses it by `residual`: a ceiling above it, or a floor below. */
export function isSlack({ side }: SmilePoints, i: number, residual: number): boolean {
  return side !== undefined && side[i]! * residual < 0
}

/** The observation nearest the money that is not a bound: its total variance. */
export function varianceAtTheMoney({ k, w, side }: SmilePoints): number {
  let nearest = -1
  for (let i = 0; i < k.length; i++) {
    if (side !== undefined && side[i] !== 0) continue
    if (nearest < 0 || Math.abs(k[i]!) < Math.abs(k[nearest]!)) nearest = i
  }
  return w[nearest] ?? 0.01
}
