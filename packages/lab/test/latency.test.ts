import { WAD } from '@keel/model'
import { defaultTerms } from '@keel/sdk/deploy'
import { describe, expect, test } from 'vitest'
import { bp, CELLS, settingOf } from '../study/latency/cells.ts'
import { baseUnits, type Delayed, runDelayed } from '../study/latency/delayed.ts'
import { exhaust } from '../study/latency/exhaust.ts'
import { createFeed } from '../study/latency/feed.ts'
import { needOf } from '../study/latency/need.ts'
import { run } from '../study/latency/run.ts'
import { signedPrices } from '../study/latency/signedPrices.ts'
import { createSpotMirror } from '../study/latency/spotMirror.ts'
import { createSurfaceMirror, fit } from '../study/latency/surfaceMirror.ts'
import { drawnMinutes, MissingMinuteError, truthOf } from '../study/latency/truth.ts'

const EXPIRY = 1_900_022_400
const spotTerms = defaultTerms({ spot: 3_000n * WAD, equity: 5_000_000n, assetDecimals: 6 }).spot
const restless = drawnMinutes({ seed: 3, days: 1, start: 3_000, jumpsPerYear: 30_000 }).slice(0, 180)
const calm = restless.map((bar) => ({ ...bar, open: 3_000, high: 3_000, low: 3_000, close: 3_000 }))

describe('the feed', () => {
  const policy = { threshold: 0.005, heartbeatSecs: 3_600, delaySecs: 20 }

  test('prints the price that was due, its delay later, and only then looks again', () => {
    const feed = createFeed(policy, { price: 1_000, time: 0 })
    feed.look(20, 1_004.9)
    expect(feed.land(40)).toBe(false)
    feed.look(40, 1_010)
    feed.look(50, 1_020)
    expect(feed.land(59)).toBe(false)
    expect(feed.land(60)).toBe(true)
    expect(feed.latest()).toEqual({ answer: 1_010n * WAD, price: 1_010, updatedAt: 60 })
  })

  test('prints an unchanged price after its heartbeat', () => {
    const feed = createFeed(policy, { price: 1_000, time: 0 })
    feed.look(3_599, 1_000)
    expect(feed.land(3_620)).toBe(false)
    feed.look(3_620, 1_000)
    expect(feed.land(3_640)).toBe(true)
    expect(feed.latest().updatedAt).toBe(3_640)
  })
})

describe('the mirror of the spot oracle', () => {
  const at = (price: bigint, updatedAt: number) => ({ answer: price * WAD, updatedAt })

  test('averages what was seen before, and has modes by the distance from it', () => {
    const mirror = createSpotMirror(spotTerms)
    mirror.observe(10_000, at(1_000n, 10_000))
    mirror.observe(10_900, at(1_020n, 10_900))
    mirror.observe(11_800, at(1_020n, 10_900))
    // Half of the 30 minutes at 1,000, half at 1,020: 1,010.
    expect(mirror.read(11_800, at(1_010n, 11_800))).toMatchObject({ average: 1_010n * WAD, mode: 0 })
    expect(mirror.read(11_800, at(1_014n, 11_800)).mode).toBe(1)
    expect(mirror.read(11_800, at(1_026n, 11_800)).mode).toBe(2)
    expect(mirror.read(11_800 + 1_801, at(1_010n, 11_800)).mode).toBe(2)
    expect(mirror.read(11_800 + 3_901, at(1_010n, 11_800))).toMatchObject({ mark: 0n, mode: 4 })
  })

  test('takes an attached price near the primary, and trades nothing at one that is not', () => {
    const mirror = createSpotMirror(spotTerms)
    mirror.observe(10_000, at(1_000n, 10_000))
    const primary = at(1_000n, 10_000)
    const near = { mark: 1_015n * WAD, markUpdatedAt: 10_009, mode: 1 }
    expect(mirror.read(10_010, primary, at(1_015n, 10_009))).toMatchObject(near)
    expect(mirror.read(10_010, primary, { answer: 1_015n * WAD + WAD / 1_000n, updatedAt: 10_009 })).toMatchObject({
      mark: 1_000n * WAD,
      markUpdatedAt: 10_000,
      mode: 3,
    })
    expect(mirror.read(10_000 + 3_901, primary, at(1_000n, 13_900))).toMatchObject({ mark: 0n, mode: 4 })
  })
})

