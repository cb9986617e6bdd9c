import { black76 } from './black76.ts'

/** Columns a batch reads; one row per option. */
export interface BlackColumns {
  /** +1 for a call, −1 for a put. */
  readonly sign: Float64Array
  readonly forward: Float64Array
  readonly strike: Float64Array
  /** Years of 365 days. */
  readonly years: Float64Array
  /** Decimal per √year. */
  readonly volatility: Float64Array
  readonly discount: Float64Array
}

/** Columns a batch writes; units and signs as in the scalar function's result. */
export interface BlackResults {
  readonly price: Float64Array
  readonly forwardDelta: Float64Array
  readonly forwardGamma: Float64Array
  readonly vegaPerUnitVol: Float64Array
  readonly thetaPerYear: Float64Array
  readonly rhoPerUnitRate: Float64Array
}

/** {@link black76} of every row, in plain TypeScript: the reference the faster kernel is held to, bit for bit. */
export function black76Batch(
  columns: BlackColumns,
  out: BlackResults = emptyResults(columns.sign.length),
): BlackResults {
  for (let i = 0; i < out.price.length; i++) writeRow(columns, out, i)
  return out
}

/** One row through the scalar function. Scalars: it is also called from the kernel for rows without variance. */
export function writeRow(columns: BlackColumns, out: BlackResults, i: number): void {
  const greeks = black76({
    kind: columns.sign[i]! > 0 ? 'call' : 'put',
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

/** Result columns of a length, zeroed. */
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
