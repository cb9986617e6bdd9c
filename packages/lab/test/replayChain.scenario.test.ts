import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ChainOutsideSpanError,
  createCast,
  foundKeel,
  openChain,
  openWorld,
  readChainHistory,
  reportHtml,
  runReplay,
  startAnvil,
} from '../src/index.ts'
import type { ChainSource } from '../src/world/chainSource.ts'
import { chainSource } from '../src/world/chainSource.ts'
import { writeDrawnChain } from './drawnChain.ts'
import { HOUR, START, writeDrawnHistory } from './drawnHistory.ts'
import { recordedMarket } from './recordedMarket.ts'

const DAY = 24 * HOUR
const DAYS = 5
const JUMP_AT = START + 1.6 * DAY
const QUIET = 0.5
const WILD = 1.5
const MAX_STEP = 0.25

const folder = mkdtempSync(join(tmpdir(), 'keel-replay-chain-'))
const chain = join(folder, 'chain.csv')
let history: string

beforeAll(() => {
  history = writeDrawnHistory(folder, { hours: DAYS * 24 })
  const levelAt = (time: number) => (time < JUMP_AT ? QUIET : WILD)
  // A snapshot every five hours; from the third day at noon on there are none.
  const span = { from: START + HOUR, to: START + 2.5 * DAY, every: 5 * HOUR }
  writeDrawnChain(chain, { ...span, index: 2_500, levelAt })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a replay over a recorded chain', () => {
  test('reports from it while it is young enough, says how often, and is let out at the end', {
    timeout: 240_000,
  }, async () => {
    const { report } = await runReplay({ file: history, seed: 3, chains: [chain], chainAgeSecs: 7 * HOUR })
    const surface = report.surface!
    const { reports, slices, steps, trailingReasons } = surface

    expect(report.depositors.every(({ out }) => out)).toBe(true)
    expect(report.totals.trades).toBeGreaterThan(0)
    // The contract took every report: none reverted, none was beyond its limit.
    expect(Object.keys(report.totals.reverted).filter((what) => what.startsWith('relay'))).toEqual([])
    expect(steps.stopped).toBe(0)
    expect(steps.held).toBeGreaterThan(0)
    expect(steps.mostHeldBack).toBeGreaterThan(20)

    expect(surface).toMatchObject({ files: ['chain.csv'], maxAgeHours: 7 })
    expect(reports.chain).toBeGreaterThan(30)
    expect(reports.trailing).toBeGreaterThan(0)
    expect(Object.values(trailingReasons).reduce((a, b) => a + b, 0)).toBe(reports.trailing)
    expect(slices.fitted).toBeGreaterThan(60)

    // Shown volatility follows the chain, not before its jump; then, without a chain, trailing volatility.
    const { time, volatility, chainAge } = report.hours
    const at = (moment: number) => volatility[time.findIndex((each) => each >= moment)]!
    expect(at(JUMP_AT - 2 * HOUR)).toBeLessThan(1.2 * QUIET)
    expect(at(JUMP_AT + 6 * HOUR)).toBeGreaterThan(0.9 * WILD)
    expect(chainAge).toHaveLength(time.length)
    expect(Math.max(...chainAge.filter(Number.isFinite))).toBeLessThanOrEqual(7)
    expect(Number.isNaN(chainAge[time.findIndex((each) => each >= START + 3.5 * DAY)]!)).toBe(true)

    const html = reportHtml(report)
    expect(html).toContain('Where the surface came from')
    expect(html).toContain('snapshot too old')
    expect(html).toContain('Age of the option chain in use')
  })

  test('refuses a chain of other days', async () => {
    const elsewhere = join(folder, 'elsewhere.csv')
    writeDrawnChain(elsewhere, {
      from: START - 30 * DAY,
      to: START - 29 * DAY,
      every: DAY,
      index: 2_500,
      levelAt: () => 1,
    })
    await expect(runReplay({ file: history, seed: 3, chains: [elsewhere] })).rejects.toThrow(ChainOutsideSpanError)
  })
})

describe('the contract holds ordinary signatures to its step limit', () => {
  async function play(maxStep: number): Promise<ChainSource> {
    const { snapshots } = readChainHistory(chain)
    const local = await openChain(await startAnvil({ timestamp: START - 1_000, accounts: 11 }))
    try {
      const cast = createCast()
      const spot = 2_500n * 10n ** 18n
      const foundation = await foundKeel(local, {
        cast,
        time: START - 900,
        spot,
        equity: 1_000_000n,
        poolDepth: 2_000_000n,
      })
      const volatilityAt = () => ({ short: QUIET, long: QUIET })
      const surface = chainSource({ snapshots, maxAgeSecs: 12 * HOUR, maxStep, volatilityAt })
      const plan = { seed: 1, lastExpiry: START + 20 * DAY, volatilityAt, surface }
      const world = await openWorld(local, { foundation, cast, plan })
      for (let time = START + 24 * HOUR; time <= START + 46 * HOUR; time += HOUR)
        await world.step({ time, price: 2_500, isClose: true }, { trading: false })
      return surface
    } finally {
      await local.close()
    }
  }

  test('so a report that steps as far as the chain is refused, and one that steps within the limit is not', {
    timeout: 120_000,
  }, async () => {
    const bold = (await play(Number.POSITIVE_INFINITY)).use().steps
    expect(bold.held).toBe(0)
    expect(bold.stopped).toBeGreaterThan(0)
    const { held, stopped } = (await play(MAX_STEP)).use().steps
    expect(stopped).toBe(0)
    expect(held).toBeGreaterThan(1)
  })
})

const [prices, quotes] = ['eth-spot-1h.csv.gz', 'deribit-eth-chain-2026-02.csv.gz'].map(recordedMarket)
// Recorded market data is not part of the repository; without it the drawn chain above stands alone.
test.skipIf(prices === undefined || quotes === undefined)(
  'four days of a recorded crash',
  { timeout: 240_000 },
  async () => {
    const day = (n: number) => Date.UTC(2026, 1, n) / 1000
    const { report } = await runReplay({ file: prices!, from: day(3), to: day(7), seed: 1, chains: [quotes!] })
    const { reports, steps } = report.surface!
    const all = reports.chain + reports.mixed + reports.trailing
    expect(reports.chain / all).toBeGreaterThan(0.95)
    expect(steps.stopped).toBe(0)
    expect(Object.keys(report.totals.reverted).filter((what) => what.startsWith('relay'))).toEqual([])
    expect(report.depositors.every(({ out }) => out)).toBe(true)
  },
)
