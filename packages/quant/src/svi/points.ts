/** Observations of one smile, as columns of equal length ordered by k. */
export interface SmilePoints {
  /** Log-moneyness ln(strike/forward). */
  readonly k: Float64Array
  /** Total variance, positive. */
  readonly w: Float64Array
  /** Weight of each residual in total variance: one over the error the observation may have. Zero leaves it out. */
  readonly weight: Float64Array
}
