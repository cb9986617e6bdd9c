import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  MalformedSeriesError,
  NotFiniteError,
  nearestFields,
  nearestRatio,
  nearestSlice,
  nearestSpot,
  packSlice,
  packSliceWord,
  parseSeriesId,
  SliceFieldOutOfRangeError,
  SliceNotStorableError,
  type SurfaceSlice,
  SVI_ONE,
  seriesId,
  sliceFieldFromFloat,
  sliceFieldToFloat,
  unpackSlice,
  unpackSliceWord,
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
    const stored = { a: 22683132800n, b: 302929625088n, rho: 844136251392n, m: 92584034304n, sigma: -24314183680n }
    expect(nearestFields(signed)).toEqual(stored)
    expect(nearestSlice(packSlice(signed))).toBe(packSlice(stored))
    expect(nearestRatio(1_001_000_000_000_000_000n)).toBe(1_001_000_002_026_557_922n)
    expect(nearestSpot(2_345_678_912_345_678_912_345n)).toBe(2_345_679_036_767_646_253_056n)
  })

  test.each([
    ['nothing', 0n, 0n],
    ['what 22 bits hold', 2n ** 22n - 1n, 2n ** 22n - 1n],
    ['what is halfway up', 2n ** 22n + 1n, 2n ** 22n + 2n],
    ['what is halfway to a bit more', 2n ** 23n - 1n, 2n ** 23n],
    ['the highest that stays in range', 2n ** 96n - 2n ** 73n - 1n, 2n ** 96n - 2n ** 74n],
    ['the lowest that leaves it', 2n ** 96n - 2n ** 73n, 2n ** 96n],
    ['what is out of it', 2n ** 96n + 1n, 2n ** 96n + 1n],
  ])('takes a spot to the nearest of 22 bits: %s', (_, spot, stored) => {
    expect(nearestSpot(spot)).toBe(stored)
  })

  test('by half of a step at the most, and no further', () => {
    const half = { a: 64n, b: 4096n, rho: 32768n, m: 8192n, sigma: 16384n } as const
    const price = fc.bigInt({ min: 0n, max: 96n }).chain((bits) => fc.bigInt({ min: 0n, max: 2n ** bits - 1n }))
    fc.assert(
      fc.property(slice, fc.bigInt({ min: 0n, max: 2n * WAD }), price, (fields, ratio, spot) => {
        const stored = nearestFields(fields)
        for (const name of ['a', 'b', 'rho', 'm', 'sigma'] as const) {
          const moved = stored[name] - fields[name]
          expect(moved > -half[name] || moved === 0n).toBe(true)
          expect(moved <= half[name]).toBe(true)
        }
        expect(nearestFields(stored)).toEqual(stored)
        const kept = nearestRatio(ratio)
        expect(kept - ratio < 1n << 32n && ratio - kept < 1n << 32n).toBe(true)
        expect(nearestRatio(kept)).toBe(kept)
        const near = nearestSpot(spot)
        expect((near - spot) << 22n <= spot && (spot - near) << 22n <= spot).toBe(true)
        expect(nearestSpot(near)).toBe(near)
      }),
    )
  })

  test('what leaves its field falls out of range, and what lies above the fields stays', () => {
    const least = -most - 1n
    expect(unpackSlice(nearestSlice(packSlice({ a: most, b: most, rho: most, m: most, sigma: most })))).toEqual({
      a: least,
      b: least,
      rho: least,
      m: least,
      sigma: least,
    })
    expect(nearestSlice((1n << 256n) - 1n) >> 240n).toBe(0xffffn)
    expect(nearestRatio(9n * WAD)).toBe(9n * WAD)
  })
})