test('a replaced slice lives through the grace window and no longer', () => {
  const mirror = createSurfaceMirror(60)
  const signed = (time: number) => fit(EXPIRY, { time, spot: 3_000n * WAD, volatility: { short: 0.6, long: 0.6 } })
  mirror.put(1_900_000_020, signed(1_900_000_000))
  mirror.put(1_900_000_080, signed(1_900_000_060))
  expect(mirror.inForce(EXPIRY)!.slice.reportedAt).toBe(1_900_000_060)
  expect(mirror.previous(EXPIRY, 1_900_000_139).map(({ reportedAt }) => reportedAt)).toEqual([1_900_000_000])
  expect(mirror.previous(EXPIRY, 1_900_000_140)).toEqual([])
})

describe('truth', () => {
  test('walks a minute through its extremes, in jumps and on lines', () => {
    const bars = [{ ts: 1_900_000_020, open: 100, high: 101, low: 97, close: 98, volume: 0 }]
    const jumps = truthOf(bars)
    expect([0, 1, 2].map((tick) => [jumps.timeOf(tick), jumps.priceOf(tick)])).toEqual([
      [1_900_000_040, 101],
      [1_900_000_060, 97],
      [1_900_000_080, 98],
    ])
    const lines = truthOf(bars, 'lines')
    const expected = [100.6, 100.2, 97.8, 97.4, 98]
    expected.forEach((price, tick) => {
      expect(lines.priceOf(tick)).toBeCloseTo(price, 9)
    })
  })

  test('is signed each second, on a line or in a jump, and never behind what was relayed', () => {
    const bars = [{ ts: 1_900_000_020, open: 100, high: 101, low: 97, close: 98, volume: 0 }]
    const truth = truthOf(bars)
    const offered = (moveSecs: number, after = 0) =>
      signedPrices(truth, { tick: 1, pull: { ageSecs: 3, moveSecs }, after }).map(({ updatedAt, price }) => [
        1_900_000_060 - updatedAt,
        Math.round(price * 1e6) / 1e6,
      ])
    const onLine = [97, 97.2, 97.4, 97.6].map((price, ago) => [ago, price])
    expect(offered(20)).toEqual(onLine)
    expect(offered(60)).toEqual(onLine)
    const jumps = [97, 101, 101, 101].map((price, ago) => [ago, price])
    expect(offered(1)).toEqual(jumps)
    expect(offered(1, 1_900_000_059)).toEqual(jumps.slice(0, 2))
    // Points between those of the path lie on the same line.
    const fine = signedPrices(truthOf(bars, 'fine'), { tick: 7, pull: { ageSecs: 8, moveSecs: 20 }, after: 0 })
    expect(fine.at(-1)!.price).toBeCloseTo(98.6, 9)
  })

  test('refuses a history with a hole', () => {
    expect(() => truthOf([calm[0]!, calm[2]!])).toThrow(MissingMinuteError)
  })
})

