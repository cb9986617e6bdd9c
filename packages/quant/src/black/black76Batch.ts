import { black76, type OptionKind } from './black76.ts'

/** Columns a batch reads; one row per option. */
export interface BlackColumns {
  /** +1 for a call, −1 for a put; a row with anything else comes out as `NaN`. */
  readonly sign: Float64Array
  /** Quote currency per underlying, positive. */
  readonly forward: Float64Array
  /** In the unit of the forward, positive. */
  readonly strike: Float64Array
  /** Years of 365 days. */
  readonly years: Float64Array
  /** Decimal per √year. */
  readonly volatility: Float64Array
  /** Price today of one unit of quote currency at expiry; 1 for undiscounted prices. */
  readonly discount: Float64Array
}

/** Columns a batch writes; units and signs as in the scalar function's result. */
export interface BlackResults {
  /** Present value, quote currency per underlying. */
  readonly price: Float64Array
  /** ∂price/∂forward; negative for puts. */
  readonly forwardDelta: Float64Array
  /** ∂²price/∂forward², never negative. */
  readonly forwardGamma: Float64Array
  /** ∂price/∂volatility per 1.00 of volatility, never negative. */
  readonly vegaPerUnitVol: Float64Array
  /** Change of price per year of time passing, never positive. */
  readonly thetaPerYear: Float64Array
  /** ∂price/∂rate per 1.00 of the discounting rate: −years·price. */
  readonly rhoPerUnitRate: Float64Array
}

/**
 * {@link black76} of every row, in plain TypeScript: the reference the faster kernel is held to, bit for bit.
 *
 * @param columns units as documented on each; rows outside the scalar function's domain, or that a shorter column lacks, come out as `NaN`
 * @param out receives the results; pass one to avoid allocating. The length of its price column is the number of rows taken
 * @returns `out`
 */
export function black76Batch(
  columns: BlackColumns,
  out: BlackResults = emptyResults(columns.sign.length),
): BlackResults {
  for (let i = 0; i < out.price.length; i++) writeRow(columns, out, i)
  return out
}

/** What no option is: the scalar function answers it with `NaN`. */
const NO_KIND = 'none' as OptionKind

/** One row through the scalar function. Scalars: it is also called from the kernel for rows without variance. */
export function writeRow(columns: BlackColumns, out: BlackResults, i: number): void {
  const greeks = black76({
    kind: columns.sign[i] === 1 ? 'call' : columns.sign[i] === -1 ? 'put' : NO_KIND,
    forward: columns.forward[i]!,
    strike: columns.strike[i]!,
    years: columns.years[i]!,
    volatility: columns.volatility[i]!,
    discount: columns.discount[i]!,
  })
  out.price[i] = greeks.price
  out.forwardDelta[i] = greeks.forwardDelta
  out.forwardGamma[i] = greeks.forwardGamma
  out.vegaPerUnitVol[i] = greeks.vegaPerUnitVol
  out.thetaPerYear[i] = greeks.thetaPerYear
  out.rhoPerUnitRate[i] = greeks.rhoPerUnitRate
}

/**
 * Result columns of a length, zeroed, for {@link black76Batch} to write into.
 *
 * @throws RangeError, the engine's own, for a length no array can have
 */
export function emptyResults(length: number): BlackResults {
  const column = (): Float64Array => new Float64Array(length)
  return {
    price: column(),
    forwardDelta: column(),
    forwardGamma: column(),
    vegaPerUnitVol: column(),
    thetaPerYear: column(),
    rhoPerUnitRate: column(),
  }
}
