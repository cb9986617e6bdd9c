import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { black76, black76Batch, createBlackBatch, createImpliedBatch, impliedVolatilities } from '../src/index.ts'
import { KERNEL_CODE } from '../src/kernel/code.ts'

/** Values from the whole line, ordinary ones as often as corners. */
const anything = fc.oneof(
  fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
  fc.double({ min: 0.01, max: 3, noNaN: true }),
  fc.double(),
  fc.constantFrom(0, -0, 1, -1, 1e-320, 1e-200, 1e200, 1e308, Number.NaN, Infinity, -Infinity),
)
const option = fc.record({
  sign: fc.constantFrom(1, -1),
  forward: anything,
  strike: anything,
  years: anything,
  volatility: anything,
  discount: fc.constantFrom(1, 0.97),
})

describe('the batch kernel', () => {
  test('runs here as WebAssembly', () => {
    expect(createBlackBatch(1).engine).toBe('wasm-simd')
    expect(createImpliedBatch(1).engine).toBe('wasm-simd')
  })

  test('prices and Greeks have the bits of the scalar function, whatever the input', () => {
    const batch = createBlackBatch(301)
    fc.assert(
      fc.property(fc.array(option, { minLength: 1, maxLength: 300 }), (options) => {
        options.forEach((row, i) => {
          for (const name of ['sign', 'forward', 'strike', 'years', 'volatility', 'discount'] as const) {
            batch.columns[name][i] = row[name]
          }
        })
        batch.run(options.length)
        options.forEach(({ sign, ...row }, i) => {
          const expected = black76({ kind: sign > 0 ? 'call' : 'put', ...row })
          for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
            expect(
              Object.is(batch.results[name][i], expected[name]),
              `${name} of ${JSON.stringify({ sign, ...row })}`,
            ).toBe(true)
          }
        })
      }),
      { numRuns: 300 },
    )
  })

  test('the TypeScript batch too', () => {
    const batch = createBlackBatch(64)
    for (let i = 0; i < 64; i++) {
      batch.columns.sign[i] = i % 2 === 0 ? 1 : -1
      batch.columns.forward[i] = 2000
      batch.columns.strike[i] = 1000 + 40 * i
      batch.columns.years[i] = 0.01 * (i + 1)
      batch.columns.volatility[i] = 0.3 + 0.01 * i
      batch.columns.discount[i] = 1
    }
    batch.run(64)
    expect(black76Batch(batch.columns)).toEqual(
      Object.fromEntries(Object.entries(batch.results).map(([name, column]) => [name, Float64Array.from(column)])),
    )
  })

  test('implied volatilities have the bits of the reference, whatever the input', () => {
    const batch = createImpliedBatch(300)
    const quote = fc.record({
      sign: fc.constantFrom(1, -1),
      forward: anything,
      strike: anything,
      years: anything,
      price: anything,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      attainable: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(quote, { minLength: 1, maxLength: 300 }), (quotes) => {
        quotes.forEach(({ share, attainable, ...row }, i) => {
          const intrinsic = Math.max(0, row.sign * (row.forward - row.strike))
          const cap = row.sign > 0 ? row.forward : row.strike
          const price = attainable ? intrinsic + share ** 4 * (cap - intrinsic) : row.price
          for (const [name, value] of Object.entries({ ...row, price }))
            batch.columns[name as keyof typeof batch.columns][i] = value
        })
        batch.run(quotes.length)
        const columns = Object.fromEntries(
          Object.entries(batch.columns).map(([name, column]) => [name, column.subarray(0, quotes.length)]),
        ) as typeof batch.columns
        const expected = impliedVolatilities(columns)
        quotes.forEach((row, i) => {
          expect(
            Object.is(batch.volatility[i], expected[i]),
            `${JSON.stringify(row)}: ${batch.volatility[i]} ${expected[i]}`,
          ).toBe(true)
        })
      }),
      { numRuns: 300 },
    )
  })

  const compiler = existsSync(new URL('../../../node_modules/assemblyscript', import.meta.url))
  // An installation of this package alone does not bring the compiler; the repository's does.
  test.skipIf(!compiler)(
    'its committed code is what its source compiles to',
    async () => {
      const { compileKernel } = (await import(new URL('../kernel/generate.mjs', import.meta.url).href)) as {
        compileKernel: () => Promise<Uint8Array>
      }
      expect(Buffer.from(await compileKernel()).toString('base64')).toBe(KERNEL_CODE)
    },
    60_000,
  )
})
