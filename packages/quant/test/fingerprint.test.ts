import { expect, test } from 'vitest'
import {
  black76,
  createRandom,
  exp,
  fitChain,
  impliedVolatility,
  inverseNormalCdf,
  jumpDiffusionPath,
  log,
  normalCdf,
  type OptionQuote,
} from '../src/index.ts'

/** FNV-1a over the bits of doubles, in a fixed byte order. */
function fingerprint(values: Iterable<number>): string {
  const view = new DataView(new ArrayBuffer(8))
  let hash = 0x811c9dc5
  for (const value of values) {
    // Which NaN it is is left to the engine, so all count as one.
    if (Number.isNaN(value)) view.setBigUint64(0, 0x7ff8_0000_0000_0000n)
    else view.setFloat64(0, value)
    for (let i = 0; i < 8; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193)
  }
  return (hash >>> 0).toString(16)
}

// Where the library promises the same bits on every engine, these stay as they are on Node 20, 22 and 24.
test('elementary functions', () => {
  const random = createRandom(99)
  const draws = Array.from({ length: 5000 }, () => random.uniform())
  expect(
    fingerprint(draws.flatMap((u) => [exp(1400 * u - 700), log(u * 1e6), normalCdf(16 * u - 12), inverseNormalCdf(u)])),
  ).toMatchInlineSnapshot(`"9107c0a4"`)
})

test('prices, Greeks and their inverse', () => {
  const random = createRandom(100)
  const values = Array.from({ length: 5000 }, () => {
    const kind = random.uniform() < 0.5 ? 'call' : 'put'
    const option = {
      kind,
      forward: 2000,
      strike: 4000 * random.uniform(),
      years: random.uniform(),
      volatility: 2 * random.uniform(),
    } as const
    const greeks = black76(option)
    return [...Object.values(greeks), impliedVolatility({ ...option, price: greeks.price })]
  })
  expect(fingerprint(values.flat())).toMatchInlineSnapshot(`"40e12be5"`)
})

test('paths', () => {
  const process = {
    start: 2000,
    steps: 5000,
    dtSecs: 300,
    drift: 0.02,
    volatility: 0.8,
    jumpsPerYear: 80,
    jumpMean: -0.02,
    jumpStd: 0.05,
  }
  expect(fingerprint(jumpDiffusionPath({ seed: 4, ...process }))).toMatchInlineSnapshot(`"b565b305"`)
})

test('a whole surface', () => {
  const random = createRandom(101)
  const quotes: OptionQuote[] = [2, 9, 40, 150].flatMap((days) =>
    Array.from({ length: 25 }, (_, i) => 1400 + 50 * i).flatMap((strike) =>
      (['call', 'put'] as const).map((kind) => {
        const volatility = 0.6 + ((strike - 2000) / 4000) * ((strike - 2000) / 1500) + 0.01 * random.normal()
        const coin = black76({ kind, forward: 2000, strike, years: days / 365, volatility }).price / 2000
        return { expiry: days * 86_400, strike, kind, bid: 0.96 * coin, ask: 1.04 * coin, future: 2000 }
      }),
    ),
  )
  const { expiries } = fitChain({ time: 0, quotes })
  expect(expiries.length).toBe(4)
  expect(
    fingerprint(expiries.flatMap(({ slice: { a, b, rho, m, sigma } }) => [a, b, rho, m, sigma])),
  ).toMatchInlineSnapshot(`"6098fefd"`)
})
