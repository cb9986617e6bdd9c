import type { BlackInputs } from '../black/black76.ts'
import { logRatio } from '../math/logRatio.ts'
import { impliedDeviation } from './impliedDeviation.ts'

/**
 * Black-76 implied volatility to attainable precision: the answer moves no more than the price's own rounding moves it.
 *
 * Never throws and never iterates without bound. Returns, as a decimal per √year:
 * - 0 where the price equals discounted intrinsic, `Infinity` where it equals its cap (discount·forward for a call,
 *   discount·strike for a put);
 * - `NaN` where no volatility gives the price (below intrinsic, above the cap, time not positive) or an input is `NaN`.
 *
 * Domain: forward and strike within [1e-150, 1e150] and their ratio within [1e-300, 1e300].
 */
export function impliedVolatility(inputs: impliedVolatility.Parameters): number {
  const { kind, forward, strike, years, price, discount = 1 } = inputs
  if (!(forward > 0 && strike > 0 && years > 0 && discount > 0)) return Number.NaN
  if (kind !== 'call' && kind !== 'put') return Number.NaN
  return impliedVolatilityOf(kind === 'call' ? 1 : -1, forward, strike, price / discount, 1 / Math.sqrt(years))
}

export declare namespace impliedVolatility {
  interface Parameters extends Omit<BlackInputs, 'volatility'> {
    /** Present value of the option, quote currency per underlying. */
    readonly price: number
  }
  type ReturnType = number
}

/** Columns of equal length; one row per option. */
export interface ImpliedColumns {
  /** +1 for a call, −1 for a put; a row with anything else comes out as `NaN`. */
  readonly sign: ArrayLike<number>
  /** Quote currency per underlying, positive. */
  readonly forward: ArrayLike<number>
  /** In the unit of the forward, positive. */
  readonly strike: ArrayLike<number>
  /** Years of 365 days. */
  readonly years: ArrayLike<number>
  /** Undiscounted price: divide present values by the discount factor first. */
  readonly price: ArrayLike<number>
}

/**
 * {@link impliedVolatility} of every row, undiscounted, with the same bits as the scalar function at discount 1: 0, `Infinity` and `NaN` as there.
 *
 * @param out receives the volatilities; pass one to avoid allocating. Its length is the number of rows taken
 * @returns `out`
 */
export function impliedVolatilities(
  columns: ImpliedColumns,
  out: Float64Array = new Float64Array(columns.price.length),
): Float64Array {
  for (let i = 0; i < out.length; i++) out[i] = impliedVolatilityOfRow(columns, i)
  return out
}

/** One row of a batch. */
export function impliedVolatilityOfRow({ sign, forward, strike, years, price }: ImpliedColumns, i: number): number {
  const f = forward[i]!
  const k = strike[i]!
  const t = years[i]!
  const s = sign[i]!
  if (!(f > 0 && k > 0 && t > 0 && Math.abs(s) === 1)) return Number.NaN
  return impliedVolatilityOf(s, f, k, price[i]!, 1 / Math.sqrt(t))
}

/** Scalars, since it runs once per row of a batch. The price of the in-the-money side is carried to the other by parity. */
function impliedVolatilityOf(
  sign: number,
  forward: number,
  strike: number,
  price: number,
  perRootYear: number,
): number {
  const moneyness = sign * (forward - strike)
  const otm = moneyness > 0 ? price - moneyness : price
  const cap = Math.min(forward, strike)
  const scale = 1 / Math.sqrt(forward * strike)
  const x = Math.abs(logRatio(forward, strike))
  return impliedDeviation({ x, beta: otm * scale, room: (cap - otm) * scale }) * perRootYear
}
