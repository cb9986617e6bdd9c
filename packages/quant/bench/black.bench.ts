import { black76, black76Batch, createBlackBatch } from '../src/index.ts'
import { blackScholes, greeks } from './peers/npm.ts'
import { quantLibRates } from './peers/quantlib.ts'
import { printRate, ratePerCpuSecond } from './rate.ts'
import { benchRows } from './rows.ts'

/** Price and five Greeks, per thread, beside what else prices options here. */
export async function run(): Promise<void> {
  console.log('\nBlack-76 price, delta, gamma, vega, theta, rho (one thread, CPU time)')
  const rows = benchRows()
  const batch = createBlackBatch(rows.length)
  rows.forEach((row, i) => {
    for (const name of ['sign', 'forward', 'strike', 'years', 'volatility'] as const) batch.columns[name][i] = row[name]
    batch.columns.discount[i] = 1
  })
  const quantLib = quantLibRates(rows)
  const base = quantLib?.black
  const against = base === undefined ? {} : { against: base }
  if (base === undefined) console.log('QuantLib or a C++ compiler is not installed: no row for it')
  else printRate('QuantLib 1.29 BlackCalculator, g++ -O3 -march=native', base, against)
  printRate(
    `createBlackBatch, ${batch.engine}`,
    ratePerCpuSecond(rows.length, () => batch.run(rows.length)),
    against,
  )
  const results = black76Batch(batch.columns)
  printRate(
    'black76Batch, TypeScript',
    ratePerCpuSecond(rows.length, () => void black76Batch(batch.columns, results)),
    against,
  )
  let sink = 0
  const scalar = (): void => {
    for (const { sign, ...row } of rows) sink += black76({ kind: sign > 0 ? 'call' : 'put', ...row }).price
  }
  printRate('black76, one at a time', ratePerCpuSecond(rows.length, scalar), against)
  const peer = (): void => {
    for (const { sign, forward, strike, years, volatility } of rows) {
      const kind = sign > 0 ? 'call' : 'put'
      sink += blackScholes(forward, strike, years, volatility, 0, kind)
      for (const greek of Object.values(greeks)) sink += greek(forward, strike, years, volatility, 0, kind)
    }
  }
  printRate('npm black-scholes 1.1.0 + greeks 1.0.0', ratePerCpuSecond(rows.length, peer), against)
  if (Number.isNaN(sink)) console.log('a contestant returned NaN')
}
