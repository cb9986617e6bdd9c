import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Bar } from '../src/history/bars.ts'
import { parseBars } from '../src/history/bars.ts'
import { fillGaps } from '../src/history/fill.ts'
import { barStep, findGaps } from '../src/history/gaps.ts'
import { readHistory } from '../src/history/read.ts'
import { ticksOf, ticksOfBar } from '../src/history/ticks.ts'
import {
  DuplicateTimestampError,
  EmptyHistoryError,
  HistoryNotReadableError,
  MalformedHistoryError,
  NonPositivePriceError,
  UnsortedHistoryError,
} from '../src/index.ts'

const HEADER = 'ts,open,high,low,close,volume'
const HOUR = 3_600
const T = 1_704_672_000
const file = (...rows: readonly string[]) => `${[HEADER, ...rows].join('\n')}\n`
const row = (i: number) => `${T + i * HOUR},2500,2510.5,2490,2505.25,12`
const bar = (i: number): Bar => ({ ts: T + i * HOUR, open: 2500, high: 2510.5, low: 2490, close: 2505.25, volume: 12 })

describe('parseBars', () => {
  test('reads rows below the header', () => {
    expect(parseBars(file(row(0), row(1)))).toEqual([bar(0), bar(1)])
  })

  test.each([
    ['CRLF line ends', file(row(0), row(1)).replaceAll('\n', '\r\n')],
    ['no line end at the end', file(row(0), row(1)).trimEnd()],
    ['blank lines', `${file(row(0))}\n\n${row(1)}\n\n`],
    ['numbers with exponents', file(row(0), row(1)).replaceAll('2510.5', '2.5105e3')],
  ])('takes %s', (_, text) => {
    expect(parseBars(text)).toEqual([bar(0), bar(1)])
  })

  type Failure = new (...args: never[]) => Error
  const bad: readonly (readonly [string, string, Failure, string])[] = [
    ['an empty text', '', EmptyHistoryError, 'no bars'],
    ['a header alone', `${HEADER}\n`, EmptyHistoryError, 'no bars'],
    ['a header and blank lines', `${HEADER}\n\n  \n`, EmptyHistoryError, 'no bars'],
    ['another header', `time,open,high,low,close\n${row(0)}\n`, MalformedHistoryError, 'line 1'],
    ['no header', `${row(0)}\n${row(1)}\n`, MalformedHistoryError, 'line 1'],
    ['a missing cell', file(row(0), `${T + HOUR},1,1,1,1`), MalformedHistoryError, 'line 3: 5 cells'],
    ['a cell too many', file(`${row(0)},1`), MalformedHistoryError, 'line 2: 7 cells'],
    ['a word', file(row(0), row(1).replace('2490', 'abc')), MalformedHistoryError, 'line 3: low "abc"'],
    ['an empty cell', file(row(0).replace('2490', '')), MalformedHistoryError, 'line 2: low ""'],
    ['NaN', file(row(0).replace('2500', 'NaN')), MalformedHistoryError, 'line 2: open "NaN"'],
    ['infinity', file(row(0).replace('2500', 'Infinity')), MalformedHistoryError, 'line 2: open "Infinity"'],
    ['hex', file(row(0).replace('2500', '0x9c4')), MalformedHistoryError, 'line 2: open "0x9c4"'],
    ['a number beyond floats', file(row(0).replace('2510.5', '1e999')), MalformedHistoryError, 'line 2: high'],
    ['a time with a fraction', file(row(0).replace(`${T}`, `${T}.5`)), MalformedHistoryError, 'line 2: ts'],
    ['a time of zero', file(row(0).replace(`${T}`, '0')), MalformedHistoryError, 'line 2: ts'],
    ['descending times', file(row(1), row(0)), UnsortedHistoryError, 'line 3'],
    ['a time twice', file(row(0), row(1), row(1)), DuplicateTimestampError, 'line 4'],
    ['a price of zero', file(row(0).replace('2490', '0')), NonPositivePriceError, 'line 2: low is 0'],
    ['a negative price', file(row(0).replace('2490', '-1')), NonPositivePriceError, 'line 2: low is -1'],
    ['a high below the low', file(`${T},2500,2490,2510,2500,1`), MalformedHistoryError, 'line 2: low 2510'],
    ['a close above the high', file(`${T},2500,2510,2490,2511,1`), MalformedHistoryError, 'line 2: low 2490'],
    ['an open below the low', file(`${T},2489,2510,2490,2500,1`), MalformedHistoryError, 'line 2: low 2490'],
  ]
  test.each(bad)('refuses %s and says where', (_, text, error, where) => {
    expect(() => parseBars(text)).toThrow(error)
    expect(() => parseBars(text)).toThrow(where)
  })
})

