// Realised volatility of a simulated year, and a forecast of the next week held against the simplest baseline.
import {
  closeToCloseVolatility,
  dieboldMariano,
  fitHar,
  forecastHar,
  jumpDiffusionPath,
  qlike,
  randomWalkForecast,
  realisedVariances,
} from '@keel/quant'

const [days, dtSecs] = [730, 1800]
const close = jumpDiffusionPath({
  seed: 7,
  start: 2000,
  steps: (days * 86_400) / dtSecs,
  dtSecs,
  drift: 0,
  volatility: 0.55,
  jumpsPerYear: 30,
  jumpMean: -0.01,
  jumpStd: 0.04,
})
const ts = Array.from(close, (_, i) => i * dtSecs)
console.log('realised volatility', closeToCloseVolatility({ ts, close }).toFixed(3))

const { variance } = realisedVariances({ ts, close })
const horizon = 7
const losses = { first: [] as number[], second: [] as number[] }
for (let end = 400; end + horizon <= days; end += horizon) {
  const history = variance.subarray(0, end)
  const realised = variance.subarray(end, end + horizon).reduce((a, b) => a + b, 0) / horizon
  losses.first.push(qlike({ forecast: forecastHar(fitHar(history, { horizon }), history), realised }))
  losses.second.push(qlike({ forecast: randomWalkForecast(history, { horizon }), realised }))
}
const { meanDifference, pValue } = dieboldMariano(losses)
console.log('HAR minus random walk, QLIKE', meanDifference.toFixed(4), 'p', pValue.toFixed(3))
