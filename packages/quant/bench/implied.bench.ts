import { createImpliedBatch, impliedVolatilities, impliedVolatility } from '../src/index.ts'
import { getImpliedVolatility } from './peers/npm.ts'
import { quantLibRates } from './peers/quantlib.ts'
import { printRate, ratePerCpuSecond } from './rate.ts'
import { benchRows } from './rows.ts'

/** Implied volatility, per thread, beside what else inverts prices here. */
export async function run(): Promise<void> {
  console.log('\nImplied volatility (one thread, CPU time)')
  const rows = benchRows()
  const batch = createImpliedBatch(rows.length)
  rows.forEach((row, i) => {
    for (const name of ['sign', 'forward', 'strike', 'years', 'price'] as const) batch.columns[name][i] = row[name]
  })
  const base = quantLibRates(rows)?.implied
  const against = base === undefined ? {} : { against: base }
  if (base === undefined) console.log('QuantLib or a C++ compiler is not installed: no row for it')
  else printRate('QuantLib 1.29 blackFormulaImpliedStdDev, 1e-12', base, against)
  printRate(
    `createImpliedBatch, ${batch.engine}`,
    ratePerCpuSecond(rows.length, () => batch.run(rows.length)),
    against,
  )
  const worst = rows.reduce((most, { volatility }, i) => Math.max(most, Math.abs(batch.volatility[i]! - volatility)), 0)
  console.log(`  worst error ${worst.toExponential(1)} in volatility`)
  const out = new Float64Array(rows.length)
  printRate(
    'impliedVolatilities, TypeScript',
    ratePerCpuSecond(rows.length, () => void impliedVolatilities(batch.columns, out)),
    against,
  )
  let sink = 0
  const scalar = (): void => {
    for (const { sign, ...row } of rows) sink += impliedVolatility({ kind: sign > 0 ? 'call' : 'put', ...row })
  }
  printRate('impliedVolatility, one at a time', ratePerCpuSecond(rows.length, scalar), against)
  const peer = (): void => {
    for (const { sign, forward, strike, years, price } of rows.slice(0, 128)) {
      sink += getImpliedVolatility(price, forward, strike, years, 0, sign > 0 ? 'call' : 'put', 0.5)
    }
  }
  printRate('npm implied-volatility 1.0.0, to the cent', ratePerCpuSecond(128, peer), against)
  if (Number.isNaN(sink)) console.log('a contestant returned NaN')
}
