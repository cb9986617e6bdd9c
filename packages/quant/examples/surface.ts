// From the rows of a chain to slices without arbitrage, with an account of what was left out.
import { black76Price, fitChain, type OptionQuote, sviVolatility } from '@keel/quant'

const time = Date.UTC(2026, 1, 1) / 1000
const quotes: OptionQuote[] = [7, 28, 84].flatMap((days) =>
  [1600, 1800, 2000, 2100, 2200, 2300, 2400, 2600, 2900, 3300].flatMap((strike) =>
    (['call', 'put'] as const).map((kind) => {
      const volatility = 0.6 + 0.25 * Math.log(strike / 2200) ** 2
      const coin = black76Price({ kind, forward: 2200, strike, years: days / 365, volatility }) / 2200
      return { expiry: time + days * 86_400, strike, kind, bid: 0.97 * coin, ask: 1.03 * coin, future: 2200 }
    }),
  ),
)
quotes[3] = { ...quotes[3]!, ask: 8.9285 } // a fat finger

const surface = fitChain({ time, quotes })
for (const { slice, years, forward, quotes: used } of surface.expiries) {
  const [low, atm, high] = [-0.2, 0, 0.2].map((k) => `${(100 * sviVolatility(slice, { k, years })).toFixed(1)} %`)
  console.log(`${Math.round(365 * years)} d, forward ${forward}: ${low} ${atm} ${high} from ${used.length} quotes`)
}
console.log(
  'left out:',
  Object.entries(surface.rejections).filter(([, count]) => count > 0),
)
