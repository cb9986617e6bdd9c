import { black76Price } from '../black/black76.ts'
import { logRatio } from '../math/logRatio.ts'
import { type SviSlice, sviVolatility } from '../svi/slice.ts'
import type { EuropeanEngine } from './europeanOption.ts'

/** Values options by Black-76 at one volatility (decimal per √year, zero or more). Domain and `NaN` as of {@link black76Price}. */
export function blackEngine(volatility: number): EuropeanEngine {
  return { price: (option, market) => black76Price({ ...option, ...market, volatility }) }
}

/**
 * Values options of the slice's expiry by Black-76 at the volatility the slice gives their strike.
 *
 * The option's `years` must be the slice's own time to expiry, or the volatility read from it is another's. Domain and `NaN` as of
 * {@link black76Price}; where total variance is not positive the option is worth intrinsic.
 */
export function sviEngine(slice: SviSlice): EuropeanEngine {
  return {
    price: (option, market) => {
      const { strike, years } = option
      const volatility = sviVolatility(slice, { k: logRatio(strike, market.forward), years })
      return black76Price({ ...option, ...market, volatility })
    },
  }
}