describe('sliceWord', () => {
  const EXPIRY = 2_000_000_000
  const MOST_LIFETIME = 2 ** 28 - 1
  type Steps = Record<'a' | 'b' | 'rho' | 'm' | 'sigma' | 'ratio' | 'lifetime' | 'mantissa' | 'shift' | 'tag', bigint>
  /** Each number as the word has it, in steps. */
  const numbers: fc.Arbitrary<Steps> = fc.record({
    a: fc.bigInt({ min: -(16n << 33n), max: 16n << 33n }),
    b: fc.bigInt({ min: 0n, max: 2n << 27n }),
    rho: fc.bigInt({ min: 1n - (1n << 24n), max: (1n << 24n) - 1n }),
    m: fc.bigInt({ min: -(4n << 26n), max: 4n << 26n }),
    sigma: fc.bigInt({ min: 1n, max: 8n << 25n }),
    ratio: fc.bigInt({ min: 1n << 26n, max: 1n << 28n }),
    lifetime: fc.bigInt({ min: 1n, max: BigInt(MOST_LIFETIME) }),
    mantissa: fc.bigInt({ min: 1n << 21n, max: (1n << 22n) - 1n }),
    shift: fc.bigInt({ min: 0n, max: 74n }),
    tag: fc.bigInt({ min: 0n, max: (1n << 18n) - 1n }),
  })
  const sliceOf = ({ a, b, rho, m, sigma, ratio, lifetime, mantissa, shift }: Steps): SurfaceSlice => ({
    svi: packSlice({
      a: a * 2n ** 7n,
      b: b * 2n ** 13n,
      rho: rho * 2n ** 16n,
      m: m * 2n ** 14n,
      sigma: sigma * 2n ** 15n,
    }),
    forwardRatio: (ratio * WAD) / 2n ** 27n,
    spotAtReport: mantissa * 2n ** shift,
    expiry: EXPIRY,
    reportedAt: EXPIRY - Number(lifetime),
  })

  test('puts its numbers one after the other from the high end, negatives as two’s complement', () => {
    const digits = (value: bigint, bits: number) =>
      (value < 0n ? value + 2n ** BigInt(bits) : value).toString(2).padStart(bits, '0')
    fc.assert(
      fc.property(numbers, (n) => {
        const fields = [digits(n.a, 39), digits(n.b, 29), digits(n.rho, 25), digits(n.m, 30), digits(n.sigma, 29)]
        const spot = [digits(n.mantissa, 22), digits(n.shift, 7)]
        const word = [...fields, digits(n.ratio, 29), digits(n.lifetime, 28), ...spot, digits(n.tag, 18)].join('')
        expect(word).toHaveLength(256)
        expect(packSliceWord(sliceOf(n), n.tag)).toBe(BigInt(`0b${word}`))
      }),
    )
  })

  test('unpacks what was packed, whatever its tag', () => {
    fc.assert(
      fc.property(numbers, (n) => {
        expect(unpackSliceWord(packSliceWord(sliceOf(n), n.tag), EXPIRY)).toEqual(sliceOf(n))
        expect(packSliceWord(sliceOf(n), n.tag) - packSliceWord(sliceOf(n))).toBe(n.tag)
      }),
    )
  })

  const plain = sliceOf({
    a: 1n << 30n,
    b: 1n << 24n,
    rho: -(1n << 22n),
    m: -(1n << 20n),
    sigma: 1n << 22n,
    ratio: 1n << 27n,
    lifetime: 86_400n,
    mantissa: 2500n * 1000n,
    shift: 50n,
    tag: 0n,
  })
  const fieldsOf = (change: Partial<ReturnType<typeof unpackSlice>>): bigint =>
    packSlice({ ...unpackSlice(plain.svi), ...change })
  // The borders of SliceRanges.sol
  test.each<readonly [string, Partial<SurfaceSlice>]>([
    ['the highest a', { svi: fieldsOf({ a: 16n * SVI_ONE }) }],
    ['the lowest a', { svi: fieldsOf({ a: -16n * SVI_ONE }) }],
    ['no b', { svi: fieldsOf({ b: 0n }) }],
    ['the highest b', { svi: fieldsOf({ b: 2n * SVI_ONE, rho: 0n }) }],
    ['the highest rho', { svi: fieldsOf({ rho: SVI_ONE - 2n ** 16n }) }],
    ['the lowest rho', { svi: fieldsOf({ rho: 2n ** 16n - SVI_ONE }) }],
    ['the highest m', { svi: fieldsOf({ m: 4n * SVI_ONE }) }],
    ['the lowest m', { svi: fieldsOf({ m: -4n * SVI_ONE }) }],
    ['the highest sigma', { svi: fieldsOf({ sigma: 8n * SVI_ONE }) }],
    // 34 steps of 2^-25 are the least that is no less than 1e-6
    ['the lowest sigma', { svi: fieldsOf({ sigma: 34n * 2n ** 15n }) }],
    ['the highest ratio', { forwardRatio: 2n * WAD }],
    ['the lowest ratio', { forwardRatio: WAD / 2n }],
    ['the longest lifetime', { reportedAt: EXPIRY - MOST_LIFETIME }],
    ['the shortest lifetime', { reportedAt: EXPIRY - 1 }],
    ['the highest spot', { spotAtReport: 2n ** 96n - 2n ** 74n }],
    ['the lowest spot', { spotAtReport: 1n }],
  ])('holds %s', (_, change) => {
    const slice = { ...plain, ...change }
    const stored = nearestSlice(slice.svi)
    expect([stored, nearestRatio(slice.forwardRatio), nearestSpot(slice.spotAtReport)]).toEqual([
      slice.svi,
      slice.forwardRatio,
      slice.spotAtReport,
    ])
    expect(unpackSliceWord(packSliceWord(slice, 7n), EXPIRY)).toEqual(slice)
  })

  test('holds whatever was rounded', () => {
    const within = (most: bigint) => fc.bigInt({ min: -most, max: most })
    const svi = fc.record({
      a: within(16n * SVI_ONE),
      b: fc.bigInt({ min: 0n, max: 2n * SVI_ONE }),
      rho: within(SVI_ONE - 2n ** 16n),
      m: within(4n * SVI_ONE),
      sigma: fc.bigInt({ min: SVI_ONE / 1_000_000n, max: 8n * SVI_ONE }),
    })
    const ratio = fc.bigInt({ min: WAD / 2n, max: 2n * WAD })
    const spot = fc.bigInt({ min: 1n, max: 2n ** 96n - 1n })
    fc.assert(
      fc.property(svi, ratio, spot, (fields, forwardRatio, spotAtReport) => {
        const slice = {
          ...plain,
          svi: nearestSlice(packSlice(fields)),
          forwardRatio: nearestRatio(forwardRatio),
          spotAtReport: nearestSpot(spotAtReport),
        }
        expect(unpackSliceWord(packSliceWord(slice), EXPIRY)).toEqual(slice)
      }),
    )
  })

  test('is zero for a slice that was never reported, and zero is one', () => {
    const none = { svi: 0n, forwardRatio: 0n, spotAtReport: 0n, expiry: EXPIRY, reportedAt: 0 }
    expect(packSliceWord(none, 3n)).toBe(0n)
    expect(unpackSliceWord(0n, EXPIRY)).toEqual(none)
  })

  test.each<readonly [string, Partial<SurfaceSlice>, string]>([
    ['an a that is not rounded', { svi: plain.svi + (1n << 192n) }, 'a = '],
    ['an a beyond 39 bits', { svi: fieldsOf({ a: 32n * SVI_ONE }) }, 'a = '],
    ['a b that is not rounded', { svi: plain.svi + (1n << 144n) }, 'b = '],
    ['a negative b', { svi: fieldsOf({ b: -(2n ** 13n) }) }, 'b = '],
    ['a b beyond 29 bits', { svi: fieldsOf({ b: 4n * SVI_ONE }) }, 'b = '],
    ['a rho that is not rounded', { svi: plain.svi + (1n << 96n) }, 'rho = '],
    ['a rho of one', { svi: fieldsOf({ rho: SVI_ONE }) }, 'rho = '],
    ['an m that is not rounded', { svi: plain.svi + (1n << 48n) }, 'm = '],
    ['an m beyond 30 bits', { svi: fieldsOf({ m: 8n * SVI_ONE }) }, 'm = '],
    ['a sigma that is not rounded', { svi: plain.svi + 1n }, 'sigma = '],
    ['a negative sigma', { svi: fieldsOf({ sigma: -(2n ** 15n) }) }, 'sigma = '],
    ['bits above the fields', { svi: plain.svi + (1n << 240n) }, 'svi = '],
    ['a ratio that is not rounded', { forwardRatio: WAD + 1n }, 'forwardRatio = '],
    ['a ratio beyond 29 bits', { forwardRatio: 4n * WAD }, 'forwardRatio = '],
    ['a spot that is not rounded', { spotAtReport: 2n ** 22n + 1n }, 'spotAtReport = '],
    ['a spot beyond its shift', { spotAtReport: 2n ** 149n }, 'spotAtReport = '],
    ['no time to expiry', { reportedAt: EXPIRY }, 'reportedAt = '],
    ['a report after expiry', { reportedAt: EXPIRY + 1 }, 'reportedAt = '],
    ['a lifetime of 2^28', { reportedAt: EXPIRY - MOST_LIFETIME - 1 }, 'reportedAt = '],
  ])('refuses %s', (_, change, says) => {
    expect(() => packSliceWord({ ...plain, ...change })).toThrow(SliceNotStorableError)
    expect(() => packSliceWord({ ...plain, ...change })).toThrow(`Slice ${says}`)
  })

  test('refuses a tag beyond 18 bits', () => {
    expect(() => packSliceWord(plain, 1n << 18n)).toThrow('Slice tag = 262144')
    expect(() => packSliceWord(plain, -1n)).toThrow(SliceNotStorableError)
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
