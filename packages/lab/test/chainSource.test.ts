import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trailingSlice } from '@keel/keepers'
import { calendarFaults, sliceFaults, sviVolatility } from '@keel/quant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MarkedSnapshot } from '../src/index.ts'
import { readChainHistory } from '../src/index.ts'
import type { ChainSource } from '../src/world/chainSource.ts'
import { chainSource } from '../src/world/chainSource.ts'
import type { ReportedSlice } from '../src/world/surfaceSource.ts'
import { pushVolatility, referenceOf, type VolTrail } from '../src/world/volTrail.ts'
import { expiryAfter, trueForward, trueSlice, writeDrawnChain } from './drawnChain.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
const YEAR = 365 * DAY
const FROM = Date.UTC(2024, 0, 8) / 1000
const INDEX = 2_500
const TRAILING = { short: 0.9, long: 0.8 }
const MAX_STEP = 0.25
/** At-the-money volatility of the slice a level is quoted from, over the level: √(0.68 + 0.36·(√(0.08² + 0.85²) + 0.25·0.08)). */
const OF_LEVEL = Math.sqrt(0.68 + 0.36 * (Math.hypot(0.08, 0.85) + 0.25 * 0.08))

const folder = mkdtempSync(join(tmpdir(), 'keel-source-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function drawn(levelAt: (time: number) => number, { every = 6 * HOUR, days = [1, 2, 4, 9, 16] } = {}) {
  const file = join(folder, 'chain.csv')
  writeDrawnChain(file, { from: FROM, to: FROM + 2 * DAY, every, index: INDEX, levelAt, days })
  return readChainHistory(file).snapshots
}

const sourceOf = (snapshots: readonly MarkedSnapshot[], maxAgeSecs = 8 * HOUR): ChainSource =>
  chainSource({ snapshots, maxAgeSecs, maxStep: MAX_STEP, volatilityAt: () => TRAILING })

const volatilityOf = ({ expiry, svi }: ReportedSlice, time: number) =>
  sviVolatility(svi, { k: 0, years: (expiry - time) / YEAR })

let quiet: readonly MarkedSnapshot[]
beforeAll(() => {
  quiet = drawn(() => 0.6)
})

describe('the surface of a recorded chain', () => {
  const expiries = [2, 4, 9].map((day) => expiryAfter(FROM, day))

  test('is that of the quotes, carried to the time and spot of the report', () => {
    const time = FROM + 5 * HOUR
    const slices = sourceOf(quiet).slicesAt(time, expiries)
    expect(slices.map(({ expiry }) => expiry)).toEqual(expiries)
    for (const slice of slices) {
      const years = (slice.expiry - time) / YEAR
      expect(volatilityOf(slice, time)).toBeCloseTo(0.6 * OF_LEVEL, 2)
      const truth = sviVolatility(trueSlice(years, 0.6), { k: -0.05, years })
      expect(Math.abs(sviVolatility(slice.svi, { k: -0.05, years }) - truth)).toBeLessThan(0.012)
      expect(slice.forwardRatio).toBeCloseTo(trueForward(INDEX, years) / INDEX, 3)
    }
  })

  test('interpolates an expiry between those quoted, in total variance', () => {
    const time = FROM + HOUR
    const between = expiryAfter(FROM, 6)
    const source = sourceOf(quiet)
    const slices = source.slicesAt(time, [...expiries, between])
    expect(slices.map(({ expiry }) => expiry)).toEqual([...expiries, between].sort((a, b) => a - b))
    const slice = slices.find(({ expiry }) => expiry === between)!
    expect(volatilityOf(slice, time)).toBeCloseTo(0.6 * OF_LEVEL, 2)
    expect(source.use()).toMatchObject({
      reports: { chain: 1, mixed: 0, trailing: 0 },
      slices: { fitted: 3, between: 1, beyond: 0, trailing: 0 },
    })
  })

  test('knows nothing of what comes later', () => {
    const jump = drawn((time) => (time > FROM + 13 * HOUR ? 1.4 : 0.6))
    const [whole, blind] = [jump, jump.filter(({ time }) => time <= FROM + 12 * HOUR)].map((each) =>
      sourceOf(each, 30 * HOUR),
    )
    for (let time = FROM; time < FROM + 18 * HOUR; time += HOUR) {
      expect(whole!.slicesAt(time, expiries)).toEqual(blind!.slicesAt(time, expiries))
      expect(whole!.varianceTo(time, expiries[1]!)).toBe(blind!.varianceTo(time, expiries[1]!))
    }
    const seen = (source: ChainSource) =>
      volatilityOf(source.slicesAt(FROM + 18 * HOUR, expiries)[0]!, FROM + 18 * HOUR)
    expect(seen(whole!)).toBeGreaterThan(seen(blind!) + 0.2)
  })

  test('gives way to trailing volatility before the first snapshot and when the newest is too old', () => {
    const source = sourceOf(quiet, 8 * HOUR)
    const last = quiet.at(-1)!.time
    const later = [4, 9].map((day) => expiryAfter(FROM, day))
    for (const [time, isTrailing] of [
      [FROM - HOUR, true],
      [FROM, false],
      [last + 8 * HOUR, false],
      [last + 8 * HOUR + 1, true],
    ] as const) {
      const [slice] = source.slicesAt(time, later)
      const trailing = trailingSlice(TRAILING, { tauSecs: later[0]! - time })
      expect(JSON.stringify(slice!.svi) === JSON.stringify(trailing)).toBe(isTrailing)
      expect(Number.isNaN(source.ageAt(time))).toBe(isTrailing)
    }
    expect(source.use()).toMatchObject({
      reports: { chain: 2, mixed: 0, trailing: 2 },
      trailingReasons: { 'before the first snapshot': 1, 'snapshot too old': 1 },
    })
  })

  test('lets trailing volatility stand in for one expiry, or for all where the two would cross', () => {
    // Nothing is quoted beyond 16 days, and the chain's ends are not carried further.
    const far = expiryAfter(FROM, 30)
    const mixed = sourceOf(quiet)
    mixed.slicesAt(FROM, [...expiries, far])
    expect(mixed.use()).toMatchObject({ reports: { mixed: 1 }, slices: { fitted: 3, trailing: 1 } })

    const dear = drawn(() => 2.5)
    const crossing = sourceOf(dear)
    const slices = crossing.slicesAt(FROM, [...expiries, far])
    expect(crossing.use()).toMatchObject({ reports: { trailing: 1 }, trailingReasons: { 'would cross': 1 } })
    slices.forEach(({ svi }, i) => {
      expect(sliceFaults(svi)).toEqual([])
      if (i > 0) expect(calendarFaults({ earlier: slices[i - 1]!.svi, later: svi })).toEqual([])
    })
  })

  test('goes no further at once than the contract lets it from what it took', () => {
    const source = sourceOf(drawn((time) => (time >= FROM + 6 * HOUR ? 1.4 : 0.6)))
    const levels: number[] = []
    for (let time = FROM + 5 * HOUR; time < FROM + 11 * HOUR; time += HOUR) {
      const slices = source.slicesAt(time, expiries)
      levels.push(volatilityOf(slices[0]!, time))
      for (const slice of slices) source.inForce?.({ ...slice, reportedAt: time })
    }
    const steps = levels.map((level, i) => level - (levels[i - 1] ?? level))
    expect(Math.max(...steps)).toBeLessThanOrEqual(MAX_STEP)
    expect(steps[1]).toBeGreaterThan(MAX_STEP - 0.005)
    expect(levels.at(-1)).toBeCloseTo(1.4 * OF_LEVEL, 1)
    const { held, mostHeldBack } = source.use().steps
    expect(held).toBe(3)
    expect(mostHeldBack / 100).toBeCloseTo((1.4 - 0.6) * OF_LEVEL - MAX_STEP, 1)
  })
})

describe('the trail of volatilities a step is measured from', () => {
  const fill = (times: readonly number[]): VolTrail =>
    times.reduce<VolTrail>((trail, time) => pushVolatility(trail, { time, volatility: time / 1000 }), [])

  test.each([
    ['nothing', [], 1_000, undefined],
    ['the only sample, however young', [990], 1_000, 0.99],
    ['the newest that is ten minutes old', [100, 300, 500, 900], 1_000, 0.3],
    ['samples 200 s apart: one in between is passed over', [100, 299, 900], 1_000, 0.1],
    ['the oldest of four', [1_000, 1_200, 1_400, 1_600, 1_800], 1_850, 1.2],
  ] as const)('%s', (_, times, now, expected) => {
    expect(referenceOf(fill(times), now)).toBe(expected)
  })
})
