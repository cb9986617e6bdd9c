import { QuantError } from '../errors.ts'
import { solveSymmetric } from '../fit/cholesky.ts'
import { exp } from '../math/exp.ts'
import { log } from '../math/log.ts'

/** A fitted heterogeneous autoregression of realised variance. */
export interface HarModel {
  /** Intercept, then one coefficient per window. */
  readonly coefficients: Float64Array
  /** Windows averaged, in periods, shortest first. */
  readonly windows: readonly number[]
  /** Periods ahead whose average is forecast. */
  readonly horizon: number
  /** Regress variances, or their logarithms (then the forecast carries e^{½s²} for the error's variance s²). */
  readonly form: 'variance' | 'log'
  /** Variance of the regression's error, in its own unit. */
  readonly errorVariance: number
  /** Rows the fit rests on. */
  readonly observations: number
}

/**
 * Fits HAR-RV by least squares: the average variance of the next `horizon` periods on the averages of the last windows.
 *
 * Rows touching a `NaN` period are left out. Source: Corsi 2009, "A simple approximate long-memory model of realized volatility",
 * J. Financial Econometrics 7, 174–196; windows of 1, 7 and 30 days where markets do not close.
 *
 * @param variance realised variances of consecutive periods, oldest first, positive or `NaN`
 * @throws ShortHistoryError with fewer rows than three per coefficient; BadWindowError for a window or horizon that is none
 */
export function fitHar(variance: ArrayLike<number>, options: fitHar.Options = {}): HarModel {
  const { windows = [1, 7, 30], horizon = 1, form = 'log' } = options
  for (const window of [horizon, ...windows]) if (!isWindow(window)) throw new BadWindowError({ window })
  const n = windows.length + 1
  const matrix = new Float64Array(n * n)
  const right = new Float64Array(n)
  const rows: { regressors: Float64Array; target: number }[] = []
  for (let end = Math.max(...windows); end + horizon <= variance.length; end++) {
    const regressors = regressorsAt(variance, end, windows, form)
    const target = transform(averageOf(variance, end, end + horizon), form)
    if (!(Number.isFinite(target) && regressors.every(Number.isFinite))) continue
    rows.push({ regressors, target })
    for (let i = 0; i < n; i++) {
      right[i]! += regressors[i]! * target
      for (let j = 0; j <= i; j++) matrix[i * n + j]! += regressors[i]! * regressors[j]!
    }
  }
  const coefficients = rows.length >= 3 * n ? solveSymmetric(matrix, right) : undefined
  if (coefficients === undefined) throw new ShortHistoryError({ rows: rows.length, needed: 3 * n })
  const squares = rows.reduce((sum, { regressors, target }) => {
    const error = target - dot(coefficients, regressors)
    return sum + error * error
  }, 0)
  return { coefficients, windows, horizon, form, errorVariance: squares / (rows.length - n), observations: rows.length }
}

export declare namespace fitHar {
  interface Options {
    /** Windows in periods, whole numbers, shortest first. Default 1, 7 and 30. */
    readonly windows?: readonly number[]
    /** Periods ahead, a whole number. Default 1. */
    readonly horizon?: number
    /** Default `log`. */
    readonly form?: HarModel['form']
  }
  type ReturnType = HarModel
  type ErrorType = ShortHistoryError | BadWindowError
}

/**
 * Average variance per period over the next `horizon` periods, from a history ending now, in the unit of the history.
 *
 * `NaN` when a window holds a `NaN` or reaches beyond the history. In `variance` form a forecast is never below the tenth part of the
 * shortest window's average; in `log` form it is the mean of a lognormal, e^{value + ½s²}. Source: Corsi 2009, as for {@link fitHar}.
 */
export function forecastHar(model: HarModel, variance: ArrayLike<number>): number {
  const { coefficients, windows, form, errorVariance } = model
  const regressors = regressorsAt(variance, variance.length, windows, form)
  const value = dot(coefficients, regressors)
  return form === 'log' ? exp(value + 0.5 * errorVariance) : Math.max(value, 0.1 * regressors[1]!)
}

/**
 * The baseline any model has to beat: the next periods will be like the last `horizon` ones, whose average this is. `NaN` when the history
 * is shorter, holds a `NaN` there, or the horizon is not a whole number of periods.
 */
export function randomWalkForecast(variance: ArrayLike<number>, { horizon = 1 }: { horizon?: number } = {}): number {
  return isWindow(horizon) ? averageOf(variance, variance.length - horizon, variance.length) : Number.NaN
}

function isWindow(periods: number): boolean {
  return Number.isSafeInteger(periods) && periods >= 1
}

/** A window or a horizon is not a whole number of periods. */
export class BadWindowError extends QuantError {
  override readonly name = 'Quant.BadWindowError'
  constructor({ window }: { window: number }) {
    super(`A window or horizon of ${window} periods. Pass whole numbers, 1 or more.`)
  }
}

/** The history is too short, or too broken, for the regression. */
export class ShortHistoryError extends QuantError {
  override readonly name = 'Quant.ShortHistoryError'
  constructor({ rows, needed }: { rows: number; needed: number }) {
    super(`${rows} complete and independent rows, ${needed} needed. Pass a longer history or fewer windows.`)
  }
}

/** Scalars: the inner loop of a rolling study. */
function regressorsAt(
  variance: ArrayLike<number>,
  end: number,
  windows: readonly number[],
  form: HarModel['form'],
): Float64Array {
  return Float64Array.of(1, ...windows.map((window) => transform(averageOf(variance, end - window, end), form)))
}

function averageOf(values: ArrayLike<number>, from: number, to: number): number {
  if (from < 0) return Number.NaN
  let sum = 0
  for (let i = from; i < to; i++) sum += values[i]!
  return sum / (to - from)
}

function transform(variance: number, form: HarModel['form']): number {
  return form === 'log' ? log(variance) : variance
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
