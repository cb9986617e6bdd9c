import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as quant from '../src/index.ts'

/** Doubles of every kind, ordinary ones as often as corners. */
const anything = fc.oneof(
  fc.double(),
  fc.double({ min: 1e-3, max: 10, noNaN: true }),
  fc.double({ min: -10, max: 1e5, noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, 5e-324, 1e-310, 1e-200, 1e-150, 1e150, 1e200, 1.7e308, NaN, Infinity, -Infinity),
)
const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
const kinds = fc.constantFrom('call', 'put')

/** The whole domain that black76 states. */
const price = fc.oneof(between(1e-150, 1e150), between(0.01, 1e5), fc.constantFrom(1e-150, 1e150, 100))
const tiny = fc.constantFrom(0, 5e-324, 1e-300, 1e-160)
const years = fc.oneof(between(-10, 1e6), between(0, 3), tiny)
const volatility = fc.oneof(between(0, Number.MAX_VALUE), between(0, 3), tiny)
const ratioHolds = (forward: number, strike: number): boolean => forward / strike > 1e-300 && forward / strike < 1e300

describe('Black-76 over its whole domain', () => {
  test('gives numbers within their bounds and of their signs', () => {
    fc.assert(
      fc.property(kinds, price, price, years, volatility, between(0, 2), (kind, forward, strike, t, v, discount) => {
        fc.pre(ratioHolds(forward, strike))
        const greeks = quant.black76({ kind, forward, strike, years: t, volatility: v, discount })
        expect(Object.values(greeks).some(Number.isNaN)).toBe(false)
        const [cap, sign] = kind === 'call' ? [forward, 1] : [strike, -1]
        expect(greeks.price).toBeGreaterThanOrEqual(discount * Math.max(0, sign * (forward - strike)))
        expect(greeks.price).toBeLessThanOrEqual(discount * cap * (1 + 1e-15))
        expect(sign * greeks.forwardDelta).toBeGreaterThanOrEqual(0)
        expect(sign * greeks.forwardDelta).toBeLessThanOrEqual(discount)
        expect(Math.min(greeks.forwardGamma, greeks.vegaPerUnitVol, -greeks.thetaPerYear)).toBeGreaterThanOrEqual(-0)
      }),
      { numRuns: 3000 },
    )
  })

  test('does not fall as volatility or time rises', () => {
    fc.assert(
      fc.property(kinds, price, price, years, volatility, between(1, 3), (kind, forward, strike, t, v, factor) => {
        fc.pre(ratioHolds(forward, strike) && v < 1e300)
        const at = (change: object): number =>
          quant.black76Price({ kind, forward, strike, years: t, volatility: v, ...change })
        const rounding = 2e-15 * Math.max(forward, strike)
        expect(at({ volatility: v * factor })).toBeGreaterThanOrEqual(at({}) - rounding)
        expect(at({ years: Math.max(0, t) * factor })).toBeGreaterThanOrEqual(at({}) - rounding)
      }),
      { numRuns: 2000 },
    )
  })

  test('falls with strike for a call and rises for a put, by at most the strike’s own change, convexly', () => {
    const strikes = fc.tuple(between(0.1, 1e4), between(0.1, 1e4)).filter(([a, b]) => a < b)
    fc.assert(
      fc.property(kinds, between(0.1, 1e4), strikes, years, volatility, (kind, forward, [low, high], t, v) => {
        const at = (strike: number): number => quant.black76Price({ kind, forward, strike, years: t, volatility: v })
        const change = (at(low) - at(high)) * (kind === 'call' ? 1 : -1)
        const rounding = 4e-15 * Math.max(forward, high)
        expect(change).toBeGreaterThanOrEqual(-rounding)
        expect(change).toBeLessThanOrEqual(high - low + rounding)
        expect(at((low + high) / 2)).toBeLessThanOrEqual((at(low) + at(high)) / 2 + rounding)
      }),
      { numRuns: 2000 },
    )
  })

  test('outside it is NaN in all six figures or in none', () => {
    fc.assert(
      fc.property(kinds, anything, anything, anything, anything, (kind, forward, strike, t, v) => {
        const figures = Object.values(quant.black76({ kind, forward, strike, years: t, volatility: v }))
        expect([0, 6]).toContain(figures.filter(Number.isNaN).length)
        const inside =
          forward > 0 && strike > 0 && v >= 0 && [forward, strike, t, v].every((x) => Math.abs(x) < Infinity)
        if (!inside) expect(figures.every(Number.isNaN)).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  test('a kind that is none is not taken for a put', () => {
    const option = { kind: 'CALL' as 'call', forward: 100, strike: 100, years: 1, volatility: 0.5 }
    expect(Object.values(quant.black76(option))).toEqual(Array(6).fill(Number.NaN))
    expect(quant.impliedVolatility({ ...option, price: 10 })).toBeNaN()
    const batches = [quant.createBlackBatch(1), quant.createImpliedBatch(1)] as const
    for (const sign of [0, 2, Number.NaN]) {
      for (const { columns } of batches)
        for (const [name, column] of Object.entries(columns)) column[0] = name === 'sign' ? sign : 1
      for (const { run } of batches) run(1)
      expect([batches[0].results.price[0], batches[1].volatility[0]]).toEqual([Number.NaN, Number.NaN])
    }
  })
})

describe('implied volatility', () => {
  test('gives back the price over the whole domain', () => {
    fc.assert(
      fc.property(
        kinds,
        price,
        price,
        between(1e-6, 100),
        between(1e-12, 1 - 1e-12),
        (kind, forward, strike, t, share) => {
          fc.pre(ratioHolds(forward, strike))
          const floor = Math.max(0, (kind === 'call' ? 1 : -1) * (forward - strike))
          const cap = kind === 'call' ? forward : strike
          const value = floor + share * (cap - floor)
          fc.pre(value > floor && value < cap)
          const found = quant.impliedVolatility({ kind, forward, strike, years: t, price: value })
          const back = quant.black76Price({ kind, forward, strike, years: t, volatility: found })
          expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-14 * Math.max(forward, strike))
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('rises with the price', () => {
    fc.assert(
      fc.property(kinds, between(10, 1000), between(0.01, 0.98), between(1e-3, 1e-2), (kind, strike, share, more) => {
        const floor = Math.max(0, (kind === 'call' ? 1 : -1) * (100 - strike))
        const cap = kind === 'call' ? 100 : strike
        const at = (part: number): number =>
          quant.impliedVolatility({ kind, forward: 100, strike, years: 0.3, price: floor + part * (cap - floor) })
        expect(at(share + more)).toBeGreaterThan(at(share))
      }),
    )
  })

  test('is NaN, zero or positive, whatever is asked', () => {
    fc.assert(
      fc.property(kinds, fc.array(anything, { minLength: 8, maxLength: 8 }), (kind, values) => {
        const [forward, strike, t, value, discount, x, beta, room] = values as unknown as Eight
        const whole = quant.impliedVolatility({ kind, forward, strike, years: t, price: value, discount })
        for (const found of [whole, quant.impliedDeviation({ x, beta, room })])
          expect(Number.isNaN(found) || found >= 0).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })
})

type Eight = [number, number, number, number, number, number, number, number]

/** Runs something that may refuse, with an error of this library and no other; `undefined` when it did. */
function orRefusal<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    expect(error).toBeInstanceOf(quant.QuantError)
    expect((error as Error).message).toMatch(/\. .+\.$|: .+\. .+\.$/)
    return undefined
  }
}

describe('histories', () => {
  const rows = fc.array(fc.tuple(anything, anything, anything, anything, anything), { maxLength: 12 })
  const asBars = (values: readonly (readonly number[])[], shape: 'raw' | 'ordered') => {
    if (shape === 'raw') {
      const [ts, open, high, low, close] = [0, 1, 2, 3, 4].map((j) => values.map((row) => row[j]!))
      return { ts, open, high, low, close } as unknown as quant.Bars
    }
    const sizes = values.map((row) => row.slice(1).map(Math.abs))
    return {
      ts: values.map((_, i) => i * 3600),
      open: sizes.map((row) => row[0]!),
      high: sizes.map((row) => Math.max(...row)),
      low: sizes.map((row) => Math.min(...row)),
      close: sizes.map((row) => row[3]!),
    }
  }
  const shape = fc.constantFrom('raw', 'ordered')

  const { closeToCloseVolatility, parkinsonVolatility, garmanKlassVolatility, yangZhangVolatility } = quant
  test.each([closeToCloseVolatility, parkinsonVolatility, garmanKlassVolatility, yangZhangVolatility])(
    '%o is a volatility or refuses',
    (estimate) => {
      fc.assert(
        fc.property(rows, shape, fc.option(anything, { nil: undefined }), (values, how, maxGapSecs) => {
          const spacing = maxGapSecs === undefined ? {} : { maxGapSecs }
          const found = orRefusal(() => estimate(asBars(values, how), spacing))
          expect(found === undefined || (found >= 0 && found < Infinity)).toBe(true)
        }),
        { numRuns: 1000 },
      )
    },
  )

  test('times closer than a microsecond are refused: a rate per year would overflow', () => {
    const closes = { ts: [0, 5e-324], close: [1, 2] }
    expect(() => quant.closeToCloseVolatility(closes)).toThrow(/microsecond/)
    expect(() => quant.ewmaVolatility(closes, { halfLifeSecs: 1 })).toThrow(quant.BadBarError)
    expect(quant.closeToCloseVolatility({ ts: [0, 1e-6], close: [1, 2] })).toBeGreaterThan(1e6)
  })

  test('averages, variances and regressions are numbers or refuse', () => {
    fc.assert(
      fc.property(rows, shape, anything, anything, (values, how, span, window) => {
        const bars = asBars(values, how)
        const average = orRefusal(() => quant.ewmaVolatility(bars, { halfLifeSecs: span }))
        expect(average?.subarray(1).some(Number.isNaN) ?? false).toBe(false)
        const { variance = [] } = orRefusal(() => quant.realisedVariances(bars, { periodSecs: span })) ?? {}
        expect(Array.from(variance).some((v) => v < 0)).toBe(false)
        const series = values.flat()
        orRefusal(() => quant.forecastHar(quant.fitHar(series, { windows: [1, window], horizon: 2 }), series))
        orRefusal(() => quant.fitHar(series, { windows: [1, 2], horizon: window }))
        quant.randomWalkForecast(series, { horizon: window })
      }),
      { numRuns: 1000 },
    )
  })

  test('Diebold–Mariano gives a probability or refuses', () => {
    const losses = fc.array(between(0, 10), { minLength: 5, maxLength: 40 })
    fc.assert(
      fc.property(losses, fc.oneof(fc.integer({ min: 1, max: 60 }), anything), (first, horizon) => {
        const second = first.map((loss, i) => loss + (i % 2))
        const found = orRefusal(() => quant.dieboldMariano({ first, second }, { horizon }))
        if (found !== undefined) expect(found.pValue >= 0 && found.pValue <= 1).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('simulations', () => {
  test('a path is positive and finite or refused', () => {
    const seed = fc.oneof(fc.maxSafeInteger(), anything)
    fc.assert(
      fc.property(fc.array(anything, { minLength: 7, maxLength: 7 }), seed, fc.boolean(), (values, seedValue, some) => {
        const [start, dtSecs, drift, v, jumpsPerYear, jumpMean, jumpStd] = values as unknown as Eight
        const jumps = some ? { jumpsPerYear, jumpMean, jumpStd } : {}
        const found = orRefusal(() =>
          quant.jumpDiffusionPath({ seed: seedValue, start, steps: 20, dtSecs, drift, volatility: v, ...jumps }),
        )
        expect(found?.every((x) => x > 0 && x < Infinity) ?? true).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  test('a hedge is simulated or refused', () => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 8, maxLength: 8 }), (values) => {
        const [forward, strike, t, steps, paths, pathVolatility, hedgeVolatility, band] = values as unknown as Eight
        fc.pre(!(paths > 1000 || steps > 1000))
        const market = { kind: 'put', forward, strike, years: t, pathVolatility, hedgeVolatility } as const
        const found = orRefusal(() => quant.simulateDeltaHedge({ ...market, steps, paths, seed: 1, band }))
        expect(found?.profit.some(Number.isNaN) ?? false).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })

  test('a batch refuses sizes it cannot have, on either engine', () => {
    for (const create of [quant.createBlackBatch, quant.createImpliedBatch]) {
      for (const capacity of [0, -1, 1.5, NaN, Infinity, 1e12])
        expect(() => create(capacity)).toThrow(quant.BadBatchError)
      const { run } = create(7)
      for (const rows of [8, -1, 0.5, NaN])
        expect(() => run(rows)).toThrow(/number of rows of a batch is .* from 0 to 7/)
      run(0)
      run(7)
    }
  })
})

describe('fits', () => {
  const observations = fc.array(fc.tuple(anything, anything, anything, fc.constantFrom(-1, 0, 1)), { maxLength: 12 })
  const asPoints = (rows: readonly (readonly number[])[]): quant.SmilePoints => {
    const [k, w, weight, side] = [0, 1, 2, 3].map((j) => rows.map((row) => row[j]!)) as unknown as number[][]
    const column = (values?: number[]): Float64Array => Float64Array.from(values ?? [])
    return { k: column(k), w: column(w), weight: column(weight), side: Int8Array.from(side ?? []) }
  }

  test('of smiles never throw, and hide no fault', () => {
    fc.assert(
      fc.property(observations, anything, anything, anything, (rows, forward, t, beta) => {
        const points = asPoints(rows)
        const { slice, faults } = quant.fitSvi(points)
        if (faults.length === 0) expect(quant.sliceFaults(slice)).toEqual([])
        quant.fitEssvi([points, points])
        quant.fitSabr({ strike: points.k, volatility: points.w, weight: points.weight }, { forward, years: t, beta })
      }),
      { numRuns: 300 },
    )
  })

  test('of a chain account for every row', () => {
    const quote = fc.record({
      expiry: fc.oneof(fc.constantFrom(86_400, 864_000, 8_640_000), anything),
      strike: fc.oneof(
        fc.integer({ min: 1, max: 60 }).map((i) => i * 100),
        anything,
      ),
      kind: fc.constantFrom('call', 'put', 'PUT' as 'put'),
      bid: fc.oneof(between(0, 1), anything),
      ask: fc.oneof(between(0, 1), anything),
      future: fc.oneof(fc.constantFrom(2000, 2100, 1e-300, 1e300), anything),
    })
    fc.assert(
      fc.property(fc.array(quote, { maxLength: 200 }), fc.oneof(fc.constant(0), anything), (quotes, time) => {
        const { used, rejections, expiries } = quant.fitChain({ time, quotes })
        expect(used + Object.values(rejections).reduce((a, b) => a + b, 0)).toBe(quotes.length)
        expiries.forEach(({ slice }, i) => {
          expect(quant.sliceFaults(slice)).toEqual([])
          if (i > 0) expect(quant.calendarFaults({ earlier: expiries[i - 1]!.slice, later: slice })).toEqual([])
        })
      }),
      { numRuns: 300 },
    )
  })
})

describe('the rest', () => {
  test('elementary functions follow the engine’s within rounding, corners included', () => {
    fc.assert(
      fc.property(anything, (x) => {
        const near = (own: number, other: number): void => {
          expect(Object.is(own, other) || Math.abs(own - other) <= 4e-16 * Math.abs(other) + 5e-324).toBe(true)
        }
        near(quant.exp(x), Math.exp(x))
        near(quant.log(x), Math.log(x))
        const share = quant.normalCdf(x)
        expect(Number.isNaN(x) ? Number.isNaN(share) : share >= 0 && share <= 1).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  test('SABR, bands, engines and names answer everything, and sensible questions with numbers', () => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 8, maxLength: 8 }), fc.string(), (values, text) => {
        const [a, b, c, d, e, f, g] = values as unknown as Eight
        quant.sabrVolatility({ alpha: a, beta: b, rho: c, nu: d }, { forward: e, strike: f, years: g })
        quant.whalleyWilmottBand({ spot: a, gamma: b, costRate: c, riskAversion: d })
        quant.zakamoulineBand({ spot: a, gamma: b, costRate: c, riskAversion: d }, { volatility: e, years: f })
        quant.sviEngine({ a, b, rho: c, m: d, sigma: e }).price({ kind: 'put', strike: f, years: g }, { forward: 1 })
        quant.surfaceTotalVariance([{ years: a, slice: { a: b, b: c, rho: d, m: e, sigma: f } }], { k: g, years: 1 })
        expect(quant.parseDeribitName(text)?.strike).not.toBeNaN()
      }),
      { numRuns: 2000 },
    )
    const sensible = fc.tuple(between(1e-3, 5), between(0, 1), between(-0.999, 0.999), between(0, 5), between(-5, 5))
    fc.assert(
      fc.property(sensible, between(0.01, 1e5), between(0, 5), ([alpha, beta, rho, nu, k], forward, t) => {
        const found = quant.sabrVolatility(
          { alpha, beta, rho, nu },
          { forward, strike: forward * Math.exp(k), years: t },
        )
        expect(Number.isFinite(found)).toBe(true)
      }),
      { numRuns: 2000 },
    )
    const cost = fc.tuple(between(1, 1e6), between(-1, 1), between(0, 0.1), between(1e-6, 10))
    fc.assert(
      fc.property(cost, between(0.01, 5), between(1e-4, 5), ([spot, gamma, costRate, riskAversion], v, t) => {
        const inputs = { spot, gamma, costRate, riskAversion }
        for (const band of [
          quant.whalleyWilmottBand(inputs),
          quant.zakamoulineBand(inputs, { volatility: v, years: t }),
        ]) {
          expect(band.halfWidth).toBeGreaterThanOrEqual(0)
          expect(Number.isFinite(band.varianceAdjustment)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
    for (const bad of [{ rho: 1 }, { alpha: 0 }, { beta: 2 }, { nu: -1 }, { alpha: NaN }]) {
      const smile = { alpha: 0.5, beta: 1, rho: 0, nu: 1, ...bad }
      expect(quant.sabrVolatility(smile, { forward: 100, strike: 110, years: 1 })).toBeNaN()
    }
  })
})
