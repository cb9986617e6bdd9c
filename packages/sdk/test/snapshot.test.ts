import { seriesId, value } from '@keel/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MarketSnapshot } from '../src/index.ts'
import {
  BeforeSnapshotError,
  ContractError,
  formatSnapshot,
  MalformedSnapshotError,
  OutlivedSnapshotError,
  optionChain,
  parseSnapshot,
  quoteOffline,
  readSnapshot,
  UnknownMarketIdError,
  UnknownSnapshotFormatError,
} from '../src/index.ts'
import { sceneAt } from '../src/snapshot/sceneAt.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'
import { EXPIRY, SNAPSHOT, SPOT, TAKEN } from './sampleSnapshot.ts'

// What the numbers are is settled beside the chain, in packages/lab/test/offlineQuote.parity.test.ts.

const WAD = 10n ** 18n
const MINUTE = 60

const atm = (isCall: boolean) => seriesId({ market: 1, expiry: EXPIRY, strike: 2_500n * WAD, isCall })
const buy = (size: bigint) => [{ series: atm(true), size }]
const refusalOf = (snapshot: MarketSnapshot, size: bigint, at?: number) =>
  quoteOffline(snapshot, { legs: buy(size), ...(at && { at }) }).refusal?.contractError

describe('a snapshot as a file', () => {
  test('loses nothing, whatever its numbers', () => {
    const word = fc.bigInt(-(1n << 255n), (1n << 256n) - 1n)
    fc.assert(
      fc.property(word, word, fc.nat(), fc.array(word), fc.boolean(), (a, b, time, sizes, openingStopped) => {
        const [first] = SNAPSHOT.boards
        const snapshot: MarketSnapshot = {
          ...SNAPSHOT,
          timestamp: time,
          skew: a,
          params: { ...SNAPSHOT.params, rate: b, tenorFactors: [a, b, 0n, -1n] },
          boards: [
            {
              ...first!,
              board: { ...first!.board, calls: sizes },
              graceEnds: [time],
              slices: { ...first!.slices, openingStopped },
            },
          ],
        }
        expect(parseSnapshot(formatSnapshot(snapshot))).toEqual(snapshot)
      }),
    )
  })

  test('is read for what it holds: other fields are left out', () => {
    const text = JSON.stringify({ ...JSON.parse(formatSnapshot(SNAPSHOT)), comment: 'mine' })
    expect(parseSnapshot(text)).toEqual(SNAPSHOT)
  })

  test.each<[string, string, (file: MarketSnapshot) => unknown]>([
    ['skew', 'a whole number as text', (file) => ({ ...file, skew: 5 })],
    ['skew', 'a whole number as text', (file) => ({ ...file, skew: '1e18' })],
    ['skew', 'a whole number as text', (file) => ({ ...file, skew: '0x10' })],
    ['skew', 'a whole number as text', (file) => ({ ...file, skew: '' })],
    ['timestamp', 'a natural number', (file) => ({ ...file, timestamp: -1 })],
    ['vault', 'an address', (file) => ({ ...file, vault: '0x12' })],
    ['symbol', 'a text', (file) => ({ ...file, symbol: '' })],
    ['boards', 'a list', (file) => ({ ...file, boards: {} })],
    ['boards[0].board', 'an object', (file) => ({ ...file, boards: [{}] })],
    ['params', 'an object', (file) => ({ ...file, params: null })],
    ['params.tenorKnots', 'a list of 4', (file) => ({ ...file, params: { ...file.params, tenorKnots: [1, 2, 3] } })],
    ['the file', 'an object', () => []],
    ['the file', 'an object', () => null],
  ])('%s that is not %s is named', (path, expected, change) => {
    const text = JSON.stringify(change(JSON.parse(formatSnapshot(SNAPSHOT))))
    expect(() => parseSnapshot(text)).toThrow(new MalformedSnapshotError(path, expected))
  })

  test('that is no JSON, or of another format, says so', () => {
    expect(() => parseSnapshot('{')).toThrow(MalformedSnapshotError)
    expect(() => parseSnapshot(formatSnapshot({ ...SNAPSHOT, format: 1 }))).toThrow(UnknownSnapshotFormatError)
  })

  test('of a market that is not there is refused before anything is read', async () => {
    const reader = () => Promise.reject(new TypeError('read'))
    await expect(readSnapshot(reader, DEPLOYMENT, 9)).rejects.toThrow(UnknownMarketIdError)
  })
})

