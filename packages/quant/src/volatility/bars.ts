import { QuantError } from '../errors.ts'

/** Prices taken for such: beyond them, ratios overflow. */
const LEAST_PRICE = 1e-150
const MOST_PRICE = 1e150
/** Nearest that two times may lie, seconds, and the furthest from the epoch: beyond them, rates per year overflow. */
const LEAST_STEP = 1e-6
const MOST_TIME = 1e15

/** Price bars as columns of equal length, oldest first. */
export interface Bars {
  /** Opening time of each bar, Unix seconds, increasing by a microsecond or more. */
  readonly ts: ArrayLike<number>
  /** First price of each bar, positive. */
  readonly open: ArrayLike<number>
  /** Highest, at or above open and close. */
  readonly high: ArrayLike<number>
  /** Lowest, at or below open and close, positive. */
  readonly low: ArrayLike<number>
  /** Last price of each bar, positive. */
  readonly close: ArrayLike<number>
}

/** The closes alone, with the time of each. */
export interface Closes {
  /** Time of each price, Unix seconds, increasing by a microsecond or more. */
  readonly ts: ArrayLike<number>
  /** Positive prices. */
  readonly close: ArrayLike<number>
}

/** How an estimator treats time. */
export interface Spacing {
  /**
   * Longest step still taken for a neighbour, in seconds; a longer one is an outage, and the return across it is left
   * out together with its time. Positive. Default 1.5 times the median step.
   */
  readonly maxGapSecs?: number
}

/** A column holds a price or time that cannot be one. */
export class BadBarError extends QuantError {
  override readonly name = 'Quant.BadBarError'
  constructor({ index, reason }: { index: number; reason: string }) {
    super(`Bar ${index}: ${reason}. Drop or repair the bar before estimating.`)
  }
}

/** There are fewer usable observations than the estimator needs. */
export class TooFewObservationsError extends QuantError {
  override readonly name = 'Quant.TooFewObservationsError'
  constructor({ found, needed }: { found: number; needed: number }) {
    super(`${found} usable observations, ${needed} needed. Pass a longer history or a larger maxGapSecs.`)
  }
}

/** Throws unless every time increases and every price is one, with high and low around open and close. */
export function checkBars({ ts, open, high, low, close }: Bars): void {
  checkCloses({ ts, close })
  for (let i = 0; i < ts.length; i++) {
    const o = open[i]!
    const h = high[i]!
    const l = low[i]!
    const c = close[i]!
    if (!(l >= LEAST_PRICE && h <= MOST_PRICE)) throw new BadBarError({ index: i, reason: `low ${l}, high ${h}` })
    if (!(l <= o && o <= h && l <= c && c <= h)) {
      throw new BadBarError({ index: i, reason: `open ${o} or close ${c} outside low ${l} to high ${h}` })
    }
  }
}

/** Throws unless every time increases and every close is a price. */
export function checkCloses({ ts, close }: Closes): void {
  for (let i = 0; i < ts.length; i++) {
    const c = close[i]!
    if (!(c >= LEAST_PRICE && c <= MOST_PRICE)) throw new BadBarError({ index: i, reason: `close ${c}` })
    if (!(Math.abs(ts[i]!) <= MOST_TIME)) throw new BadBarError({ index: i, reason: `time ${ts[i]}` })
    if (i > 0 && !(ts[i]! - ts[i - 1]! >= LEAST_STEP)) {
      throw new BadBarError({ index: i, reason: `time ${ts[i]} not after ${ts[i - 1]} by a microsecond or more` })
    }
  }
}

/** Median step between neighbouring times, in seconds: the nominal length of a bar. Needs two times. */
export function medianStepSecs(ts: ArrayLike<number>): number {
  if (ts.length < 2) throw new TooFewObservationsError({ found: ts.length, needed: 2 })
  const steps = new Float64Array(ts.length - 1)
  for (let i = 0; i < steps.length; i++) steps[i] = ts[i + 1]! - ts[i]!
  steps.sort()
  return steps[steps.length >> 1]!
}

/** A length of time asked for cannot be one. */
export class BadSpanError extends QuantError {
  override readonly name = 'Quant.BadSpanError'
  constructor({ span, value, needed }: { span: string; value: number; needed: string }) {
    super(`${span} is ${value}. Pass ${needed}.`)
  }
}

/** The longest step that still joins two neighbours. */
export function longestStepSecs(ts: ArrayLike<number>, { maxGapSecs }: Spacing): number {
  if (maxGapSecs !== undefined && !(maxGapSecs > 0)) {
    throw new BadSpanError({ span: 'maxGapSecs', value: maxGapSecs, needed: 'a positive number of seconds' })
  }
  return maxGapSecs ?? 1.5 * medianStepSecs(ts)
}