describe('the bot', () => {
  const cell = CELLS[2]
  const truth = truthOf(restless)

  test('finds nothing where the price stands still and the surface is fresh', () => {
    expect(run(settingOf(cell, { spot: 3_000 }), truthOf(calm)).deals).toEqual([])
  })

  test('finds something where it jumps, and more without the latency charge', { timeout: 300_000 }, () => {
    const change = { pricing: { latency: 0n } }
    const shipped = run(settingOf(cell, { spot: 3_000 }), truth)
    const free = run(settingOf(cell, { spot: 3_000, change }), truth)
    expect(shipped.deals.length).toBeGreaterThan(0)
    for (const { profit } of shipped.deals) expect(profit).toBeGreaterThan(0)
    expect(free.profit).toBeGreaterThan(shipped.profit)
  })

  test('takes nothing where the price comes with the order and moves slowly; a jump within a second still pays', {
    timeout: 300_000,
  }, () => {
    const profit = (change: Parameters<typeof settingOf>[1]['change']): number =>
      run(settingOf(cell, { spot: 3_000, ...(change && { change }) }), truth).profit
    const pushed = profit({})
    const jumps = profit({ pull: { ageSecs: 2, moveSecs: 1 } })
    const line = profit({ pull: { ageSecs: 2, moveSecs: 20 } })
    expect(pushed).toBeGreaterThan(0)
    expect(jumps).toBeGreaterThan(0)
    expect(line).toBe(0)
  })

  test('deals at prices young enough, near the feed, and never at an older one than before', {
    timeout: 300_000,
  }, () => {
    const setting = settingOf(cell, { spot: 3_000, change: { pull: { ageSecs: 10, moveSecs: 1 } } })
    const { deals } = run(setting, truth)
    expect(deals.length).toBeGreaterThan(1)
    let last = 0
    for (const { time, input } of deals) {
      const { markUpdatedAt, mode } = input.spot
      expect(mode).toBeLessThan(3)
      expect(time - markUpdatedAt).toBeLessThanOrEqual(10)
      expect(markUpdatedAt).toBeGreaterThanOrEqual(last)
      last = markUpdatedAt
    }
  })

  test('finds nothing once the charge exceeds what any lot needs', () => {
    const { charges } = needOf(settingOf(cell, { spot: 3_000 }), truth)
    const latency = bp(charges.at(-1)! * 1e4 + 1)
    expect(latency).toBeGreaterThan(bp(60))
    expect(run(settingOf(cell, { spot: 3_000, change: { pricing: { latency } } }), truth).deals).toEqual([])
  })

  test('no exact order, of one leg or several, beats the bound of the screen', { timeout: 300_000 }, () => {
    const setting = settingOf(cell, { spot: 3_000 })
    const { orders, broken, bruteProfit, searchProfit } = exhaust(setting, truth, { seed: 1, moments: 3, orders: 20 })
    expect(orders).toBeGreaterThan(1_000)
    expect(broken).toBe(0)
    expect(searchProfit).toBeGreaterThanOrEqual(bruteProfit)
  })
})

describe('orders that wait for their price', () => {
  const truth = truthOf(restless)
  const pricing = { latency: bp(10) }
  const setting = settingOf(CELLS[0], { spot: 3_000, change: { pricing } })
  const late = (limit: Delayed['limit']) =>
    runDelayed(setting, truth, { terms: { sees: 'feed', delaySecs: 5, moveSecs: 20, limit } })
  const [bound, unbound] = [late('expected'), late('none')]

  test('end once each, at the price a quarter of the way to the next', () => {
    for (const { asked, executed, failed } of [bound, unbound]) {
      expect(asked).toBeGreaterThan(3)
      expect(asked - executed.length - failed.length).toBeOneOf([0, 1])
      for (const { asked: order, at, price } of [...executed, ...failed]) {
        const tick = Array.from({ length: truth.ticks }, (_, i) => i).find((i) => truth.timeOf(i) === order.time)!
        const [from, to] = [truth.priceOf(tick), truth.priceOf(tick + 1)]
        expect(at).toBe(order.time + 5)
        expect(Number(price) / 1e18).toBeCloseTo(from + (to - from) / 4, 7)
      }
    }
  })

  test('with a limit cost no more than they were to, and without one seldom what they were to', () => {
    for (const { asked, deal } of bound.executed)
      expect(baseUnits(deal.priced.parts.net)).toBeLessThanOrEqual(baseUnits(asked.limit))
    expect(bound.failed.some(({ reason }) => reason === 'LimitExceeded')).toBe(true)
    expect(unbound.failed.some(({ reason }) => reason === 'LimitExceeded')).toBe(false)
    expect(unbound.profit).toBeLessThan(unbound.expected)
  })

  test('are not worth asking for by who takes the true price for theirs', () => {
    const terms = { sees: 'truth', delaySecs: 20, moveSecs: 1, limit: 'none' } as const
    expect(runDelayed(setting, truth, { terms })).toMatchObject({ asked: 0, profit: 0 })
  })
})
