import { calendarFaults, type SviSlice, sliceFaults, sviTotalVariance, sviVolatility } from '@keel/quant'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ChosenSurface,
  chooseSurface,
  fitSurface,
  impliedLevel,
  KEEPER_POLICY,
  moveLevel,
  type RefusedSurface,
  type SliceInForce,
  SURFACE_POLICY,
  surfaceAt,
  TRAILING_POLICY,
  trailingSlice,
} from '../src/index.ts'
import { chainOf, expiryAt, INDEX, TIME } from './syntheticChain.ts'

const YEAR = 365 * 86_400
const DAYS = [2, 5, 12, 25]
const expiries = [2, 5, 12].map(expiryAt)
const fitted = fitSurface({ ...chainOf(DAYS), index: INDEX })
const { floor, cap } = TRAILING_POLICY

const inForceAt = (reportedAt: number): readonly SliceInForce[] =>
  fitted.slices.map(({ expiry, svi }) => ({ expiry, svi, reportedAt, forwardRatio: 1.002 }))
const steady = () => ({ short: 0.6, long: 0.7 })
const input: chooseSurface.Parameters = {
  time: TIME + 10,
  spot: INDEX,
  expiries,
  fitted,
  feedGoodAt: TIME,
  inForce: inForceAt(TIME - 3_600),
  trailingAt: steady,
}
const atm = ({ expiry, svi }: { expiry: number; svi: SviSlice }, time: number) =>
  sviVolatility(svi, { k: 0, years: (expiry - time) / YEAR })

function expectSound({ slices, reportedAt }: ChosenSurface): void {
  slices.forEach(({ expiry, svi }, i) => {
    expect(expiry).toBeGreaterThan(reportedAt)
    expect(sliceFaults(svi)).toEqual([])
    if (i > 0) expect(calendarFaults({ earlier: slices[i - 1]!.svi, later: svi })).toEqual([])
  })
}

describe('with fresh quotes', () => {
  test('the fitted surface is reported, as of its quotes and at their index', () => {
    const chosen = chooseSurface(input) as ChosenSurface
    expect(chosen).toMatchObject({ source: 'fitted', reportedAt: TIME, spot: INDEX, missing: [] })
    expect(chosen.slices).toEqual(surfaceAt(fitted, { time: TIME, expiries }).slices)
    expectSound(chosen)
  })

  test('expiries it lacks are missing with their reason', () => {
    const chosen = chooseSurface({ ...input, expiries: [...expiries, expiryAt(60)] }) as ChosenSurface
    expect(chosen.slices.map(({ expiry }) => expiry)).toEqual(expiries)
    expect(chosen.missing).toEqual([{ expiry: expiryAt(60), reason: 'too-far' }])
  })

  test('of a chain whose clock is a little behind them, the report is of the chain’s time', () => {
    expect(chooseSurface({ ...input, time: TIME - 5 })).toMatchObject({ source: 'fitted', reportedAt: TIME - 5 })
    expect(chooseSurface({ ...input, time: TIME - SURFACE_POLICY.aheadSecs - 1 })).toMatchObject({
      source: 'none',
      reason: 'feed-ahead',
    })
  })

  describe('a slice in force of an expiry not asked for', () => {
    const flat = (volatility: number, day: number): SliceInForce => ({
      expiry: expiryAt(day),
      reportedAt: TIME - 600,
      forwardRatio: 1,
      svi: { a: (volatility ** 2 * (expiryAt(day) - TIME)) / YEAR, b: 0, rho: 0, m: 0, sigma: 1 },
    })
    const reported = (slice: SliceInForce) => chooseSurface({ ...input, inForce: [slice] }) as ChosenSurface

    test('stays where it crosses nobody', () => {
      expect(reported(flat(0.01, 1)).slices.map(({ expiry }) => expiry)).toEqual(expiries)
      expect(reported(flat(3, 60)).slices.map(({ expiry }) => expiry)).toEqual(expiries)
    })

    test.each([
      ['before', flat(2, 1), 'beyond'],
      ['between', flat(0.1, 8), 'between'],
      ['after', flat(0.1, 60), 'beyond'],
    ] as const)('is reported anew where it crosses, %s those asked for', (_, slice, origin) => {
      const chosen = reported(slice)
      expectSound(chosen)
      expect(chosen.slices).toHaveLength(expiries.length + 1)
      expect(chosen.slices.find(({ expiry }) => expiry === slice.expiry)).toMatchObject({ origin })
    })

    test('does not matter once it has passed', () => {
      expect(reported({ ...flat(5, 1), expiry: TIME }).slices.map(({ expiry }) => expiry)).toEqual(expiries)
    })
  })

  test.each([1.0101, 0.9899, Number.NaN])('an oracle at %d of the venue’s index is no ground to report on', (ratio) => {
    expect(chooseSurface({ ...input, spot: INDEX * ratio })).toMatchObject({ source: 'none', reason: 'spot-gap' })
  })

  test('the gap allowed never makes one report ask for the next', () => {
    expect(SURFACE_POLICY.mostSpotGap * 1e18).toBeLessThanOrEqual(Number(KEEPER_POLICY.reportMove))
  })
})

