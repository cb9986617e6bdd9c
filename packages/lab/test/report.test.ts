import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Hours, Report } from '../src/index.ts'
import { reportHtml } from '../src/index.ts'
import type { Chart } from '../src/report/chart.ts'
import { chartFigure, chartSvg, escapeHtml, formatNumber, niceTicks } from '../src/report/chart.ts'

describe('niceTicks', () => {
  test.each([
    [0, 10, [0, 2, 4, 6, 8, 10]],
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-3, 3, [-2, 0, 2]],
    [2_480, 2_530, [2_480, 2_490, 2_500, 2_510, 2_520, 2_530]],
    [7, 7, [7]],
  ])('of %d to %d', (low, high, expected) => {
    const ticks = niceTicks(low, high)
    expect(ticks).toHaveLength(expected.length)
    for (const [i, tick] of ticks.entries()) expect(tick).toBeCloseTo(expected[i]!, 9)
  })

  test('are few, evenly spaced, inside the range and 1, 2, 2.5 or 5 times a power of ten apart', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(value, value, fc.integer({ min: 1, max: 12 }), (a, b, most) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        fc.pre(high - low > 1e-6 * Math.max(1, Math.abs(low), Math.abs(high)))
        const ticks = niceTicks(low, high, most)
        const slack = (high - low) * 1e-6
        expect(ticks.length).toBeLessThanOrEqual(most + 1)
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(low - slack)
          expect(tick).toBeLessThanOrEqual(high + slack)
        }
        if (ticks.length < 2) return
        const step = ticks[1]! - ticks[0]!
        for (let i = 2; i < ticks.length; i++) expect(Math.abs(ticks[i]! - ticks[i - 1]! - step)).toBeLessThan(slack)
        const lead = step / 10 ** Math.floor(Math.log10(step * (1 + 1e-9)))
        expect(Math.min(...[1, 2, 2.5, 5, 10].map((f) => Math.abs(f - lead)))).toBeLessThan(1e-3)
      }),
    )
  })
})

describe('formatNumber', () => {
  test.each([
    [0, '0'],
    [1234567.8, '1 234 568'],
    [-1234.5, '-1 235'],
    [999.456, '999.46'],
    [12.5, '12.5'],
    [0.12345678, '0.1235'],
    [0.00012345678, '0.000123'],
    [-0.5, '-0.5'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })
})

describe('escapeHtml', () => {
  test('leaves no character that HTML reads, and every other as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeHtml(text)
        expect(escaped).not.toMatch(/[<>"]|&(?!amp;|lt;|gt;|quot;)/)
        const back = escaped
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&amp;', '&')
        expect(back).toBe(text)
      }),
    )
  })
})

const chart = (y: readonly number[], over: Partial<Chart> = {}): Chart => ({
  title: 'Spot',
  unit: 'dollars',
  times: y.map((_, i) => 1_704_672_000 + i * 3_600),
  lines: [{ name: 'spot', y }],
  ...over,
})

/** The points of the first line: `M` begins a piece, `L` goes on. */
function pieces(svg: string): readonly number[] {
  const path = /class="line c0" d="([^"]*)"/.exec(svg)![1]!
  return path
    .split('M')
    .slice(1)
    .map((piece) => piece.split('L').length)
}

describe('chartSvg', () => {
  const { NaN: nothing, POSITIVE_INFINITY: infinity } = Number

  test.each([
    ['nothing missing', [1, 2, 3], [3]],
    ['a hole', [1, 2, nothing, 4], [2, 1]],
    ['holes at both ends', [nothing, 2, 3, nothing], [2]],
    ['an infinity', [1, infinity, 3], [1, 1]],
    ['nothing at all', [nothing, nothing], []],
    ['no times', [], []],
    ['one value', [5], [1]],
    ['the same value', [5, 5, 5], [3]],
  ])('given %s, lifts the pen there and writes no NaN', (_, y, expected) => {
    for (const fill of [false, true]) {
      const svg = chartSvg(chart(y, { lines: [{ name: 'spot', y, fill }], zero: fill }))
      expect(pieces(svg)).toEqual(expected)
      expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    }
  })

  test('keeps every point inside the drawing', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), fc.boolean(), (y, zero) => {
        const svg = chartSvg(chart(y, { zero }))
        const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number)
        const path = /class="line c0" d="([^"]*)"/.exec(svg)![1]!
        for (const point of path.split(/[ML]/).slice(1)) {
          const [x, at] = point.split(' ').map(Number)
          expect(x).toBeGreaterThanOrEqual(0)
          expect(x).toBeLessThanOrEqual(width!)
          expect(at).toBeGreaterThanOrEqual(0)
          expect(at).toBeLessThanOrEqual(height!)
        }
      }),
    )
  })

  test('escapes every text', () => {
    const evil = '"><script>alert(1)</script>'
    const figure = chartFigure(
      chart([1, 2], {
        title: evil,
        unit: evil,
        lines: [{ name: evil, y: [1, 2] }],
        marks: [{ time: 1_704_672_000, y: 1, up: true, text: evil }],
      }),
    )
    expect(figure).not.toContain('<script')
    expect(figure.match(/&lt;script&gt;/g)).toHaveLength(5)
  })
})

