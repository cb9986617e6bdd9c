import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ChainReading,
  chainOfRows,
  countRows,
  createQuoteBook,
  fitSurface,
  readInstruments,
  readSummaries,
  TIME_POLICY,
  WrongShapeError,
  WrongTimeError,
} from '../src/index.ts'
import { instrumentOf, nameOf, summaryOf } from './deribitReplies.ts'
import { recordedFolder } from './recordedFolder.ts'
import { chainOf, expiryAt, INDEX, TIME } from './syntheticChain.ts'

const snapshot = chainOf([2, 5, 12])
const NOW = TIME * 1000 + 1_000
const at = { time: TIME, index: INDEX }
type Row = Record<string, unknown>
const summaries: readonly Row[] = snapshot.quotes.map((quote) => summaryOf(quote, at))
const instruments: readonly Row[] = snapshot.quotes.map((quote) => instrumentOf(quote))

function read({ rows = summaries, listed = instruments, now = NOW }): ChainReading {
  const { rows: read, unreadable } = readSummaries(rows)
  const { rows: known } = readInstruments(listed)
  return chainOfRows({ summaries: read, unreadable, instruments: known, underlying: 'ETH', now })
}

describe('the venue’s two replies', () => {
  test('become the chain they were made from', () => {
    const reading = read({})
    expect(reading.snapshot.time).toBe(TIME)
    expect(reading.snapshot.index).toBe(INDEX)
    expect(reading.snapshot.quotes).toEqual(snapshot.quotes)
    expect(reading.expectedRows).toEqual(countRows(snapshot))
    expect(reading.rows).toBe(summaries.length)
    expect(Object.values(reading.rejections).every((count) => count === 0)).toBe(true)
  })

  const first = summaries[0]!
  const changed = (change: Row): readonly Row[] => [{ ...first, ...change }, ...summaries.slice(1)]
  test.each<[string, Row, keyof ChainReading['rejections']]>([
    ['a name that is no option’s', { instrument_name: 'ETH-PERPETUAL' }, 'unreadable'],
    ['no name', { instrument_name: 7 }, 'unreadable'],
    ['a negative bid', { bid_price: -0.1 }, 'unreadable'],
    ['an ask that is text', { ask_price: '0.1' }, 'unreadable'],
    ['a time before 1970', { creation_timestamp: -5 }, 'unreadable'],
    ['no time', { creation_timestamp: null }, 'unreadable'],
    ['another underlying', { instrument_name: 'BTC-6FEB26-2000-C' }, 'foreign'],
    ['an option nobody listed', { instrument_name: 'ETH-6FEB26-12345-C' }, 'unlisted'],
    ['quotes a minute older than the rest', { creation_timestamp: TIME * 1000 - 60_000 }, 'old'],
  ])('a row with %s is counted and left out', (_, change, reason) => {
    const reading = read({ rows: changed(change) })
    expect(reading.rejections).toMatchObject({ [reason]: 1 })
    expect(Object.values(reading.rejections).reduce((a, b) => a + b, 0)).toBe(1)
    expect(reading.snapshot.quotes).toEqual(snapshot.quotes.slice(1))
  })

  test.each<[string, Row, keyof ChainReading['rejections']]>([
    ['is quoted in dollars', { instrument_type: 'linear' }, 'foreign'],
    ['has another strike than its name', { strike: 1 }, 'contradictory'],
    ['expires another day than its name', { expiration_timestamp: expiryAt(3) * 1000 }, 'contradictory'],
    ['is a put by list and a call by name', { option_type: 'put' }, 'contradictory'],
    ['is not traded now', { state: 'closed' }, 'unlisted'],
    ['is inactive', { is_active: false }, 'unlisted'],
  ])('an option that %s is counted and left out', (_, change, reason) => {
    const listed = instruments.map((row, i) => (i === 0 ? { ...row, ...change } : row))
    const reading = read({ listed })
    expect(reading.rejections).toMatchObject({ [reason]: 1 })
    expect(reading.snapshot.quotes).toEqual(snapshot.quotes.slice(1))
  })

  test('a reply cut in the middle shows by what the list says there should be', () => {
    const reading = read({ rows: summaries.slice(0, 60) })
    expect(reading.expectedRows).toEqual(countRows(snapshot))
    const surface = fitSurface(reading.snapshot, { expectedRows: reading.expectedRows })
    expect(surface.slices.map(({ expiry }) => expiry)).toEqual([expiryAt(2)])
    expect(surface.refused.map(({ detail }) => detail)).toEqual(['18 of 42 rows', '0 of 42 rows'])
  })

  test('missing quotes stay missing', () => {
    const quiet = { bid_price: null, ask_price: 0 }
    expect(read({ rows: changed(quiet) }).snapshot.quotes[0]).toMatchObject({ bid: undefined, ask: undefined })
  })

  test.each([
    ['older than allowed', TIME * 1000 + 267 + TIME_POLICY.mostBehindMs + 1],
    ['from the future', TIME * 1000 + 267 - TIME_POLICY.mostAheadMs - 1],
  ])('quotes %s are no chain', (_, now) => {
    expect(() => read({ now })).toThrow(WrongTimeError)
  })

  test('one row far in the future does not move the chain’s time', () => {
    expect(read({ rows: changed({ creation_timestamp: NOW + 1e9 }) }).snapshot.time).toBe(TIME)
  })

  test.each([['nothing'], [{}], ['text'], [null], [[1, 2, 3]], [[{ a: 1 }]]])('%j is another shape', (result) => {
    expect(() => readSummaries(result)).toThrow(WrongShapeError)
    expect(() => readInstruments(result)).toThrow(WrongShapeError)
  })

  test('of whatever values, either no chain or one whose rows are all accounted for', () => {
    const value = fc.oneof(fc.constantFrom(null, 0, -1, '', 'x', Number.NaN, {}, []), fc.double(), fc.string())
    const keys = ['instrument_name', 'bid_price', 'ask_price', 'creation_timestamp', 'underlying_price'] as const
    const edit = fc.record({ row: fc.nat(summaries.length - 1), key: fc.constantFrom(...keys), value })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 60 }), (edits) => {
        const rows = summaries.map((row) => ({ ...row }))
        for (const { row, key, value } of edits) rows[row]![key] = value
        const reading = read({ rows })
        const left = Object.values(reading.rejections).reduce((a, b) => a + b, 0)
        expect(reading.snapshot.quotes.length + left).toBe(rows.length)
        fitSurface(reading.snapshot, { expectedRows: reading.expectedRows })
      }),
      { numRuns: 100 },
    )
  })
})

