import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

type Pricer = (spot: number, strike: number, years: number, volatility: number, rate: number, kind: string) => number
type Inverter = (
  price: number,
  spot: number,
  strike: number,
  years: number,
  rate: number,
  kind: string,
  guess: number,
) => number

/** The packages of npm that most JavaScript programs price options with. */
export const blackScholes = (require('black-scholes') as { blackScholes: Pricer }).blackScholes
export const greeks = require('greeks') as Readonly<
  Record<'getDelta' | 'getVega' | 'getGamma' | 'getTheta' | 'getRho', Pricer>
>
export const getImpliedVolatility = (require('implied-volatility') as { getImpliedVolatility: Inverter })
  .getImpliedVolatility
