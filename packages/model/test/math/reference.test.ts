import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { price, priceAndGreeks } from '../../src/math/black76.ts'
import { expWad } from '../../src/math/exp.ts'
import { lnWad } from '../../src/math/ln.ts'
import { cdfWad } from '../../src/math/normalCdf.ts'
import { sqrtWad } from '../../src/math/sqrt.ts'

type Table = Record<string, string[]>
const tables = JSON.parse(
  readFileSync(new URL('../../../../vectors/math-reference.json', import.meta.url), 'utf8'),
) as Record<string, Table>

const size = (x: bigint): bigint => (x < 0n ? -x : x)
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const near = (found: bigint, expected: bigint, tolerance: bigint): void =>
  expect(size(found - expected) <= tolerance, `${found} for ${expected} ± ${tolerance}`).toBe(true)

describe('the model against 50-digit references (vectors/math-reference.json)', () => {
  const single: Record<string, [(x: bigint) => bigint, (y: bigint) => bigint]> = {
    exp: [expWad, (y) => 1n + y / 10n ** 18n],
    ln: [lnWad, () => 1n],
    sqrt: [sqrtWad, (y) => 1n + y / 10n ** 24n],
    cdf: [cdfWad, () => 50n],
  }
  for (const [name, [f, tolerance]] of Object.entries(single)) {
    it(name, () => {
      const { x, y } = tables[name]!
      x!.forEach((value, i) => {
        const expected = BigInt(y![i]!)
        near(f(BigInt(value)), expected, tolerance(size(expected)))
      })
    })
  }

  it('Black-76: prices to 2e-16 of the greater price, Greeks to 1e-15 and 1e-14', () => {
    const table = tables.black76!
    table.forward!.forEach((_, i) => {
      const at = (name: string): bigint => BigInt(table[name]![i]!)
      const input = {
        forward: at('forward'),
        strike: at('strike'),
        discount: at('discount'),
        volatility: at('volatility'),
        tau: at('tau'),
      }
      const found = priceAndGreeks(input)
      const pricing = 3n + larger(input.forward, input.strike) / (5n * 10n ** 15n)
      const whole = (x: bigint): bigint => 3n + (input.forward + size(x)) / 10n ** 14n
      near(found.call, at('call'), pricing)
      near(found.put, at('put'), pricing)
      near(found.callDelta, at('callDelta'), 1003n)
      near(found.putDelta, at('putDelta'), 1003n)
      near(found.gamma, at('gamma'), 3n + 10n ** 22n / input.forward + at('gamma') / 10n ** 14n)
      near(found.vega, at('vega'), whole(at('vega')))
      near(found.thetaCall, at('thetaCall'), whole(at('thetaCall')))
      near(found.thetaPut, at('thetaPut'), whole(at('thetaPut')))
    })
  })

  it('Black-76: prices at the corners of the domain, times the discount where it is above one', () => {
    const table = tables.black76Corners!
    expect(table.forward!.length).toBeGreaterThan(0)
    table.forward!.forEach((_, i) => {
      const at = (name: string): bigint => BigInt(table[name]![i]!)
      const [forward, strike, discount] = [at('forward'), at('strike'), at('discount')]
      const found = price({ forward, strike, discount, volatility: at('volatility'), tau: at('tau') })
      const tolerance = ((3n + larger(forward, strike) / (5n * 10n ** 15n)) * larger(10n ** 18n, discount)) / 10n ** 18n
      near(found.call, at('call'), tolerance)
      near(found.put, at('put'), tolerance)
    })
  })
})