describe('a book kept from notifications', () => {
  const [a, b] = snapshot.quotes as [(typeof snapshot.quotes)[0], (typeof snapshot.quotes)[0]]
  const note = (name: string, time: number, [bid, ask]: readonly [unknown, unknown]) => ({
    instrument_name: name,
    best_bid_price: bid,
    best_ask_price: ask,
    best_bid_amount: 1,
    best_ask_amount: 1,
    timestamp: time,
  })
  const seeded = () => {
    const book = createQuoteBook()
    book.seed(readSummaries([summaryOf(a, at), summaryOf(b, at)]).rows)
    return book
  }
  const T = TIME * 1000 + 267

  test('has the seed’s quotes until another replaces them, and the newest time', () => {
    const book = seeded()
    expect(book.apply(`quote.${nameOf(a)}`, note(nameOf(a), T + 5_000, [0.1, null]))).toBe('applied')
    expect(book.rows()).toEqual([
      { name: nameOf(a), bid: 0.1, ask: undefined, time: T + 5_000, index: INDEX, underlying: undefined },
      {
        name: nameOf(b),
        bid: b.bid ?? undefined,
        ask: b.ask ?? undefined,
        time: T + 5_000,
        index: INDEX,
        underlying: undefined,
      },
    ])
  })

  test('follows the index', () => {
    const book = seeded()
    const data = { timestamp: T + 1, price: 2_222, index_name: 'eth_usd' }
    expect(book.apply('deribit_price_index.eth_usd', data)).toBe('applied')
    expect(book.rows().map(({ index }) => index)).toEqual([2_222, 2_222])
    expect(book.apply('deribit_price_index.eth_usd', { ...data, timestamp: T })).toBe('out-of-order')
    expect(book.rows()[0]!.index).toBe(2_222)
  })

  test('an older notification does not undo a newer one, nor a seed a notification', () => {
    const book = seeded()
    book.apply(`quote.${nameOf(a)}`, note(nameOf(a), T + 10, [0.3, 0.4]))
    expect(book.apply(`quote.${nameOf(a)}`, note(nameOf(a), T + 9, [0.1, 0.2]))).toBe('out-of-order')
    book.seed(readSummaries([summaryOf(a, at)]).rows)
    expect(book.rows()[0]).toMatchObject({ bid: 0.3, ask: 0.4 })
  })

  test.each([
    ['nothing', undefined],
    ['no time', { ...note('ETH', 1, [1, 2]), timestamp: undefined }],
    ['a negative time', { ...note('ETH', 1, [1, 2]), timestamp: -1 }],
    ['a negative bid', note(nameOf(a), T + 1, [-1, 2])],
    ['an ask that is text', note(nameOf(a), T + 1, [1, '2'])],
    ['no name', { ...note('x', T + 1, [1, 2]), instrument_name: null }],
  ])('a notification with %s changes nothing', (_, data) => {
    const book = seeded()
    const before = book.rows()
    expect(book.apply('quote.x', data)).toBe('wrong-shape')
    expect(book.apply('deribit_price_index.eth_usd', { timestamp: T + 1, price: 'x' })).toBe('wrong-shape')
    expect(book.rows()).toEqual(before)
  })

  test('forgets what is no longer listed, and everything when told', () => {
    const book = seeded()
    book.retain(new Set([nameOf(b)]))
    expect(book.rows().map(({ name }) => name)).toEqual([nameOf(b)])
    book.clear()
    expect(book.rows()).toEqual([])
  })
})