describe('a quote from a snapshot', () => {
  test('is itemised, and its parts add up', () => {
    const { netCash, parts, refusal, callDelta } = quoteOffline(SNAPSHOT, { legs: buy(WAD) })
    const { fair, potential, spread, latency, carry, fee, clamp, net } = parts
    expect(fair + potential + spread + latency + carry + fee + clamp).toBe(net)
    expect(netCash).toBe((net + 10n ** 12n - 1n) / 10n ** 12n)
    // Black-76 at the money: 0.4·S·σ·√τ, here 0.4 · 2500 · 0.6 · √(7/365) = 83
    expect(fair).toBeGreaterThan(80n * WAD)
    expect(fair).toBeLessThan(86n * WAD)
    expect(callDelta[0]).toBeGreaterThan(WAD / 2n)
    expect(refusal).toBeUndefined()
  })

  test('falls with time while nothing else happens', () => {
    const priceAt = (at: number) => quoteOffline(SNAPSHOT, { legs: buy(WAD), at }).parts.fair
    expect(priceAt(TAKEN + 20 * MINUTE)).toBeLessThan(priceAt(TAKEN))
  })

  test('of the past is refused', () => {
    expect(() => quoteOffline(SNAPSHOT, { legs: buy(WAD), at: TAKEN - 1 })).toThrow(BeforeSnapshotError)
  })

  test('gives the error of the chain where nothing can trade', () => {
    const unlisted = seriesId({ market: 1, expiry: EXPIRY, strike: 2_501n * WAD, isCall: true })
    const ask = () => quoteOffline(SNAPSHOT, { legs: [{ series: unlisted, size: WAD }] })
    expect(ask).toThrow(new ContractError({ contractError: 'StrikeNotListed', operands: [unlisted] }))
  })

  test('says which limit would refuse, and still what it would cost', () => {
    expect(refusalOf(SNAPSHOT, 41n * WAD)).toBe('SizeNotAllowed')
    expect(refusalOf({ ...SNAPSHOT, pause: 1 }, WAD)).toBe('MarketPaused')
    expect(refusalOf({ ...SNAPSHOT, pause: 1 }, -WAD)).toBeUndefined()
    const limits = { ...SNAPSHOT.limits, maxNetDelta: WAD / 1000n }
    const { refusal, netCash } = quoteOffline({ ...SNAPSHOT, limits }, { legs: buy(10n * WAD) })
    expect(refusal).toMatchObject({
      contractError: 'PostTradeLimit',
      operands: [1, expect.anything(), expect.anything(), limits.maxNetDelta],
    })
    expect(netCash).toBeGreaterThan(0n)
  })
})

describe('as time passes', () => {
  const legs = buy(WAD)
  const { spot, sources } = SNAPSHOT

  test('an old checkpoint lets only reducing trades pass', () => {
    const at = spot.checkpointAt + sources.checkpointAge
    const hedged = { ...SNAPSHOT, hedge: { ...SNAPSHOT.hedge, syncedAt: TAKEN } }
    expect(refusalOf(hedged, WAD, at)).toBeUndefined()
    expect(refusalOf(hedged, WAD, at + 1)).toBe('ReduceOnly')
    expect(refusalOf(hedged, -WAD, at + 1)).toBeUndefined()
  })

  test('a feed beyond its heartbeat gives no price, unless there is a second one to look at', () => {
    const at = spot.primaryUpdatedAt + sources.heartbeat
    expect(quoteOffline(SNAPSHOT, { legs, at }).netCash).toBeGreaterThan(0n)
    expect(() => quoteOffline(SNAPSHOT, { legs, at: at + 1 })).toThrow(
      new ContractError({ contractError: 'SpotUnavailable', operands: [1] }),
    )
    const two = { ...SNAPSHOT, sources: { ...sources, secondary: addressOf(9), secondaryHeartbeat: 3_900 } }
    expect(() => quoteOffline(two, { legs, at: at + 1 })).toThrow(OutlivedSnapshotError)
  })

  test('the second feed serves as long as its own heartbeat', () => {
    const second: MarketSnapshot = {
      ...SNAPSHOT,
      spot: {
        ...spot,
        read: { ...spot.read, mode: 2 },
        faults: 1,
        primary: 0n,
        secondary: SPOT,
        secondaryUpdatedAt: TAKEN - 100,
      },
      sources: { ...sources, secondary: addressOf(9), secondaryHeartbeat: 600 },
    }
    expect(refusalOf(second, WAD, TAKEN + 500)).toBe('ReduceOnly')
    expect(refusalOf(second, -WAD, TAKEN + 500)).toBeUndefined()
    expect(() => refusalOf(second, -WAD, TAKEN + 501)).toThrow(ContractError)
  })

  test('opening ends before closing, and closing before the averaging window', () => {
    const live: MarketSnapshot = {
      ...SNAPSHOT,
      timestamp: EXPIRY - 2 * 1_800 - 1,
      spot: { ...spot, primaryUpdatedAt: EXPIRY - 3_700, checkpointAt: EXPIRY - 3_700 },
      hedge: { ...SNAPSHOT.hedge, syncedAt: EXPIRY - 3_700 },
      limits: { ...SNAPSHOT.limits, maxSliceAge: 8 * 86_400 },
    }
    expect(refusalOf(live, WAD)).toBeUndefined()
    expect(refusalOf(live, WAD, EXPIRY - 3_600)).toBe('TradingClosed')
    expect(refusalOf(live, -WAD, EXPIRY - 1_801)).toBeUndefined()
    expect(() => refusalOf(live, -WAD, EXPIRY - 1_800)).toThrow(ContractError)
  })
})

