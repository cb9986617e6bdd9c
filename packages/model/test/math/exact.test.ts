import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { core, price, priceAndGreeks } from '../../src/math/black76.ts'
import { addBoard, NO_SUMS, shockedBoard } from '../../src/math/bookPass.ts'
import { expWad } from '../../src/math/exp.ts'
import { NO_TIME_VALUE, solveVolatility, UNREACHABLE } from '../../src/math/impliedVol.ts'
import { lnWad } from '../../src/math/ln.ts'
import { cdfWad } from '../../src/math/normalCdf.ts'
import { sqrtWad } from '../../src/math/sqrt.ts'
import { totalVariance, volatility, volatilityAt } from '../../src/math/svi.ts'

const WAD = 10n ** 18n
const STRIKES = 8

type Table = Record<string, string[]>
type Row = Record<string, bigint>
const tables = JSON.parse(
  readFileSync(new URL('../../../../vectors/math-exact.json', import.meta.url), 'utf8'),
) as Record<string, Table>
const rowsOf = (name: string): Row[] => {
  const table = tables[name]!
  const names = Object.keys(table)
  return table[names[0]!]!.map((_, i) =>
    Object.fromEntries(names.map((column) => [column, BigInt(table[column]![i] ?? 0)])),
  )
}

describe('the model returns the integers the contracts return (vectors/math-exact.json)', () => {
  for (const [name, f] of Object.entries({ exp: expWad, ln: lnWad, sqrt: sqrtWad, cdf: cdfWad })) {
    it(name, () => {
      for (const row of rowsOf(name)) expect(f(row.x!)).toBe(row.y)
    })
  }

  it('Black-76 with its Greeks', () => {
    for (const row of rowsOf('black76')) {
      const { forward, strike, discount, volatility, tau, ...out } = row as Record<string, bigint> &
        Parameters<typeof price>[0]
      const input = { forward, strike, discount, volatility, tau }
      expect(priceAndGreeks(input)).toEqual(out)
      expect(price(input)).toEqual({ call: out.call, put: out.put })
    }
  })

  it('the core', () => {
    for (const { forward, strike, x, v, ...out } of rowsOf('core')) expect(core(forward!, strike!, x!, v!)).toEqual(out)
  })

  it('implied volatility', () => {
    for (const row of rowsOf('implied')) {
      const { answer, isCall, volatility: _, ...input } = row
      expect(
        solveVolatility({ ...(input as Omit<Parameters<typeof solveVolatility>[0], 'isCall'>), isCall: isCall === 1n }),
      ).toBe(answer)
    }
  })

  it('SVI', () => {
    for (const row of rowsOf('svi')) {
      const { a, b, rho, m, sigma, k, tau, forward, strike } = row
      const slice = { a: a!, b: b!, rho: rho!, m: m!, sigma: sigma! }
      expect(totalVariance(slice, k!)).toBe(row.variance)
      expect(volatility(slice, k!, tau!)).toBe(row.volatility)
      expect(volatilityAt(slice, { forward: forward!, strike: strike! }, tau!)).toBe(row.volatilityAt)
    }
  })

  it('the book pass', () => {
    const strikes = tables.boards!.strike!.map((strike, i) => ({
      strike: BigInt(strike),
      callLots: BigInt(tables.boards!.callLots![i]!),
      putLots: BigInt(tables.boards!.putLots![i]!),
    }))
    tables.boards!.value!.forEach((_, i) => {
      const at = (name: string): bigint => BigInt(tables.boards![name]![i]!)
      const board = {
        forward: at('forward'),
        forwardRatio: at('forwardRatio'),
        discount: at('discount'),
        rate: at('rate'),
        tau: at('tau'),
        volatilityShift: at('volatilityShift'),
        slice: { a: at('a'), b: at('b'), rho: at('rho'), m: at('m'), sigma: at('sigma') },
      }
      const own = strikes.slice(i * STRIKES, (i + 1) * STRIKES)
      const sums = addBoard(NO_SUMS, board, own)
      expect(sums).toEqual({
        value: at('value'),
        delta: at('delta'),
        gamma: at('gamma'),
        vega: at('vega'),
        theta: at('theta'),
      })
      expect(addBoard(NO_SUMS, shockedBoard(board, { spotFactor: WAD, volatilityShift: 0n }), own)).toEqual(sums)
    })
  })
})

describe('the edges of the domain', () => {
  it('throws what the contracts revert with', () => {
    expect(() => expWad(135n * WAD)).toThrow('largest input')
    expect(() => lnWad(0n)).toThrow('0 < x')
    expect(() => sqrtWad(1n << 128n)).toThrow('2^128')
    const input = { forward: WAD, strike: WAD, discount: WAD, volatility: WAD, tau: 1n }
    expect(() => price({ ...input, forward: 1n << 112n })).toThrow('Outside the domain')
    expect(() => solveVolatility({ ...input, price: 1n, discount: 0n, isCall: true })).toThrow('Outside the domain')
    expect(() => volatility({ a: 1n, b: 1n, rho: 0n, m: 0n, sigma: 1n }, 0n, 0n)).toThrow('seconds')
    expect(() => totalVariance({ a: 1n, b: 1n, rho: 0n, m: 0n, sigma: 1n }, 100n * WAD)).toThrow('Log-moneyness')
  })

  it('answers a price out of range without throwing', () => {
    const input = { forward: 2000n * WAD, strike: 1900n * WAD, discount: WAD, tau: 86_400n, isCall: true }
    expect(solveVolatility({ ...input, price: 100n * WAD })).toBe(NO_TIME_VALUE)
    expect(solveVolatility({ ...input, price: 2000n * WAD })).toBe(UNREACHABLE)
  })
})