// Recorded replies are not part of the repository; without them the synthetic ones above stand alone.
describe.skipIf(recordedFolder === undefined)('replies as the venue served them', () => {
  const recorded = (name: string) =>
    (JSON.parse(readFileSync(`${recordedFolder}/deribit-reply-${name}.json`, 'utf8')) as { result: unknown[] }).result

  test('are read to the last row', () => {
    const summaries = readSummaries(recorded('book-summary'))
    const instruments = readInstruments(recorded('instruments'))
    expect([summaries.unreadable, instruments.unreadable]).toEqual([0, 0])
    expect(summaries.rows[1]).toEqual({
      name: 'BTC-23MAY26-70000-C',
      bid: 0.0855,
      ask: 0.091,
      underlying: 76736.07,
      index: 76736.07,
      time: 1779460433267,
    })
    expect(summaries.rows[0]).toMatchObject({ bid: undefined, ask: 0.0001 })
    expect(instruments.rows[0]).toEqual({
      name: 'BTC-23MAY26-68000-C',
      expiry: 1779523200,
      strike: 68000,
      kind: 'call',
      inverse: true,
      open: true,
    })
    const reading = chainOfRows({
      summaries: summaries.rows,
      instruments: instruments.rows,
      underlying: 'BTC',
      now: 1779460434000,
    })
    expect(reading.snapshot).toMatchObject({ time: 1779460433, index: 76736.07 })
    const known = new Set(instruments.rows.map(({ name }) => name))
    const listed = summaries.rows.filter(({ name }) => known.has(name))
    expect(reading.snapshot.quotes).toHaveLength(listed.length)
    expect(reading.rejections.unlisted).toBe(summaries.rows.length - listed.length)
    expect(reading.rejections).toMatchObject({ unreadable: 0, foreign: 0, contradictory: 0, old: 0 })
  })
})