describe('without fresh quotes', () => {
  const { freshSecs, fallbackAfterSecs, fallbackUntilSecs } = SURFACE_POLICY
  const stale = (secs: number): chooseSurface.Parameters => ({ ...input, time: TIME + secs, inForce: inForceAt(TIME) })

  test('old ones are never reported as if they were new', () => {
    expect(chooseSurface(stale(freshSecs))).toMatchObject({ source: 'fitted', reportedAt: TIME })
    expect(chooseSurface(stale(freshSecs + 1))).toMatchObject({ source: 'none', reason: 'no-quotes' })
  })

  test('nothing is reported while the slices in force still hold', () => {
    expect(chooseSurface(stale(fallbackAfterSecs - 1))).toMatchObject({ source: 'none', reason: 'no-quotes' })
  })

  test('then their level goes on with realised volatility, as of now, with their carry', () => {
    const { time } = stale(fallbackAfterSecs)
    const chosen = chooseSurface(stale(fallbackAfterSecs)) as ChosenSurface
    expect(chosen).toMatchObject({ source: 'trailing', reportedAt: time, spot: INDEX, missing: [] })
    expect(chosen.slices.map(({ expiry }) => expiry)).toEqual(expiries)
    expectSound(chosen)
    for (const slice of chosen.slices) {
      const before = fitted.slices.find(({ expiry }) => expiry === slice.expiry)!
      expect(Math.abs(atm(slice, time) - atm(before, TIME))).toBeLessThan(0.05)
      expect(slice.forwardRatio).toBeCloseTo(1.002 ** ((slice.expiry - time) / (slice.expiry - TIME)), 12)
      expect(slice.origin).toBe('trailing')
    }
  })

  test('volatility that doubled since doubles the level', () => {
    const calm = chooseSurface(stale(fallbackAfterSecs)) as ChosenSurface
    const trailingAt = (time: number) => (time > TIME ? { short: 1.2, long: 1.4 } : { short: 0.6, long: 0.7 })
    const wild = chooseSurface({ ...stale(fallbackAfterSecs), trailingAt }) as ChosenSurface
    expectSound(wild)
    for (const slice of calm.slices) {
      const doubled = wild.slices.find(({ expiry }) => expiry === slice.expiry)!
      expect(atm(doubled, wild.reportedAt) / atm(slice, calm.reportedAt)).toBeCloseTo(2, 6)
    }
    // The slice in force of the fourth expiry, not asked for, would lie below the third now.
    expect(wild.slices.map(({ expiry }) => expiry)).toEqual([...expiries, expiryAt(25)])
  })

  test('until the quotes are too long gone', () => {
    const late = { ...stale(fallbackUntilSecs), inForce: inForceAt(TIME + fallbackUntilSecs - fallbackAfterSecs) }
    expect(chooseSurface(late)).toMatchObject({ source: 'trailing' })
    expect(chooseSurface({ ...late, time: late.time + 1 })).toMatchObject({ source: 'none', reason: 'fallback-over' })
  })

  test.each<[string, Partial<chooseSurface.Parameters>, RefusedSurface['reason']]>([
    ['with nothing ever reported', { inForce: [] }, 'no-level'],
    ['without closes', { trailingAt: undefined }, 'no-level'],
    ['with closes that begin later', { trailingAt: (time) => (time > TIME ? steady() : undefined) }, 'no-level'],
    ['when every expiry has passed', { expiries: [TIME] }, 'no-slices'],
    ['for no expiry', { expiries: [] }, 'no-slices'],
  ])('nothing is reported %s', (_, change, reason) => {
    expect(chooseSurface({ ...stale(fallbackAfterSecs), ...change })).toMatchObject({ source: 'none', reason })
  })

  test('fresh quotes of which nothing could be fitted count as none', () => {
    const empty = fitSurface({ time: TIME + fallbackAfterSecs, quotes: [], index: INDEX })
    expect(chooseSurface({ ...stale(fallbackAfterSecs), fitted: empty })).toMatchObject({ source: 'trailing' })
    expect(chooseSurface({ ...input, fitted: empty, time: TIME + 60, inForce: inForceAt(TIME) })).toMatchObject({
      source: 'none',
      reason: 'no-quotes',
    })
  })

  test('whatever the slices in force and the closes, what is reported passes the checks', () => {
    const positive = fc.double({ min: 0.01, max: 10, noNaN: true })
    const volatilities = fc.record({ short: positive, long: positive })
    const slice = fc.record({ volatility: positive, day: fc.constantFrom(2, 5, 12, 25) })
    fc.assert(
      fc.property(fc.array(slice, { minLength: 1, maxLength: 4 }), volatilities, volatilities, (held, before, now) => {
        const inForce = held.map(({ volatility, day }) => ({
          expiry: expiryAt(day),
          reportedAt: TIME,
          forwardRatio: 1,
          svi: { a: (volatility ** 2 * (expiryAt(day) - TIME)) / YEAR, b: 0, rho: 0, m: 0, sigma: 1 },
        }))
        const trailingAt = (time: number) => (time > TIME ? now : before)
        const chosen = chooseSurface({ ...stale(fallbackAfterSecs), inForce, trailingAt })
        if (chosen.source === 'none') expect(chosen.reason).toBe('no-slices')
        else expectSound(chosen)
      }),
    )
  })
})

