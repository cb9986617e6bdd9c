// What it costs to hedge a written option, and how wide a band is worth it: more trades, less noise, more cost.
import { black76, meanAndDeviation, simulateDeltaHedge, whalleyWilmottBand } from '@keel/quant'

const option = { kind: 'call', forward: 2450, strike: 2600, years: 30 / 365 } as const
const [volatility, costRate] = [0.72, 0.0008]
const { forwardGamma } = black76({ ...option, volatility })
const inputs = { spot: option.forward, gamma: -forwardGamma, costRate, riskAversion: 0.02 }
const { halfWidth } = whalleyWilmottBand(inputs)

const market = { ...option, pathVolatility: volatility, hedgeVolatility: volatility, costRate }
for (const band of [0, halfWidth, 0.2]) {
  const { profit, cost, premium } = simulateDeltaHedge({ ...market, band, steps: 30 * 24, paths: 4000, seed: 1 })
  const { mean, deviation } = meanAndDeviation(profit)
  const paid = meanAndDeviation(cost).mean
  console.log(
    `band ${band.toFixed(3)}: premium ${premium.toFixed(2)}, profit ${mean.toFixed(2)} ± ${deviation.toFixed(2)}, cost ${paid.toFixed(2)}`,
  )
}
