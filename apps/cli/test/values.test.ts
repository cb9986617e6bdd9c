import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BadValueError } from '../src/frame/errors.ts'
import { formatExact, formatRounded, parseAmount, parseDecimal } from '../src/values/decimal.ts'
import { formatNumber } from '../src/values/number.ts'
import { expiryName, parseSeriesName, seriesName } from '../src/values/seriesName.ts'
import { formatSpan, formatTime, isoTime, parseTime } from '../src/values/time.ts'

const WAD = 10n ** 18n
const FIRST_EXPIRY = Date.UTC(2000, 0, 1, 8) / 1000
const LAST_DAY = 36_500
const DAY = 86_400

describe('decimals', () => {
  test('are read exactly, and never rounded', () => {
    const six = { decimals: 6, what: 'AMOUNT' }
    expect(parseDecimal('1250.5', six)).toBe(1_250_500_000n)
    expect(parseDecimal('.000001', six)).toBe(1n)
    expect(parseDecimal('7.', six)).toBe(7_000_000n)
    expect(parseDecimal('1.2300000000', six)).toBe(1_230_000n)
    expect(parseDecimal('9007199254740993', { ...six, decimals: 0 })).toBe(9_007_199_254_740_993n)
    expect(parseDecimal('-80', { ...six, negative: true })).toBe(-80_000_000n)
  })

  test.each([
    ['', 6],
    ['.', 6],
    ['1e6', 6],
    ['1,000', 6],
    ['0x10', 6],
    ['+1', 6],
    [' 1', 6],
    ['1.2.3', 6],
    ['NaN', 6],
    ['Infinity', 6],
    ['0.0000001', 6],
    ['1.5', 0],
    ['-1', 6],
  ])('%j with %i decimals is refused', (text, decimals) => {
    expect(() => parseDecimal(text, { decimals, what: '--limit' })).toThrow(BadValueError)
    expect(() => parseDecimal(text, { decimals, what: '--limit' })).toThrow(/^--limit is /)
  })

  test('an amount is above zero', () => {
    expect(() => parseAmount('0.0', { decimals: 6, what: 'AMOUNT' })).toThrow(
      'AMOUNT is "0.0", which is not above zero.',
    )
  })

  test('what is written exactly reads back', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 40n), 10n ** 40n), fc.constantFrom(0, 6, 8, 18), (value, decimals) => {
        const text = formatExact(value, decimals)
        expect(text).not.toMatch(/\.$|\.\d*0$/)
        expect(parseDecimal(text, { decimals, what: 'x', negative: true })).toBe(value)
      }),
    )
  })

  test('are rounded half away from zero for people', () => {
    expect(formatRounded(1_234_567_895_000n, { decimals: 6 })).toBe('1,234,567.90')
    expect(formatRounded(-5_000n, { decimals: 6 })).toBe('-0.01')
    expect(formatRounded(-4_999n, { decimals: 6, sign: true })).toBe('0.00')
    expect(formatRounded(12n, { decimals: 0, sign: true })).toBe('+12')
    expect(formatRounded(999_995n, { decimals: 6 })).toBe('1.00')
    expect(formatRounded(1_234n, { decimals: 6, places: 6 })).toBe('0.001234')
  })

  test('floats never show a minus before zero, and say when there is nothing', () => {
    expect(formatNumber(-0.001)).toBe('0.00')
    expect(formatNumber(-1234.5, { places: 1 })).toBe('-1,234.5')
    expect(formatNumber(3, { places: 0, sign: true })).toBe('+3')
    expect(formatNumber(Number.NaN)).toBe('–')
  })
})

describe('names of series', () => {
  test('say symbol, expiry at 08:00 UTC, strike and kind', () => {
    expect(parseSeriesName('ETH-27MAR26-2500-C')).toEqual({
      symbol: 'ETH',
      expiry: Date.UTC(2026, 2, 27, 8) / 1000,
      strike: 2500n * WAD,
      isCall: true,
    })
    expect(parseSeriesName('xrp_usdc-7jun25-0d64-p')).toEqual({
      symbol: 'XRP_USDC',
      expiry: Date.UTC(2025, 5, 7, 8) / 1000,
      strike: (64n * WAD) / 100n,
      isCall: false,
    })
    expect(parseSeriesName('ETH-07MAR26-2500.5-C').strike).toBe(2500n * WAD + WAD / 2n)
  })

  test.each([
    'ETH',
    'ETH-27MAR26-2500',
    'ETH-27MAR26-2500-X',
    'ETH-31FEB26-2500-C',
    'ETH-0MAR26-2500-C',
    'ETH-27FOO26-2500-C',
    'ETH-27MAR2026-2500-C',
    'ETH-27MAR26-0-C',
    'ETH-27MAR26--5-C',
    'ETH-27MAR26-1e3-C',
    'ETH-27MAR26-1.0000000000000000001-C',
    '',
  ])('%j is refused', (name) => {
    expect(() => parseSeriesName(name)).toThrow(BadValueError)
  })

  test('round trip', () => {
    const series = fc.record({
      symbol: fc.stringMatching(/^[A-Z][A-Z0-9_]{0,9}$/),
      expiry: fc.integer({ min: 0, max: LAST_DAY - 1 }).map((day) => FIRST_EXPIRY + day * DAY),
      strike: fc.bigInt(1n, 2n ** 112n - 1n),
      isCall: fc.boolean(),
    })
    fc.assert(
      fc.property(series, (each) => {
        expect(parseSeriesName(seriesName(each))).toEqual(each)
      }),
    )
  })

  test('a day below ten has one digit', () => {
    expect(expiryName(Date.UTC(2026, 0, 2, 8) / 1000)).toBe('2JAN26')
  })
})

describe('times', () => {
  test.each([
    ['2020-03-01', Date.UTC(2020, 2, 1)],
    ['2020-03-01T08:30', Date.UTC(2020, 2, 1, 8, 30)],
    ['2020-03-01 08:30', Date.UTC(2020, 2, 1, 8, 30)],
    ['2020-02-29T23:59:59Z', Date.UTC(2020, 1, 29, 23, 59, 59)],
    ['1583020800', Date.UTC(2020, 2, 1)],
  ])('%s is read as UTC', (text, ms) => {
    expect(parseTime(text, '--from')).toBe(ms / 1000)
  })

  test.each([
    '',
    '2020',
    '2020-13-01',
    '2021-02-29',
    '2020-03-01T24:00',
    '2020-03-01T10:60',
    '01.03.2020',
    'now',
    '-1',
  ])('%j is refused', (text) => {
    expect(() => parseTime(text, '--from')).toThrow(/^--from is /)
  })

  test('are written for people and for machines', () => {
    const time = Date.UTC(2026, 2, 27, 8) / 1000
    expect(formatTime(time)).toBe('2026-03-27 08:00 UTC')
    expect(isoTime(time)).toBe('2026-03-27T08:00:00Z')
    expect(parseTime(isoTime(time), 'x')).toBe(time)
  })

  test('spans show their two largest units', () => {
    expect(formatSpan(0)).toBe('0s')
    expect(formatSpan(59.9)).toBe('59s')
    expect(formatSpan(3_600)).toBe('1h')
    expect(formatSpan(90_061)).toBe('1d 1h')
  })
})
