import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { black76Price, sviVolatility } from '@keel/quant'
import { afterAll, describe, expect, test } from 'vitest'
import { fit } from '../src/commands/fit.ts'
import type { Io } from '../src/frame/io.ts'
import { runCommand } from '../src/frame/run.ts'
import { keel } from './keel.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
const FIRST = Date.UTC(2026, 2, 2, 3) / 1000
const SECOND = FIRST + 6 * HOUR
const INDEX = 2_000
/** Days from the first snapshot's own to each expiry, as the venue writes it, and its name for people. */
const EXPIRIES = [
  { day: 4, code: '6MAR26', date: '2026-03-06' },
  { day: 25, code: '27MAR26', date: '2026-03-27' },
] as const
const HEADER = 'ts,instrument_name,underlying,bid_price,ask_price,implied_volatility,index_price'

/** Volatility at the money is 80 % of the level to four digits: w(0) = 0.64·τ·level². */
const slice = (years: number, level: number) => {
  const w = 0.64 * level * level * years
  return { a: 0.5 * w, b: 0.5 * Math.sqrt(w), rho: 0, m: 0, sigma: Math.sqrt(w) }
}

/** A snapshot of 17 strikes an expiry, in coin on the venue's tick. */
function rowsAt(time: number, level: number): readonly string[] {
  return EXPIRIES.flatMap(({ day, code }) => {
    const expiry = Math.floor(FIRST / DAY) * DAY + day * DAY + 8 * HOUR
    const years = (expiry - time) / DAY / 365
    const strikes = Array.from({ length: 17 }, (_, i) =>
      Math.round(INDEX * Math.exp(0.3 * (i - 8) * 0.8 * Math.sqrt(years))),
    )
    return strikes.flatMap((strike) =>
      (['call', 'put'] as const).map((kind) => {
        const volatility = sviVolatility(slice(years, level), { k: Math.log(strike / INDEX), years })
        const coin = black76Price({ kind, forward: INDEX, strike, years, volatility }) / INDEX
        const [bid, ask] = [Math.floor(coin * 1e4 - 1) / 1e4, Math.ceil(coin * 1e4 + 1) / 1e4]
        const name = `ETH-${code}-${strike}-${kind === 'call' ? 'C' : 'P'}`
        const moment = new Date(time * 1000).toISOString().slice(0, 19)
        return [moment, name, INDEX, bid > 0 ? bid.toFixed(4) : '', ask.toFixed(4), volatility, INDEX].join(',')
      }),
    )
  })
}

