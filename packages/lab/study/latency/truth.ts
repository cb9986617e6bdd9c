import type { TrailingVolatility } from '@keel/keepers'
import { trailingSlice } from '@keel/keepers'
import { jumpDiffusionPath, type SviSlice } from '@keel/quant'
import type { Bar } from '../../src/history/bars.ts'
import { ticksOfBar } from '../../src/history/ticks.ts'

const MINUTE = 60
const DAY = 86_400
const YEAR = 365 * DAY
const SHORT_HALF_LIFE = DAY
const LONG_HALF_LIFE = 20 * DAY
/** Sellers ask so much more than what happened; bounds of the quoted volatility. */
const PREMIUM = 1.15
const FLOOR = 0.25
const CAP = 3

/**
 * Shape of the true surface. With these half-lives and this reversion its at-the-money volatility moves in six hours as
 * Deribit's did from January to April 2026, at every tenor from two days to three months: docs/oracles.md has the table.
 */
export const TRUE_SHAPE = { meanReversion: 50, rho: -0.2, eta: 1 }

/** What only the bot knows: the price every 20 seconds (12 on lines) and the volatility every minute. */
export type Truth = {
  readonly start: number
  readonly ticks: number
  readonly timeOf: (tick: number) => number
  readonly priceOf: (tick: number) => number
  /** As of the last whole minute. */
  readonly volatilityOf: (tick: number) => TrailingVolatility
}

/** How a bar is walked: in jumps to its extremes and its close, on straight lines through them, or on those every 5 s. */
export type Walk = 'jumps' | 'lines' | 'fine'

const PRICES: Readonly<Record<Walk, (bar: Bar) => readonly number[]>> = {
  jumps: (bar) => ticksOfBar(bar, MINUTE).map(({ price }) => price),
  lines: (bar) => onLines(bar, 5),
  fine: (bar) => onLines(bar, 12),
}

function onLines(bar: Bar, points: number): readonly number[] {
  const corners = [bar.open, ...ticksOfBar(bar, MINUTE).map(({ price }) => price)]
  return Array.from({ length: points }, (_, j) => {
    const at = (3 * (j + 1)) / points
    const i = Math.min(2, Math.floor(at))
    return corners[i]! + (corners[i + 1]! - corners[i]!) * (at - i)
  })
}

/** Truth from bars of a minute without gaps; the extreme nearer to the open is taken to have come first. */
export function truthOf(bars: readonly Bar[], walk: Walk = 'jumps'): Truth {
  const pricesOf = PRICES[walk]
  const perBar = pricesOf(bars[0]!).length
  const start = bars[0]!.ts
  const price = new Float64Array(bars.length * perBar)
  bars.forEach((bar, i) => {
    if (bar.ts !== start + i * MINUTE) throw new MissingMinuteError(start + i * MINUTE)
    pricesOf(bar).forEach((each, j) => {
      price[i * perBar + j] = each
    })
  })
  const { short, long } = volatilities(bars)
  const minuteOf = (tick: number): number => Math.max(0, Math.floor((tick + 1) / perBar) - 1)
  return {
    start,
    ticks: price.length,
    timeOf: (tick) => start + ((tick + 1) * MINUTE) / perBar,
    priceOf: (tick) => price[tick]!,
    volatilityOf: (tick) => ({ short: short[minuteOf(tick)]!, long: long[minuteOf(tick)]! }),
  }
}

/** Two exponential averages of squared returns, each begun at the mean of the first day, or of all there is. */
function volatilities(bars: readonly Bar[]): { readonly short: Float64Array; readonly long: Float64Array } {
  const rate = bars.map(
    ({ close, open }, i) => Math.log(close / (i === 0 ? open : bars[i - 1]!.close)) ** 2 * (YEAR / MINUTE),
  )
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const walk = (halfLife: number, first: number): Float64Array => {
    const keep = 2 ** (-MINUTE / halfLife)
    let variance = first
    return Float64Array.from(rate, (r) => {
      variance = keep * variance + (1 - keep) * r
      return Math.min(CAP, Math.max(FLOOR, PREMIUM * Math.sqrt(variance)))
    })
  }
  return { short: walk(SHORT_HALF_LIFE, mean(rate.slice(0, DAY / MINUTE))), long: walk(LONG_HALF_LIFE, mean(rate)) }
}

/** The smile that signers see of an expiry, and that the bot values with. */
export function trueSlice(volatility: TrailingVolatility, tauSecs: number): SviSlice {
  return trailingSlice(volatility, { tauSecs, shape: TRUE_SHAPE })
}

/** A path for those who have no file: Merton's jump diffusion, four prices a minute. The same seed gives the same bars. */
export function drawnMinutes({ seed, days, start, jumpsPerYear = 300 }: drawnMinutes.Parameters): readonly Bar[] {
  const perBar = 4
  const steps = (days * DAY * perBar) / MINUTE
  const process = { drift: 0, volatility: 0.6, jumpsPerYear, jumpMean: 0, jumpStd: 0.012 }
  const path = jumpDiffusionPath({ seed, start, steps, dtSecs: MINUTE / perBar, ...process })
  const from = Date.UTC(2026, 0, 5) / 1000
  return Array.from({ length: steps / perBar }, (_, i) => {
    const prices = [...path.slice(i * perBar, (i + 1) * perBar + 1)].map((price) => Math.round(price * 100) / 100)
    return {
      ts: from + i * MINUTE,
      open: prices[0]!,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1)!,
      volume: 0,
    }
  })
}

export declare namespace drawnMinutes {
  type Parameters = {
    readonly seed: number
    readonly days: number
    readonly start: number
    /** Of 1.2 % each, up or down. */
    readonly jumpsPerYear?: number
  }
}

export class MissingMinuteError extends Error {
  override readonly name = 'Latency.MissingMinuteError'
  constructor(ts: number) {
    super(`The history has no bar at ${new Date(ts * 1000).toISOString()}. Give one-minute bars without gaps.`)
  }
}
