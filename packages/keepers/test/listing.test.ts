import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KEEPER_POLICY, strikesAround, wantedExpiries } from '../src/index.ts'

const WAD = 10n ** 18n
const HOUR = 3_600
const DAY = 24 * HOUR

const time = fc.integer({ min: Date.UTC(2020, 0) / 1000, max: Date.UTC(2060, 0) / 1000 })
const policy = fc
  .record({
    dailyBoards: fc.integer({ min: 0, max: 5 }),
    weeklyBoards: fc.integer({ min: 0, max: 5 }),
    shortestListing: fc.integer({ min: 0, max: 5 * DAY }),
  })
  .map((change) => ({ ...KEEPER_POLICY, ...change }))

describe('wantedExpiries', () => {
  test('on a Wednesday noon: Friday and Saturday, and the two Fridays after', () => {
    const at = (day: number) => Date.UTC(2024, 0, day, 8) / 1000
    // Thursday 08:00 is nearer than the thirty hours a board is listed for at least
    expect(wantedExpiries(Date.UTC(2024, 0, 10, 12) / 1000, KEEPER_POLICY)).toEqual([at(12), at(13), at(19), at(26)])
  })

  test('are at 08:00 UTC, ascending, distinct, as many as asked for and none too near', () => {
    fc.assert(
      fc.property(time, policy, (now, wish) => {
        const expiries = wantedExpiries(now, wish)
        expect(expiries).toHaveLength(wish.dailyBoards + wish.weeklyBoards)
        for (const [i, expiry] of expiries.entries()) {
          expect(new Date(expiry * 1000).toISOString()).toMatch(/T08:00:00\.000Z$/)
          expect(expiry).toBeGreaterThan(now)
          expect(expiry - now).toBeGreaterThanOrEqual(wish.shortestListing)
          if (i > 0) expect(expiry).toBeGreaterThan(expiries[i - 1]!)
        }
      }),
    )
  })

  test('are the next days, then Fridays in a row', () => {
    fc.assert(
      fc.property(time, policy, (now, wish) => {
        const expiries = wantedExpiries(now, wish)
        const days = expiries.slice(0, wish.dailyBoards)
        const weeks = expiries.slice(wish.dailyBoards)
        if (days[0] !== undefined) expect(days[0] - now).toBeLessThanOrEqual(wish.shortestListing + DAY)
        for (let i = 1; i < days.length; i++) expect(days[i]! - days[i - 1]!).toBe(DAY)
        for (const friday of weeks) expect(new Date(friday * 1000).getUTCDay()).toBe(5)
        for (let i = 1; i < weeks.length; i++) expect(weeks[i]! - weeks[i - 1]!).toBe(7 * DAY)
      }),
    )
  })

  test('stay the same until one of them comes too near', () => {
    fc.assert(
      fc.property(time, policy, (now, wish) => {
        const expiries = wantedExpiries(now, { ...wish, dailyBoards: wish.dailyBoards + 1 })
        const still = expiries[0]! - wish.shortestListing
        if (still > now && wish.shortestListing > 0)
          expect(wantedExpiries(still, { ...wish, dailyBoards: wish.dailyBoards + 1 })).toEqual(expiries)
      }),
    )
  })
})

describe('strikesAround', () => {
  const spot = fc.bigInt({ min: 10n ** 16n, max: 10n ** 24n })
  const deviation = fc.bigInt({ min: 10n ** 14n, max: 2n * WAD })

  test('at 2,500 with a deviation of 8 %: steps of half of it, rounded down to 100', () => {
    const strikes = strikesAround(2_512n * WAD, { deviation: (8n * WAD) / 100n, policy: KEEPER_POLICY })
    expect(strikes.map((strike) => strike / WAD)).toEqual([
      2100n,
      2200n,
      2300n,
      2400n,
      2500n,
      2600n,
      2700n,
      2800n,
      2900n,
    ])
  })

  test('are positive, ascending, evenly spaced and on a grid of 1, 2 or 5 times a power of ten', () => {
    fc.assert(
      fc.property(spot, deviation, (price, width) => {
        const strikes = strikesAround(price, { deviation: width, policy: KEEPER_POLICY })
        expect(strikes.length).toBeGreaterThan(0)
        expect(strikes.length).toBeLessThanOrEqual(2 * KEEPER_POLICY.strikesEachSide + 1)
        expect(strikes[0]).toBeGreaterThan(0n)
        const steps = strikes.slice(1).map((strike, i) => strike - strikes[i]!)
        const [step] = steps
        expect(new Set(steps).size).toBe(1)
        expect(step!.toString()).toMatch(/^[125]0{16,}$/)
        for (const strike of strikes) expect(strike % step!).toBe(0n)
      }),
    )
  })

  test('lie around the money, no further apart than asked', () => {
    fc.assert(
      fc.property(spot, deviation, (price, width) => {
        const strikes = strikesAround(price, { deviation: width, policy: KEEPER_POLICY })
        const step = strikes[1]! - strikes[0]!
        const cent = 10n ** 16n
        const asked = (price * width) / (2n * WAD)
        expect(step).toBeLessThanOrEqual(asked > cent ? asked : cent)
        expect(strikes.some((strike) => 2n * (strike > price ? strike - price : price - strike) <= step)).toBe(true)
      }),
    )
  })
})
