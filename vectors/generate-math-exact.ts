/**
 * Writes math-exact.json: what the model returns for seeded random inputs. The Solidity tests and the model's own must
 * both give these very integers. Run: node vectors/generate-math-exact.ts
 */
import { writeFileSync } from 'node:fs'
import { core, price, priceAndGreeks } from '../packages/model/src/math/black76.ts'
import { addBoard, NO_SUMS } from '../packages/model/src/math/bookPass.ts'
import { expWad } from '../packages/model/src/math/exp.ts'
import { solveVolatility } from '../packages/model/src/math/impliedVol.ts'
import { lnWad } from '../packages/model/src/math/ln.ts'
import { cdfWad } from '../packages/model/src/math/normalCdf.ts'
import { sqrtWad } from '../packages/model/src/math/sqrt.ts'
import { totalVariance, volatility, volatilityAt } from '../packages/model/src/math/svi.ts'

const WAD = 10n ** 18n
const Q40 = 2 ** 40

let state = 20240229n
const bits = (n: bigint): bigint => {
  state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n)
  const high = state >> 32n
  state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n)
  return ((high << 32n) | (state >> 32n)) >> (64n - n)
}
const uniform = (low: number, high: number): number => low + ((high - low) * Number(bits(53n))) / 2 ** 53
const logUniform = (low: number, high: number): bigint => BigInt(Math.floor(10 ** uniform(low, high)))
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))

type Row = Record<string, bigint>
const columns = (rows: readonly Row[]): Record<string, string[]> =>
  Object.fromEntries(Object.keys(rows[0]!).map((name) => [name, rows.map((row) => String(row[name]))]))

const option = () => {
  const forward = logUniform(12, 26)
  const vol = logUniform(14, 19.2)
  const tau = logUniform(0, 9.6)
  const spread = (Number(vol) / 1e18) * Math.sqrt(Number(tau) / 31536000)
  const moneyness = uniform(-1, 1) * (bits(1n) === 0n ? 6 : Math.min(6, 3 * spread))
  const strike = BigInt(Math.floor(Number(forward) * Math.exp(moneyness)))
  return { forward, strike, discount: BigInt(Math.floor(uniform(0.3, 1.2) * 1e18)), volatility: vol, tau }
}
const edges = [
  { forward: 0n, strike: 0n, discount: WAD, volatility: WAD, tau: 1n },
  { forward: 1n, strike: 1n, discount: 1n, volatility: 1n, tau: 1n },
  { forward: 2n ** 112n - 1n, strike: 1n, discount: 2n ** 64n - 1n, volatility: 2n ** 64n - 1n, tau: 2n ** 32n - 1n },
  { forward: 1n, strike: 2n ** 112n - 1n, discount: 2n ** 64n - 1n, volatility: 2n ** 64n - 1n, tau: 2n ** 32n - 1n },
  { forward: 2000n * WAD, strike: 2000n * WAD, discount: WAD, volatility: 0n, tau: 0n },
  { forward: 2000n * WAD, strike: 1999n * WAD, discount: 0n, volatility: WAD, tau: 0n },
]
const options = [...edges, ...times(200, option)]

const slice = () => ({
  a: BigInt(Math.floor(Q40 * uniform(0, 0.1))),
  b: BigInt(Math.floor(Q40 * 10 ** uniform(-3, 0.2))),
  rho: BigInt(Math.floor(Q40 * uniform(-0.98, 0.98))),
  m: BigInt(Math.floor(Q40 * uniform(-0.6, 0.6))),
  sigma: BigInt(Math.floor(Q40 * 10 ** uniform(-3, 0.3))),
})

const svi = times(100, () => {
  const fields = slice()
  const k = BigInt(Math.floor(uniform(-6, 6) * 1e18))
  const tau = logUniform(0, 9)
  const forward = logUniform(12, 26)
  const strike = logUniform(12, 26)
  return {
    ...fields,
    k,
    tau,
    forward,
    strike,
    variance: totalVariance(fields, k),
    volatility: volatility(fields, k, tau),
    volatilityAt: volatilityAt(fields, { forward, strike }, tau),
  }
})

const implied = options.slice(6).map((o, i) => {
  const { call, put } = price(o)
  const isCall = i % 2 === 0
  const exact = isCall ? call : put
  const input = { ...o, price: i % 5 === 4 ? (exact * 9n) / 10n : exact, isCall }
  return { ...o, price: input.price, isCall: isCall ? 1n : 0n, answer: solveVolatility(input) }
})

const STRIKES = 8
const boards = times(24, () => {
  const forward = logUniform(16, 23)
  const board = {
    forward,
    forwardRatio: BigInt(Math.floor(uniform(0.9, 1.1) * 1e18)),
    discount: BigInt(Math.floor(uniform(0.8, 1.05) * 1e18)),
    rate: BigInt(Math.floor(uniform(-0.05, 0.2) * 1e18)),
    tau: logUniform(0, 8),
    slice: slice(),
    volatilityShift: BigInt(Math.floor(uniform(-0.5, 0.5) * 1e18)),
  }
  const strikes = times(STRIKES, (i) => ({
    strike: (BigInt(Math.floor(Number(forward) * Math.exp(0.3 * (i - 4) + uniform(0, 0.2)))) / 10n ** 10n) * 10n ** 10n,
    callLots: bits(2n) === 0n ? 0n : bits(32n) - 2n ** 31n,
    putLots: bits(2n) === 0n ? 0n : bits(24n) - 2n ** 23n,
  }))
  const { slice: fields, ...rest } = board
  return {
    row: { ...rest, ...fields, ...addBoard(NO_SUMS, board, strikes) },
    strikes,
  }
})

const vectors = {
  source: 'the model in packages/model/src/math; tolerance: none, every integer equal',
  exp: columns(times(60, () => BigInt(Math.floor(uniform(-350, 134) * 1e18))).map((x) => ({ x, y: expWad(x) }))),
  ln: columns(times(60, () => logUniform(0, 38.5)).map((x) => ({ x, y: lnWad(x) }))),
  sqrt: columns(times(60, () => logUniform(0, 38.5)).map((x) => ({ x, y: sqrtWad(x) }))),
  cdf: columns(times(60, () => BigInt(Math.floor(uniform(-10, 10) * 1e18))).map((x) => ({ x, y: cdfWad(x) }))),
  black76: columns(options.map((o) => ({ ...o, ...priceAndGreeks(o) }))),
  core: columns(
    times(60, () => {
      const { forward, strike } = option()
      const x = BigInt(Math.floor(uniform(-6, 6) * 2 ** 50)) << 46n
      const v = BigInt(Math.floor(10 ** uniform(-6, 1) * 2 ** 50)) << 46n
      return { forward, strike, x, v, ...core(forward, strike, x, v) }
    }),
  ),
  implied: columns(implied),
  svi: columns(svi),
  boards: {
    ...columns(boards.map(({ row }) => row)),
    ...columns(boards.flatMap(({ strikes }) => strikes)),
  },
}

writeFileSync(new URL('math-exact.json', import.meta.url), `${JSON.stringify(vectors).replaceAll('},"', '},\n"').replaceAll('],"', '],\n"')}\n`)
