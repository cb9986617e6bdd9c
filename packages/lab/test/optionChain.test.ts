import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { QUOTE_REJECTIONS, sviVolatility } from '@keel/quant'
import { afterAll, describe, expect, test } from 'vitest'
import { ChainOutsideSpanError, examineSnapshot, fitErrorOf, readChainHistory, smilePlot } from '../src/index.ts'
import { readChains } from '../src/optionChain/readChains.ts'
import { chainCsv, drawnRows, expiryAfter, nameOf, trueForward, trueSlice } from './drawnChain.ts'
import { recordedMarket } from './recordedMarket.ts'

const TIME = Date.UTC(2026, 1, 2, 3) / 1000
const INDEX = 2_000
const LEVEL = 0.6
const DAYS = [1, 3, 8, 25]
const ROWS = drawnRows({ time: TIME, index: INDEX, level: LEVEL, days: DAYS })

const folder = mkdtempSync(join(tmpdir(), 'keel-chain-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(content: string | Buffer, name = 'chain.csv'): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0)

describe('a chain history', () => {
  test('is read from CSV, plain or compressed, into snapshots ascending in time', () => {
    const later = drawnRows({ time: TIME + 3_600, index: INDEX + 10, level: LEVEL, days: [1] })
    const text = chainCsv([...later, ...ROWS])
    const plain = readChainHistory(fileOf(text))
    expect(plain.snapshots.map(({ time, quotes, index }) => [time, quotes.length, index])).toEqual([
      [TIME, ROWS.length, INDEX],
      [TIME + 3_600, later.length, INDEX + 10],
    ])
    expect(plain).toMatchObject({ underlying: 'ETH', unread: 0 })
    expect(readChainHistory(fileOf(gzipSync(text), 'chain.csv.gz'))).toEqual(plain)
  })

  test('takes unix seconds, any order of columns, and what the columns do not say as unknown', () => {
    const name = nameOf(expiryAfter(TIME, 3), 2_000, 'C')
    const file = fileOf(`bid_price,ts,ask_price,instrument_name,underlying\r\n0.02,${TIME}.5,0.021,${name},2001\r\n`)
    expect(readChainHistory(file).snapshots).toEqual([
      {
        time: TIME + 0.5,
        index: undefined,
        quotes: [
          {
            expiry: expiryAfter(TIME, 3),
            strike: 2_000,
            kind: 'call',
            bid: 0.02,
            ask: 0.021,
            future: 2_001,
            markVolatility: undefined,
          },
        ],
      },
    ])
  })

  test('leaves out and counts rows that are cut, without a time, or of no option', () => {
    const [header, ...lines] = chainCsv(ROWS).trimEnd().split('\n')
    const whole = lines[0]!.split(',')
    const strange = [
      whole.with(0, 'yesterday').join(','),
      whole.with(1, 'ETH-PERPETUAL').join(','),
      whole.with(1, 'ETH-31FEB26-2000-C').join(','),
      lines[1]!.slice(0, 40),
    ]
    const { snapshots, unread } = readChainHistory(fileOf([header, ...strange, ...lines].join('\n')))
    expect(unread).toBe(4)
    expect(snapshots.map(({ quotes }) => quotes.length)).toEqual([ROWS.length])
  })

  const name = nameOf(expiryAfter(TIME, 3), 2_000, 'C')
  test.each([
    ['an empty file', '', /has no column ts, instrument_name, underlying, bid_price, ask_price/],
    ['another table', 'ts,open,high,low,close,volume\n1,2,3,4,5,6\n', /has no column instrument_name/],
    ['no rows', 'ts,instrument_name,underlying,bid_price,ask_price\n', /has no rows/],
    ['no option', 'ts,instrument_name,underlying,bid_price,ask_price\n1,2,3,4,5\n', /no row of an option .* of 1/],
    [
      'two underlyings',
      `ts,instrument_name,underlying,bid_price,ask_price\n${TIME},${name},1,1,1\n${TIME},${name.replace('ETH', 'BTC')},1,1,1\n`,
      /options on BTC and ETH/,
    ],
    [
      'an error reply',
      '{"error":{"code":10028,"message":"too_many_requests"}}',
      /the reply is the error too_many_requests/,
    ],
    ['half a reply', '{"result":[{"instrument_name":', /begins as JSON and is not whole/],
    ['a reply to something else', '{"result":{"index_price":1}}', /holds no list of book summaries/],
    [
      'a list of instruments',
      '{"result":[{"instrument_name":"ETH-27MAR26-2000-C"}]}',
      /neither bid_price nor ask_price/,
    ],
    ['a cut archive', gzipSync(chainCsv(ROWS)).subarray(0, 200), /Cannot read option chain .*unexpected end of file/],
  ])('%s is refused with what to do', (_, content, says) => {
    expect(() => readChainHistory(fileOf(content, 'bad'))).toThrow(says)
  })

  test('a file that is not there, and a folder', () => {
    expect(() => readChainHistory(join(folder, 'none.csv'))).toThrow(/there is no such file/)
    expect(() => readChainHistory(folder)).toThrow(/it is a folder/)
  })

  test('one reply of the venue is one snapshot, at the time of its newest row', () => {
    const expiry = expiryAfter(TIME, 3)
    const row = (strike: number, letter: 'C' | 'P', at: number) => ({
      instrument_name: nameOf(expiry, strike, letter),
      bid_price: null,
      ask_price: 0.03,
      underlying_price: 2_010,
      estimated_delivery_price: 2_001,
      mark_iv: 61.5,
      creation_timestamp: TIME * 1000 + at,
    })
    const reply = { jsonrpc: '2.0', result: [row(2_000, 'C', 500), row(2_100, 'P', 750)] }
    const { snapshots, underlying } = readChainHistory(fileOf(JSON.stringify(reply), 'reply.json'))
    expect(underlying).toBe('ETH')
    expect(snapshots).toMatchObject([{ time: TIME + 0.75, index: 2_001 }])
    expect(snapshots[0]!.quotes[0]).toEqual({
      expiry,
      strike: 2_000,
      kind: 'call',
      bid: undefined,
      ask: 0.03,
      future: 2_010,
      markVolatility: 0.615,
    })
  })
})

describe('chains in several files', () => {
  const at = (hours: number) => TIME + hours * 3_600
  const fileAt = (hours: readonly number[], name: string, symbol = 'ETH') => {
    const rows = hours.flatMap((each) => drawnRows({ time: at(each), index: INDEX, level: LEVEL, days: [2] }))
    return fileOf(chainCsv(rows).replaceAll('ETH-', `${symbol}-`), name)
  }
  const [early, late] = [fileAt([0, 6, 12], 'early.csv'), fileAt([12, 18, 24], 'late.csv')]
  const times = (span: { from: number; to: number; ageSecs: number }) =>
    readChains([late, early], span).map(({ time }) => (time - TIME) / 3_600)

  test('are one, in order, no moment twice, from the last one before the span to its end', () => {
    expect(times({ from: at(-1), to: at(99), ageSecs: 0 })).toEqual([0, 6, 12, 18, 24])
    expect(times({ from: at(7), to: at(18), ageSecs: 0 })).toEqual([6, 12])
    expect(times({ from: at(12), to: at(19), ageSecs: 0 })).toEqual([12, 18])
  })

  test('are refused when nothing of them can be of use, or when they are of different underlyings', () => {
    expect(times({ from: at(30), to: at(50), ageSecs: 6 * 3_600 })).toEqual([24])
    expect(() => times({ from: at(30), to: at(50), ageSecs: 6 * 3_600 - 1 })).toThrow(ChainOutsideSpanError)
    expect(() => times({ from: at(-50), to: at(0), ageSecs: 0 })).toThrow(/none of use between/)
    const other = fileAt([6], 'other.csv', 'BTC')
    expect(() => readChains([early, other], { from: at(0), to: at(9), ageSecs: 0 })).toThrow(/of ETH and BTC/)
  })
})

describe('a snapshot examined', () => {
  const [snapshot] = readChainHistory(fileOf(chainCsv(ROWS))).snapshots
  const { expiries, used, rows, rejected } = examineSnapshot(snapshot!)

  test('gives the surface the quotes were made from', () => {
    expect(expiries.map(({ expiry }) => expiry)).toEqual(DAYS.map((day) => expiryAfter(TIME, day)))
    for (const { slice, years, forward, faults, misses } of expiries) {
      expect(faults).toEqual([])
      expect(Math.abs(forward! / trueForward(INDEX, years) - 1)).toBeLessThan(5e-4)
      for (const z of [-1, 0, 1]) {
        const k = z * LEVEL * Math.sqrt(years)
        const truth = sviVolatility(trueSlice(years, LEVEL), { k, years })
        expect(Math.abs(sviVolatility(slice!, { k, years }) - truth)).toBeLessThan(0.01)
      }
      const { median, p95, inside, quotes } = fitErrorOf(misses)
      expect(quotes).toBeGreaterThan(8)
      expect(median).toBeLessThan(1)
      expect(p95).toBeGreaterThanOrEqual(median)
      expect(inside).toBeGreaterThan(0.9)
    }
  })

  test('accounts for every row once, as the fit does', () => {
    expect(expiries.reduce((total, expiry) => total + expiry.used, 0)).toBe(used)
    for (const expiry of expiries)
      expect(expiry.used + sum(expiry.rejected as Record<string, number>)).toBe(expiry.rows)
    for (const reason of QUOTE_REJECTIONS)
      expect(expiries.reduce((total, expiry) => total + (expiry.rejected[reason] ?? 0), 0)).toBe(rejected[reason])
    expect(rows).toBe(ROWS.length)
  })

  test('says of a wild quote, a lone side and a thin expiry what they are', () => {
    const expiry = expiryAfter(TIME, 8)
    const [first, second, third] = ROWS.filter(
      ({ name }) => name.startsWith(nameOf(expiry, 1, 'C').slice(0, 11)) && name.endsWith('C'),
    ).slice(14, 17)
    const thin = expiryAfter(TIME, 25)
    const dirty = ROWS.flatMap((row) => {
      if (row === first) return [{ ...row, bid: row.bid * 3, ask: row.ask * 3 }]
      if (row === second) return [{ ...row, bid: 0 }]
      if (row === third) return [row, row]
      const isThin = row.name.startsWith(nameOf(thin, 1, 'C').slice(0, 11))
      return isThin && !/-(1[89]|20|21)\d\d-/.test(row.name) ? [] : [row]
    })
    const [only] = readChainHistory(fileOf(chainCsv(dirty))).snapshots
    const examined = examineSnapshot(only!)
    const of = (row: typeof first) => {
      const strike = Number(row!.name.split('-')[2])
      const { quotes } = examined.expiries.find((each) => each.expiry === expiry)!
      return quotes.filter((quote) => quote.strike === strike).map(({ verdict }) => verdict)
    }
    expect(of(first)).toEqual(['outlier'])
    expect(of(second)).toEqual(['bound'])
    expect(of(third)).toEqual(['used', 'duplicate'])
    const refused = examined.expiries.find((each) => each.expiry === thin)!
    expect(refused).toMatchObject({ slice: undefined, used: 0, refused: { reason: 'thin-expiry' } })
    expect(refused.rejected['thin-expiry']).toBeGreaterThan(0)
  })
})

describe('the picture of an expiry', () => {
  const [snapshot] = readChainHistory(
    fileOf(chainCsv(ROWS.map((row, i) => (i === 30 ? { ...row, bid: 0 } : i === 24 ? { ...row, bid: row.ask } : row)))),
  ).snapshots
  const [expiry] = examineSnapshot(snapshot!).expiries
  const svg = smilePlot({ underlying: 'ETH', time: TIME, expiry: expiry! })
  const count = (pattern: RegExp) => (svg.match(pattern) ?? []).length

  test('shows every used quote twice, over the smile and from it, and bounds and rejected ones once', () => {
    const used = expiry!.quotes.filter(({ verdict }) => verdict === 'used')
    // One more of each in the legend.
    expect(count(/class="mid"/g)).toBe(2 * used.length + 1)
    expect(count(/class="smile"/g)).toBe(2)
    const among = ({ strike }: { strike: number }) => strike > used[0]!.strike && strike < used.at(-1)!.strike
    const bounds = expiry!.quotes.filter((quote) => quote.verdict === 'bound' && among(quote))
    expect(bounds.length).toBeGreaterThan(0)
    for (const { strike, kind } of bounds) expect(svg).toContain(`<title>${strike} ${kind}: bound;`)
    const crossed = expiry!.quotes.filter(({ verdict }) => verdict === 'crossed')
    expect(crossed).toHaveLength(1)
    expect(svg).toContain(`<title>${crossed[0]!.strike} ${crossed[0]!.kind}: crossed;`)
  })

  test('names its axes with units, and holds no number that is none', () => {
    for (const words of [
      'Implied volatility, % a year',
      'Strike, quote currency per ETH',
      'Log-moneyness',
      'vol points',
    ])
      expect(svg).toContain(words)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })

  test('of an expiry without a slice says why', () => {
    const few = drawnRows({ time: TIME, index: INDEX, level: LEVEL, days: [3] }).slice(16, 22)
    const [only] = readChainHistory(fileOf(chainCsv(few))).snapshots
    const [refused] = examineSnapshot(only!).expiries
    const picture = smilePlot({ underlying: 'ETH', time: TIME, expiry: refused! })
    expect(picture).toContain('No slice: thin-expiry')
    expect(picture).not.toMatch(/NaN|Infinity|undefined/)
  })
})

const recorded = recordedMarket('deribit-eth-chain-2026-02.csv.gz')
// Recorded market data is not part of the repository; without it the drawn chains above stand alone.
test.skipIf(recorded === undefined)('a recorded chain with its dirt is examined whole and drawn', () => {
  const { snapshots, unread } = readChainHistory(recorded!)
  expect({ snapshots: snapshots.length, unread }).toEqual({ snapshots: 110, unread: 0 })
  for (const snapshot of snapshots.filter((_, i) => i % 22 === 0)) {
    const { expiries, time, used } = examineSnapshot(snapshot)
    expect(expiries.reduce((total, expiry) => total + expiry.used, 0)).toBe(used)
    for (const expiry of expiries) {
      expect(expiry.used + sum(expiry.rejected as Record<string, number>)).toBe(expiry.rows)
      expect(smilePlot({ underlying: 'ETH', time, expiry })).not.toMatch(/NaN|Infinity|undefined/)
    }
  }
})