describe('impliedLevel', () => {
  const pointsOf = (level: { short: number; long: number }, days: readonly number[]) =>
    days.map((day) => {
      const tauSecs = day * 86_400
      return { tauSecs, variance: sviTotalVariance(trailingSlice(level, { tauSecs }), 0) }
    })
  const volatility = fc.double({ min: floor, max: cap, noNaN: true })

  test('finds the two volatilities a surface was made of', () => {
    fc.assert(
      fc.property(volatility, volatility, (short, long) => {
        const found = impliedLevel(pointsOf({ short, long }, [1, 3, 10, 40, 90]))!
        expect(found.short).toBeCloseTo(short, 5)
        expect(found.long).toBeCloseTo(long, 5)
      }),
    )
  })

  test('makes one of one horizon', () => {
    const { short, long } = impliedLevel([{ tauSecs: YEAR / 10, variance: 0.064 }])!
    expect(short).toBeCloseTo(0.8, 9)
    expect(long).toBeCloseTo(0.8, 9)
  })

  test('has none of nothing usable', () => {
    expect(impliedLevel([])).toBeUndefined()
    expect(impliedLevel([{ tauSecs: -1, variance: 1 }])).toBeUndefined()
    expect(impliedLevel([{ tauSecs: 1, variance: Number.NaN }])).toBeUndefined()
  })

  test('moved stays between floor and cap', () => {
    const level = { short: 0.5, long: 0.5 }
    expect(moveLevel(level, { before: { short: 1, long: 1 }, now: { short: 1.1, long: 0.9 } })).toEqual({
      short: 0.55,
      long: 0.45,
    })
    expect(moveLevel(level, { before: { short: 0.01, long: 10 }, now: { short: 10, long: 0.01 } })).toEqual({
      short: cap,
      long: floor,
    })
  })
})
