// One option, its Greeks, and back from its price to its volatility.
import { black76, impliedVolatility } from '@keel/quant'

const option = { kind: 'put', forward: 2450, strike: 2200, years: 30 / 365, volatility: 0.72 } as const
const greeks = black76(option)
console.log('price      ', greeks.price.toFixed(4), 'USD per ETH')
console.log('delta      ', greeks.forwardDelta.toFixed(4), 'of the forward')
console.log('vega       ', (greeks.vegaPerUnitVol / 100).toFixed(4), 'USD per vol point')
console.log('theta      ', (greeks.thetaPerYear / 365).toFixed(4), 'USD per day')
console.log('and back   ', impliedVolatility({ ...option, price: greeks.price }))