const EVIL = '<img src="https://example.com/x.png">&'
const column = [1, 2, 3]
const COLUMNS = [
  'time',
  'spot',
  'volatility',
  'sharePrice',
  'equity',
  'free',
  'locked',
  'netDeltaBefore',
  'netDeltaAfter',
  'hedgeDelta',
  'openInterest',
  'premium',
  'edge',
  'options',
  'hedges',
  'hedgeCost',
  'residual',
] as const
const hours = Object.fromEntries(
  COLUMNS.map((name) => [name, name === 'time' ? column.map((i) => 1_704_672_000 + i * 3_600) : column]),
) as unknown as Hours

const report: Report = {
  format: 'keel-report-1',
  title: EVIL,
  history: {
    file: EVIL,
    from: 1_704_672_000,
    to: 1_705_104_000,
    bars: 120,
    gaps: [{ from: 1_704_859_200, to: 1_704_891_600, missing: 9 }],
  },
  seed: 1,
  volatility: EVIL,
  settings: { [EVIL]: EVIL },
  totals: {
    transactions: 1,
    blocks: 1,
    trades: 1,
    refused: { [EVIL]: 3 },
    reverted: {},
    contracts: 1,
    premium: 1,
    paidOut: 1,
    hedgeTrades: 1,
    hedgeVolume: 1,
    settledSeries: 1,
    epochs: 1,
    conservationChecks: 120,
    largestNetDeltaShare: 0.1,
  },
  pnl: { edge: 1, options: 2, hedges: 3, hedgeCost: 4, residual: 5, total: 15 },
  hours,
  hedgeTrades: [{ time: 1_704_679_200, size: -1, price: 2, cost: 0.1, rule: EVIL }],
  epochs: [
    {
      number: 1,
      time: 1_704_679_200,
      depositPrice: 1,
      redeemPrice: 1,
      deposited: 1,
      redeemed: 0,
      sharesMinted: 1,
      sharesBurned: 0,
    },
  ],
  settlements: [{ time: 1_704_679_200, expiry: 1_704_672_000, price: 2_500, series: 1, paid: 0 }],
  depositors: [{ name: EVIL, deposited: 1, withdrawn: 2, out: true }],
  traders: [{ name: EVIL, trades: 1, paid: 1, received: 0, redeemed: 0 }],
}

describe('reportHtml', () => {
  const html = reportHtml(report)

  test('needs nothing but itself: no script, no address, nothing fetched', () => {
    expect(html).not.toMatch(/<(script|link|iframe|img|object|embed|base)\b/i)
    expect(html).not.toMatch(/\s(src|href|srcset|action|xlink:href)\s*=\s*"/i)
    expect(html).not.toMatch(/@import|url\(/i)
    expect(html.replaceAll(escapeHtml(EVIL), '')).not.toMatch(/https?:|\/\/\w/)
  })

  test('opens and closes the same tags', () => {
    const open: string[] = []
    for (const [, close, tag, self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
      if (self || tag === 'meta') continue
      if (close) expect(open.pop()).toBe(tag)
      else open.push(tag!)
    }
    expect(open).toEqual([])
  })

  test('shows the gaps and what was refused', () => {
    expect(html).toContain('<td>2024-01-10 04:00</td><td>2024-01-10 13:00</td><td>9</td>')
    expect(html).toContain(`<td>${escapeHtml(EVIL)}</td><td>3</td>`)
  })

  test('says None where there is nothing', () => {
    const empty = reportHtml({ ...report, history: { ...report.history, gaps: [] }, hedgeTrades: [], settlements: [] })
    expect(empty).toMatch(/Gaps in the data<\/h2>\s*<p>None\.<\/p>/)
    expect(empty).toMatch(/Transactions reverted<\/h2>\s*<p>None\.<\/p>/)
  })

  test('is the same twice', () => {
    expect(reportHtml(report)).toBe(html)
  })
})
