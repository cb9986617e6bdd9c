import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LiveStatus } from '../src/index.ts'
import { InterruptedError, reportHtml, runLive, runReplay, SpanTooShortError } from '../src/index.ts'
import { anvilsWith } from './anvils.ts'
import { HOUR, START, writeDrawnHistory } from './drawnHistory.ts'

const DAYS_5 = 5 * 24
let folder: string
let temporary: string | undefined

// Chains keep their files below the folder, which tells them apart from those of other runs.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keel-replay-'))
  temporary = process.env.TMPDIR
  process.env.TMPDIR = folder
})

afterEach(() => {
  if (temporary === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = temporary
  rmSync(folder, { recursive: true, force: true })
})

describe('a replay of five days', () => {
  test('runs to the end, lets everybody out, audits every hour, and repeats to the byte', async () => {
    const file = writeDrawnHistory(folder, { hours: DAYS_5 })
    const seen: number[] = []
    const { report, speed } = await runReplay({ file, seed: 3, onProgress: ({ hour }) => seen.push(hour) })

    expect(seen).toEqual(Array.from({ length: DAYS_5 }, (_, i) => i + 1))
    expect(report.history).toMatchObject({ from: START, to: START + DAYS_5 * HOUR, bars: DAYS_5, gaps: [] })
    expect(report.depositors.length).toBeGreaterThan(0)
    for (const depositor of report.depositors) {
      expect(depositor.out).toBe(true)
      expect(depositor.deposited).toBeGreaterThan(0)
    }
    expect(report.totals.conservationChecks).toBe(DAYS_5 + Number(report.settings.epilogueBars))
    expect(report.hours.time).toHaveLength(report.totals.conservationChecks)
    expect(report.totals.trades).toBeGreaterThan(0)
    expect(report.totals.settledSeries).toBeGreaterThan(0)
    expect(report.totals.epochs).toBeGreaterThan(1)

    // What depositors won, the parts must explain; and it is what traders lost less the cost of hedging.
    const { total, edge, options, hedges, hedgeCost, residual } = report.pnl
    expect(edge + options + hedges + hedgeCost + residual).toBeCloseTo(total, 3)

    const again = await runReplay({ file, seed: 3 })
    expect(JSON.stringify(again.report)).toBe(JSON.stringify(report))
    expect(again.speed.transactions).toBe(speed.transactions)
    expect(reportHtml(again.report)).toBe(reportHtml(report))
    expect(anvilsWith(folder)).toEqual([])
  })

  test('goes on over a hole of nine hours around an expiry, and reports it', async () => {
    // From 04:00 to 13:00 on the third day: the 08:00 expiry falls into it.
    const from = START + 52 * HOUR
    const to = from + 9 * HOUR
    const file = writeDrawnHistory(folder, { hours: DAYS_5, keep: (time) => time < from || time >= to })
    const { report } = await runReplay({ file, seed: 3 })

    expect(report.history.gaps).toEqual([{ from, to, missing: 9 }])
    expect(report.history.bars).toBe(DAYS_5 - 9)
    expect(report.totals.conservationChecks).toBe(DAYS_5 + Number(report.settings.epilogueBars))
    expect(report.depositors.every(({ out }) => out)).toBe(true)
    expect(reportHtml(report)).toContain('2024-01-10 04:00')
  })

  test('throws when it is aborted in the middle, and leaves no chain behind', async () => {
    const file = writeDrawnHistory(folder, { hours: DAYS_5 })
    const stop = new AbortController()
    let running: readonly number[] = []
    const onProgress = ({ hour }: { readonly hour: number }) => {
      if (hour !== 3) return
      running = anvilsWith(folder)
      stop.abort()
    }

    await expect(runReplay({ file, seed: 3, onProgress, signal: stop.signal })).rejects.toThrow(InterruptedError)
    expect(running).toHaveLength(1)
    expect(anvilsWith(folder)).toEqual([])
    expect(readdirSync(folder)).toEqual(['drawn.csv'])
  })

  test('refuses a span in which nobody could come and go', async () => {
    const file = writeDrawnHistory(folder, { hours: 24 })
    await expect(runReplay({ file, seed: 3 })).rejects.toThrow(SpanTooShortError)
  })
})

describe('a live market', () => {
  test('takes up where it was stopped: chain time goes on and never back', async () => {
    const dataDir = join(folder, 'live')
    const runs: { resumed: boolean | undefined; readonly statuses: LiveStatus[] }[] = []
    for (let i = 0; i < 2; i++) {
      const run = { resumed: undefined as boolean | undefined, statuses: [] as LiveStatus[] }
      runs.push(run)
      const stop = new AbortController()
      await runLive({
        dataDir,
        port: 0,
        seed: 5,
        speed: 1e9,
        signal: stop.signal,
        onReady: ({ resumed }) => {
          run.resumed = resumed
          setTimeout(() => stop.abort(), 3_000)
        },
        onStatus: (status) => run.statuses.push(status),
      })
      expect(anvilsWith(folder)).toEqual([])
    }

    const [first, second] = runs
    expect([first!.resumed, second!.resumed]).toEqual([false, true])
    expect(first!.statuses.length).toBeGreaterThan(0)
    const times = [...first!.statuses, ...second!.statuses].map(({ time }) => time)
    expect(times).toEqual(times.map((_, i) => times[0]! + i * HOUR))
    const trades = [...first!.statuses, ...second!.statuses].map((status) => status.trades)
    expect(trades).toEqual([...trades].sort((a, b) => a - b))
  })
})
