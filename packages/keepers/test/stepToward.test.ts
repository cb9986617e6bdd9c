import { calendarFaults, type SviSlice, sliceFaults, sviVolatility } from '@keel/quant'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HeldSlice, roundSlice, stepToward, trailingSlice } from '../src/index.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
const YEAR = 365 * DAY
const TIME = 1_770_000_000
const LIMIT = 0.25
const EXPIRIES = [1, 2, 5, 12].map((day) => Math.floor(TIME / DAY) * DAY + day * DAY + 8 * HOUR)

type Timed = { readonly expiry: number; readonly svi: SviSlice }
type Level = { readonly short: number; readonly long: number }

const surface = (level: Level, { time = TIME, rho = -0.2 } = {}): readonly Timed[] =>
  EXPIRIES.map((expiry) => {
    const shape = { meanReversion: 12, rho, eta: 1 }
    return { expiry, svi: roundSlice(trailingSlice(level, { tauSecs: expiry - time, shape })) }
  })

const volatility = ({ expiry, svi }: Timed, time = TIME): number =>
  sviVolatility(svi, { k: 0, years: (expiry - time) / YEAR })

/** What was reported so long ago is in force, and is what a step is measured from. */
function holding(slices: readonly Timed[], time: number): ReadonlyMap<number, HeldSlice> {
  return new Map(
    slices.map((slice) => [slice.expiry, { svi: slice.svi, reportedAt: time, reference: volatility(slice, time) }]),
  )
}

function expectSound(slices: readonly Timed[], time = TIME): void {
  slices.forEach(({ expiry, svi }, i) => {
    expect(sliceFaults(svi, { years: (expiry - time) / YEAR })).toEqual([])
    if (i > 0) expect(calendarFaults({ earlier: slices[i - 1]!.svi, later: svi })).toEqual([])
  })
}

describe('a step towards a surface', () => {
  test('within the limit is the surface itself', () => {
    const target = surface({ short: 0.8, long: 0.7 })
    const held = holding(surface({ short: 0.6, long: 0.6 }, { time: TIME - HOUR }), TIME - HOUR)
    expect(stepToward({ time: TIME, target, held, maxStep: LIMIT })).toEqual({ slices: target, share: 1, waiting: [] })
  })

  test('has no limit where nothing is in force', () => {
    const target = surface({ short: 3, long: 2 })
    expect(stepToward({ time: TIME, target, held: new Map(), maxStep: LIMIT }).slices).toEqual(target)
  })

  test.each([
    ['up', { short: 0.6, long: 0.5 }, { short: 1.6, long: 0.7 }],
    ['down', { short: 1.9, long: 0.9 }, { short: 0.7, long: 0.6 }],
  ] as const)('%s too far goes as far as it may, and arrives in the end', (_, from, to) => {
    let now = TIME - 6 * HOUR
    let inForce = surface(from, { time: now })
    const distances: number[] = []
    for (let report = 0; report < 6; report++) {
      const held = holding(inForce, now)
      now += HOUR
      const target = surface(to, { time: now, rho: -0.4 })
      const { slices, share, waiting } = stepToward({ time: now, target, held, maxStep: LIMIT })
      expect(waiting).toEqual([])
      expectSound(slices, now)
      for (const slice of slices)
        expect(Math.abs(volatility(slice, now) - held.get(slice.expiry)!.reference!)).toBeLessThanOrEqual(LIMIT)
      distances.push(
        Math.max(...slices.map((slice, i) => Math.abs(volatility(slice, now) - volatility(target[i]!, now)))),
      )
      if (share < 1)
        expect(
          Math.max(...slices.map((each) => Math.abs(volatility(each, now) - held.get(each.expiry)!.reference!))),
        ).toBeGreaterThan(LIMIT - 0.006)
      inForce = slices
    }
    expect(distances[0]).toBeGreaterThan(0.2)
    expect(distances.at(-1)).toBe(0)
  })

  test('lets an expiry wait that is new and would cross what the others can be given', () => {
    const [first, second, third, fourth] = surface({ short: 0.6, long: 0.6 }, { time: TIME - HOUR })
    const held = holding([first!, second!, fourth!], TIME - HOUR)
    // The new expiry's target lies above where the one after it may go yet.
    const target = surface({ short: 2.4, long: 2.4 })
    const { slices, share, waiting } = stepToward({ time: TIME, target, held, maxStep: LIMIT })
    expect(share).toBeLessThan(0.3)
    expect(waiting).toEqual([third!.expiry])
    expect(slices.map(({ expiry }) => expiry)).toEqual([first, second, fourth].map((each) => each!.expiry))
    expectSound(slices)
  })

  test('between any two surfaces keeps the limit and the checks', () => {
    const level = fc.record({
      short: fc.double({ min: 0.3, max: 2.5, noNaN: true }),
      long: fc.double({ min: 0.3, max: 1.5, noNaN: true }),
    })
    const lean = fc.double({ min: -0.6, max: 0.3, noNaN: true })
    fc.assert(
      fc.property(level, level, lean, lean, (from, to, before, after) => {
        const held = holding(surface(from, { time: TIME - HOUR, rho: before }), TIME - HOUR)
        const target = surface(to, { rho: after })
        const { slices } = stepToward({ time: TIME, target, held, maxStep: LIMIT })
        expect(slices.map(({ expiry }) => expiry)).toEqual(EXPIRIES)
        expectSound(slices)
        for (const slice of slices)
          expect(Math.abs(volatility(slice) - held.get(slice.expiry)!.reference!)).toBeLessThanOrEqual(LIMIT)
      }),
      { numRuns: 150 },
    )
  })
})