const folder = mkdtempSync(join(tmpdir(), 'keel-fit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(name: string, content: string | Buffer): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

const chain = fileOf('chain.csv.gz', gzipSync([HEADER, ...rowsAt(FIRST, 1), ...rowsAt(SECOND, 1.25)].join('\n')))

async function run(args: readonly string[], { json = false } = {}) {
  const signal = new AbortController().signal
  const io: Io = { json, env: {}, signal, print: () => {}, progress: () => {}, confirm: async () => {} }
  return runCommand(fit, { args, io })
}

async function document(...args: readonly string[]) {
  const { code, stdout, stderr } = await run([...args, '--json'], { json: true })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

describe('keel fit', () => {
  test('shows the last snapshot: slices near the truth, what was used and left out, the verdict', async () => {
    const { underlying, unreadRows, snapshots, summary } = await document(chain)
    expect({ underlying, unreadRows, summary }).toEqual({ underlying: 'ETH', unreadRows: 0, summary: undefined })
    expect(snapshots).toHaveLength(1)
    const { time, index, rows, used, expiries } = snapshots[0]
    expect({ time, index, rows }).toEqual({ time: '2026-03-02T09:00:00Z', index: INDEX, rows: 4 * 17 })
    expect(expiries.map((each: { expiry: string }) => each.expiry)).toEqual(
      EXPIRIES.map(({ date }) => `${date}T08:00:00Z`),
    )
    for (const each of expiries) {
      expect(each.volatility).toBeCloseTo(0.8 * 1.25, 2)
      expect(each).toMatchObject({ forwardSource: 'future', refused: null, faults: [], rows: 34 })
      expect(Math.abs(each.forward - INDEX)).toBeLessThan(0.5)
      expect(each.error.median).toBeLessThan(1)
      expect(each.error.inside).toBeGreaterThan(0.9)
      const left = Object.values<number>(each.leftOut).reduce((a, b) => a + b, 0)
      expect(each.used + left).toBe(each.rows)
      expect(each.leftOut['in-the-money']).toBeGreaterThan(10)
    }
    expect(used).toBe(expiries[0].used + expiries[1].used)
  })

  test('--at takes the newest snapshot not after it', async () => {
    const [first] = (await document(chain, '--at', '2026-03-02T08:59Z')).snapshots
    expect(first.time).toBe('2026-03-02T03:00:00Z')
    expect(first.expiries[1].volatility).toBeCloseTo(0.8, 2)
    const [second] = (await document(chain, '--at', String(SECOND))).snapshots
    expect(second.time).toBe('2026-03-02T09:00:00Z')
  })

  test('as a process, in words, with a picture of each expiry', async () => {
    const plots = join(folder, 'plots')
    const { code, stdout } = await keel(['fit', chain, '--at', '2026-03-02T04:00Z', '--plots', plots])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ETH 2026-03-02 03:00 UTC, index 2,000\.00: 68 quotes, slices rest on \d+ of them$/m)
    expect(stdout).toMatch(/^2026-03-27 +25\.2 +2,000\.\d\d +future +(79|80)\.\d\d/m)
    expect(stdout).toMatch(/^2026-03-06 .* in-the-money \d+/m)
    expect(stdout).toContain('Checks       all 2 slices pass')
    expect(stdout).toContain(`Plots        2 in ${plots}`)
    expect(readdirSync(plots).sort()).toEqual(EXPIRIES.map(({ date }) => `ETH-${date}-at-20260302T0300.svg`).sort())
    for (const name of readdirSync(plots)) {
      const svg = readFileSync(join(plots, name), 'utf8')
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\n$/)
    }
  })

  test('--from and --to make a run with a summary by tenor', async () => {
    const { snapshots, summary } = await document(chain, '--from', '2026-03-02', '--to', '2026-03-03')
    expect(snapshots).toHaveLength(2)
    expect(
      summary.tenors.map(({ name, expiries, passing }: Record<string, unknown>) => [name, expiries, passing]),
    ).toEqual([
      ['2–8 d', 2, 2],
      ['8–35 d', 2, 2],
      ['all', 4, 4],
    ])
    expect((await document(chain, '--from', '2026-03-02', '--to', '2026-03-02T09:00Z')).snapshots).toHaveLength(1)
    const { stdout } = await run([chain, '--from', '2026-03-02'])
    expect(stdout).toMatch(/^all +4 +4 +4 /m)
    expect(stdout).toContain('Expiries refused   none')
  })

  test('an expiry with too few quotes is refused, with what it had', async () => {
    const thin = rowsAt(FIRST, 1).filter((row) => !row.includes('6MAR26') || /-(19|20)\d\d-/.test(row))
    const { stdout } = await run([fileOf('thin.csv', [HEADER, ...thin, 'cut off he'].join('\n'))])
    expect(stdout).toMatch(/^ {2}2026-03-06 {2}thin-expiry: [0-4] usable quotes; left out .*thin-expiry/m)
    expect(stdout).toContain('Checks       all 1 slices pass')
    expect(stdout).toContain('Rows         1 could not be read')
  })

  test.each([
    ['no file', [], 2, /needs FILE/],
    ['a file that is not there', [join(folder, 'none.csv')], 1, /there is no such file\. Give the path/],
    ['another table', [fileOf('bars.csv', 'ts,open,high,low,close,volume\n1,2,3,4,5,6\n')], 1, /has no column/],
    ['an error reply', [fileOf('error.json', '{"error":{"message":"internal"}}')], 1, /is the error internal/],
    [
      'a time before all',
      [chain, '--at', '2026-03-01'],
      1,
      /no snapshot at or before 2026-03-01: the first is of 2026-03-02 03:00 UTC/,
    ],
    ['a span with none', [chain, '--from', '2026-04-01'], 1, /no snapshot from 2026-04-01/],
    ['a span upside down', [chain, '--from', '2026-03-03', '--to', '2026-03-02'], 2, /is not before/],
    ['a time and a span', [chain, '--at', '2026-03-03', '--to', '2026-03-04'], 2, /exclude each other/],
    ['no time', [chain, '--at', 'noon'], 2, /--at is "noon"/],
    ['plots in a file', [chain, '--plots', chain], 1, /Cannot write/],
  ])('%s', async (_, args, code, says) => {
    const ending = await run(args)
    expect(ending).toMatchObject({ code, stdout: '' })
    expect(ending.stderr).toMatch(says)
    expect(ending.stderr.trim().split('\n')).toHaveLength(1)
  })
})
