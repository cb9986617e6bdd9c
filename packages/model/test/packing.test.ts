import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  MalformedSeriesError,
  NotFiniteError,
  nearestFields,
  nearestRatio,
  nearestSlice,
  packSlice,
  parseSeriesId,
  SliceFieldOutOfRangeError,
  SVI_ONE,
  seriesId,
  sliceFieldFromFloat,
  sliceFieldToFloat,
  unpackSlice,
  wadFromFloat,
  wadToFloat,
} from '../src/index.ts'

const WAD = 10n ** 18n
const MOST_STRIKE = (1n << 112n) - 1n

const series = fc.record({
  market: fc.integer({ min: 0, max: 0xffff }),
  expiry: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
  strike: fc.bigInt({ min: 1n, max: MOST_STRIKE }),
  isCall: fc.boolean(),
})

describe('seriesId', () => {
  const call = { market: 1, expiry: 1_735_286_400, strike: 3_500n * WAD, isCall: true }

  test('reads as hex: market, expiry, call or put, strike', () => {
    expect(seriesId(call)).toBe(0x0001_00676e5e80_ca_0000000000bdbc41e0348b300000n)
    expect(seriesId({ ...call, isCall: false })).toBe(0x0001_00676e5e80_bd_0000000000bdbc41e0348b300000n)
  })

  test('lays every series out in 4 + 10 + 2 + 28 hex digits', () => {
    fc.assert(
      fc.property(series, ({ market, expiry, strike, isCall }) => {
        const hex = (value: number | bigint, digits: number) => value.toString(16).padStart(digits, '0')
        const digits = `${hex(market, 4)}${hex(expiry, 10)}${isCall ? 'ca' : 'bd'}${hex(strike, 28)}`
        expect(hex(seriesId({ market, expiry, strike, isCall }), 44)).toBe(digits)
      }),
    )
  })

  test('parses back what was packed', () => {
    fc.assert(
      fc.property(series, (s) => {
        expect(parseSeriesId(seriesId(s))).toEqual(s)
      }),
    )
  })

  test('parses a number only if it packs to the same number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 20n), max: 1n << 180n }), (id) => {
        try {
          expect(seriesId(parseSeriesId(id))).toBe(id)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedSeriesError)
        }
      }),
    )
  })

  test.each([
    ['a market that is not whole', { ...call, market: 1.5 }],
    ['a negative market', { ...call, market: -1 }],
    ['a market beyond 16 bits', { ...call, market: 0x10000 }],
    ['a negative expiry', { ...call, expiry: -1 }],
    ['an expiry that is not a number', { ...call, expiry: Number.NaN }],
    ['an expiry beyond 40 bits', { ...call, expiry: 2 ** 40 }],
    ['a strike of zero', { ...call, strike: 0n }],
    ['a negative strike', { ...call, strike: -WAD }],
    ['a strike beyond 112 bits', { ...call, strike: MOST_STRIKE + 1n }],
  ])('refuses %s', (_, bad) => {
    expect(() => seriesId(bad)).toThrow(MalformedSeriesError)
  })

  test.each([
    ['zero', 0n],
    ['a negative number', -1n],
    ['a number beyond 176 bits', seriesId(call) | (1n << 176n)],
    ['neither call nor put', 0x0001_00676e5e80_cb_0000000000bdbc41e0348b300000n],
    ['no strike', 0x0001_00676e5e80_ca_0000000000000000000000000000n],
  ])('does not parse %s', (_, bad) => {
    expect(() => parseSeriesId(bad)).toThrow(MalformedSeriesError)
  })
})

describe('sviSlice', () => {
  const most = (1n << 47n) - 1n
  const field = fc.bigInt({ min: -most - 1n, max: most })
  const slice = fc.record({ a: field, b: field, rho: field, m: field, sigma: field })
  const zero = { a: 0n, b: 0n, rho: 0n, m: 0n, sigma: 0n }

  test('puts a, b, rho, m, sigma into 12 hex digits each, negatives as two’s complement', () => {
    const packed = packSlice({ a: 1n, b: 2n, rho: -1n, m: -2n, sigma: SVI_ONE })
    expect(packed).toBe(0x000000000001_000000000002_ffffffffffff_fffffffffffe_010000000000n)
  })

  test('unpacks what was packed', () => {
    fc.assert(
      fc.property(slice, (s) => {
        expect(unpackSlice(packSlice(s))).toEqual(s)
      }),
    )
  })

  test.each(['a', 'b', 'rho', 'm', 'sigma'])('refuses a %s beyond 48 bits and names it', (name) => {
    for (const bad of [most + 1n, -most - 2n]) {
      expect(() => packSlice({ ...zero, [name]: bad })).toThrow(SliceFieldOutOfRangeError)
      expect(() => packSlice({ ...zero, [name]: bad })).toThrow(`field ${name} = ${bad}`)
    }
    expect(unpackSlice(packSlice({ ...zero, [name]: most }))).toEqual({ ...zero, [name]: most })
  })
})