describe('the chain of options', () => {
  test('has every series once, with what either side costs', () => {
    const rows = optionChain(SNAPSHOT, { size: WAD / 10n })
    expect(rows.map(({ strike, isCall }) => [strike / WAD, isCall])).toEqual([
      [2_400n, true],
      [2_400n, false],
      [2_500n, true],
      [2_500n, false],
      [2_600n, true],
      [2_600n, false],
    ])
    for (const { series, buy: bought, sell, mark } of rows) {
      expect(bought.netCash).toBe(quoteOffline(SNAPSHOT, { legs: [{ series, size: WAD / 10n }] }).netCash)
      expect(sell.netCash).toBe(quoteOffline(SNAPSHOT, { legs: [{ series, size: -WAD / 10n }] }).netCash)
      expect(bought.netCash * 10n ** 13n).toBeGreaterThan(mark)
      expect(-sell.netCash * 10n ** 13n).toBeLessThan(mark)
    }
    // The vault is short two calls at the money: only those may be sold back.
    expect(rows.filter(({ sell }) => !sell.refusal).map(({ position }) => position)).toEqual([-2n * WAD])
  })

  test('has Greeks that obey parity and add up to the book', () => {
    const rows = optionChain(SNAPSHOT, { size: WAD })
    /** A Greek is good to 1e-15 of the option's scale, so both sides of an equation are floats here. */
    const expectSame = (x: bigint, y: bigint) => expect(Number(x) / 1e18).toBeCloseTo(Number(y) / 1e18, 9)
    for (const call of rows.filter(({ isCall }) => isCall)) {
      const put = rows.find(({ isCall, strike }) => !isCall && strike === call.strike)!
      expectSame(call.greeks.delta - put.greeks.delta, WAD)
      expectSame(call.greeks.gamma, put.greeks.gamma)
      expectSame(call.greeks.vega, put.greeks.vega)
      expectSame(call.mark - put.mark, SPOT - call.strike)
    }
    const { before } = quoteOffline(SNAPSHOT, { legs: buy(WAD) })
    const book = value(sceneAt(SNAPSHOT, { at: SNAPSHOT.timestamp }).input, SPOT)
    const held = rows.find(({ position }) => position !== 0n)!
    expect(before.delta).toBeLessThan(-WAD)
    for (const name of ['delta', 'gamma', 'vega', 'theta'] as const) expectSame(-2n * held.greeks[name], book[name])
    const { delta, gamma, vega, requiredMargin } = book
    expect(before).toEqual({ delta, gamma, vega, requiredMargin })
  })

  test('leaves out what no longer trades', () => {
    expect(
      optionChain({ ...SNAPSHOT, boards: [{ ...SNAPSHOT.boards[0]!, slices: noSlice() }] }, { size: WAD }),
    ).toEqual([])
    expect(optionChain(SNAPSHOT, { size: WAD, at: EXPIRY - 1_800 })).toEqual([])
  })
})

function noSlice() {
  const { slices } = SNAPSHOT.boards[0]!
  return { ...slices, inForce: { ...slices.inForce, reportedAt: 0 } }
}