describe('readHistory', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keel-history-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const written = (name: string, bytes: string | Buffer) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
  }
  const rows = file(...Array.from({ length: 10 }, (_, i) => row(i)))

  test('reads plain and compressed files alike, whatever their names', () => {
    const plain = readHistory(written('a.csv', rows))
    expect(plain.bars).toHaveLength(10)
    expect(readHistory(written('b.csv.gz', gzipSync(rows)))).toEqual(plain)
    expect(readHistory(written('c.csv', gzipSync(rows)))).toEqual(plain)
  })

  test('cuts the span, from included and to excluded, and keeps what came before for warm-up', () => {
    const { warmUp, bars } = readHistory(written('d.csv', rows), { from: T + 3 * HOUR, to: T + 6 * HOUR })
    expect(warmUp).toEqual([bar(0), bar(1), bar(2)])
    expect(bars).toEqual([bar(3), bar(4), bar(5)])
  })

  test('refuses a span without bars', () => {
    const path = written('e.csv', rows)
    expect(() => readHistory(path, { from: T + 100 * HOUR })).toThrow(EmptyHistoryError)
    expect(() => readHistory(path, { from: T + HOUR, to: T + HOUR })).toThrow(EmptyHistoryError)
  })

  test('refuses a file that is not there, a folder, and a compressed file cut short', () => {
    expect(() => readHistory(join(folder, 'none.csv'))).toThrow('there is no such file')
    expect(() => readHistory(join(folder, 'none.csv'))).toThrow(HistoryNotReadableError)
    expect(() => readHistory(folder)).toThrow(HistoryNotReadableError)
    const whole = gzipSync(rows)
    expect(() => readHistory(written('f.csv.gz', whole.subarray(0, whole.length - 12)))).toThrow(
      HistoryNotReadableError,
    )
  })
})

/** Bars at hours of a grid, some of them missing. */
const holed = fc
  .uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 120 })
  .map((hours) => hours.sort((a, b) => a - b).map(bar))

describe('gaps', () => {
  test('the step is the most frequent distance, the shorter of two as frequent', () => {
    expect(barStep([0, 1, 2, 5].map(bar))).toBe(HOUR)
    expect(barStep([0, 1, 3].map(bar))).toBe(HOUR)
    expect(barStep([0, 2, 4, 5].map(bar))).toBe(2 * HOUR)
    expect(barStep([bar(0)])).toBe(HOUR)
  })

  test('a hole goes from the end of one bar to the start of the next', () => {
    expect(findGaps([0, 1, 2, 5].map(bar))).toEqual([{ from: T + 3 * HOUR, to: T + 5 * HOUR, missing: 2 }])
    expect(findGaps([0, 1, 2].map(bar))).toEqual([])
  })

  test('bars and missing bars make up the whole span; filling leaves no hole', () => {
    fc.assert(
      fc.property(holed, (bars) => {
        const missing = findGaps(bars, HOUR).reduce((sum, gap) => sum + gap.missing, 0)
        const span = (bars.at(-1)!.ts - bars[0]!.ts) / HOUR + 1
        expect(bars.length + missing).toBe(span)
        const filled = fillGaps(bars, HOUR)
        expect(filled.map(({ ts }) => ts)).toEqual(Array.from({ length: span }, (_, i) => bars[0]!.ts + i * HOUR))
        expect(filled.filter(({ known }) => known).map(({ known: _, ...each }) => each)).toEqual(bars)
      }),
    )
  })

  test('a hole is filled flat at the last close, without volume', () => {
    const filled = fillGaps([bar(0), bar(3)], HOUR)
    const flat = { open: 2505.25, high: 2505.25, low: 2505.25, close: 2505.25, volume: 0, known: false }
    expect(filled.slice(1, 3)).toEqual([
      { ts: T + HOUR, ...flat },
      { ts: T + 2 * HOUR, ...flat },
    ])
  })
})

describe('ticks', () => {
  const price = fc.integer({ min: 1, max: 1_000_000 }).map((cents) => cents / 100)
  const anyBar = fc.tuple(price, price, price, price).map((four): Bar => {
    const [low, a, b, high] = [...four].sort((x, y) => x - y) as [number, number, number, number]
    const open = four[0] === low || four[0] === high ? a : four[0]
    return { ts: T, open, high, low, close: b, volume: 1 }
  })

  test('pass through high, low and close, inside the bar, by the shorter way', () => {
    fc.assert(
      fc.property(anyBar, fc.integer({ min: 60, max: 86_400 }), (each, step) => {
        const ticks = ticksOfBar(each, step)
        const prices = ticks.map((tick) => tick.price)
        expect([...prices.slice(0, 2)].sort((a, b) => a - b)).toEqual([each.low, each.high])
        expect(prices.at(-1)).toBe(each.close)
        const nearest = Math.min(each.high - each.open, each.open - each.low)
        expect(Math.abs(prices[0]! - each.open)).toBe(nearest)
        const times = ticks.map(({ time }) => time)
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
        expect(times[0]).toBeGreaterThan(each.ts)
        expect(times.at(-1)).toBe(each.ts + step)
        expect(ticks.map(({ isClose }) => isClose)).toEqual([false, false, true])
      }),
    )
  })

  test('run on from bar to bar', () => {
    const ticks = [...ticksOf([bar(0), bar(1)])]
    expect(ticks.map(({ time }) => time)).toEqual([1200, 2400, 3600, 4800, 6000, 7200].map((secs) => T + secs))
  })
})