describe('sliceRounding', () => {
  const most = (1n << 47n) - 1n
  const field = fc.bigInt({ min: -most - 1n, max: most })
  const slice = fc.record({ a: field, b: field, rho: field, m: field, sigma: field })

  // The row of SliceWordTest.test_NearestOfARow
  test('takes each field to the nearest that is kept', () => {
    const signed = { a: 22683132813n, b: 302929621132n, rho: 844136242456n, m: 92584028303n, sigma: -24314168166n }
    const stored = { a: 22683132813n, b: 302929621136n, rho: 844136242456n, m: 92584028416n, sigma: -24314168064n }
    expect(nearestFields(signed)).toEqual(stored)
    expect(nearestSlice(packSlice(signed))).toBe(packSlice(stored))
    expect(nearestRatio(1_001_000_000_000_000_000n)).toBe(1_000_999_999_931_082_129n)
  })

  test('by half of a step at the most, and no further', () => {
    const half = { a: 0n, b: 8n, rho: 4n, m: 128n, sigma: 128n } as const
    fc.assert(
      fc.property(slice, fc.bigInt({ min: 0n, max: 2n * WAD }), (fields, ratio) => {
        const stored = nearestFields(fields)
        for (const name of ['a', 'b', 'rho', 'm', 'sigma'] as const) {
          const moved = stored[name] - fields[name]
          expect(moved > -half[name] || moved === 0n).toBe(true)
          expect(moved <= half[name]).toBe(true)
        }
        expect(nearestFields(stored)).toEqual(stored)
        const kept = nearestRatio(ratio)
        expect(kept - ratio < 1n << 27n && ratio - kept < 1n << 27n).toBe(true)
        expect(nearestRatio(kept)).toBe(kept)
      }),
    )
  })

  test('what leaves its field falls out of range, and what lies above the fields stays', () => {
    const least = -most - 1n
    expect(unpackSlice(nearestSlice(packSlice({ a: most, b: most, rho: most, m: most, sigma: most })))).toEqual({
      a: most,
      b: least,
      rho: least,
      m: least,
      sigma: least,
    })
    expect(nearestSlice((1n << 256n) - 1n) >> 240n).toBe(0xffffn)
    expect(nearestRatio(9n * WAD)).toBe(9n * WAD)
  })
})

describe('fromFloat', () => {
  test.each([
    [0, 0n],
    [1, WAD],
    [-1, -WAD],
    [0.5, WAD / 2n],
    [2 ** -18, 3_814_697_265_625n],
    // the doubles nearest 0.7, 0.9 and 2500.37 are 0.69999999999999995559…, 0.90000000000000002220…, 2500.36999999999989086…
    [0.7, 699_999_999_999_999_956n],
    [2500.37, 2_500_369_999_999_999_890_861n],
    [-0.9, -900_000_000_000_000_022n],
  ])('takes the double %d to the wad %d', (value, wad) => {
    expect(wadFromFloat(value)).toBe(wad)
  })

  test('wads are exact for multiples of 2^-18, which have a whole wad', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        expect(wadFromFloat(n / 2 ** 18)).toBe(BigInt(n) * 5n ** 18n)
      }),
    )
  })

  test('wads rise with the float and mirror in zero', () => {
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true })
    fc.assert(
      fc.property(value, value, (a, b) => {
        if (a < b) expect(wadFromFloat(a)).toBeLessThanOrEqual(wadFromFloat(b))
        expect(wadFromFloat(-a)).toBe(-wadFromFloat(a))
      }),
    )
  })

  test('a float survives the way to a wad and back to half an ulp of its size and of 2^-53', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (value) => {
        const error = Math.abs(wadToFloat(wadFromFloat(value)) - value)
        expect(error).toBeLessThanOrEqual(2 ** -52 * Math.max(1, Math.abs(value)))
      }),
    )
  })

  test('slice fields are exact both ways for everything that fits a slice', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 47n), max: (1n << 47n) - 1n }), (n) => {
        expect(sliceFieldFromFloat(sliceFieldToFloat(n))).toBe(n)
      }),
    )
  })

  test('a slice field is the nearest of its grid', () => {
    fc.assert(
      fc.property(fc.double({ min: -127, max: 127, noNaN: true }), (value) => {
        expect(Math.abs(sliceFieldToFloat(sliceFieldFromFloat(value)) - value)).toBeLessThanOrEqual(2 ** -41)
      }),
    )
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d', (bad) => {
    expect(() => wadFromFloat(bad)).toThrow(NotFiniteError)
    expect(() => sliceFieldFromFloat(bad)).toThrow(NotFiniteError)
  })
})
