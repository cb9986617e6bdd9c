// Fits every snapshot of recorded chains, asks the surface contract about every slice, and prints how well it went, by month and
// by tenor, as Markdown.
// node packages/lab/study/surface.ts deribit-eth-chain-2026-01.csv.gz deribit-eth-chain-2026-02.csv.gz …
import { basename } from 'node:path'
import type { IndexedSnapshot } from '@keel/keepers'
import { fitSurface, roundSlice } from '@keel/keepers'
import {
  type ChainSnapshot,
  type ChainSurface,
  createRandom,
  type FittedExpiry,
  fitChain,
  QUOTE_REJECTIONS,
  type SmileQuote,
  sortQuotes,
  sviVolatility,
} from '@keel/quant'
import { readChainHistory } from '../src/optionChain/read.ts'
import { borderReports, type TimedSlice } from './borderSlices.ts'
import { type ContractChecks, openContractChecks } from './contractChecks.ts'
import { addParities, compareChecks, type Parity } from './parity.ts'

const DAY = 86_400
/** The border of the rules is walked at every so many snapshots. */
const BORDER_EVERY = 4
const TENORS = [
  ['under 2 d', 0, 2],
  ['2–8 d', 2, 8],
  ['8–35 d', 8, 35],
  ['35–100 d', 35, 100],
  ['over 100 d', 100, 10_000],
] as const
type Tenor = (typeof TENORS)[number][0]

/** What is counted in one cell of a table. */
interface Cell {
  eligible: number
  accepted: number
  reported: number
  errors: number[]
  heldOut: number[]
  inside: number
}

const newCell = (): Cell => ({ eligible: 0, accepted: 0, reported: 0, errors: [], heldOut: [], inside: 0 })
const months = new Map<string, Map<Tenor, Cell>>()
const times = new Map<string, number[]>()
const rejections = Object.fromEntries(QUOTE_REJECTIONS.map((reason) => [reason, 0])) as Record<string, number>
let [rows, used] = [0, 0]

const parities: Parity[] = []
let seed = 0

const histories = process.argv.slice(2).map((file) => ({ month: monthOf(file), ...readChainHistory(file) }))
const checks = await openContractChecks({
  time: Math.floor(Math.min(...histories.map(({ snapshots }) => snapshots[0]!.time))),
})
for (const { month, snapshots } of histories) for (const snapshot of snapshots) await study(month, snapshot)
await checks.close()
print()

async function study(month: string, snapshot: IndexedSnapshot): Promise<void> {
  const start = process.cpuUsage()
  const surface = fitChain(snapshot)
  const { user, system } = process.cpuUsage(start)
  push(times, month, (user + system) / 1000)
  rows += snapshot.quotes.length
  used += surface.used
  for (const [reason, count] of Object.entries(surface.rejections)) rejections[reason]! += count

  const time = Math.floor(snapshot.time)
  const slices = surface.expiries.map(({ expiry, slice }) => ({ expiry, slice: roundSlice(slice) }))
  const taken = new Set((await acceptedBy(checks, { time, slices })).map(({ expiry }) => expiry))
  const reported = new Set(fitSurface(snapshot).slices.map(({ expiry }) => expiry))
  countAcceptance(month, snapshot, { taken, reported })
  for (const expiry of surface.expiries) {
    const cell = cellOf(month, expiry.years)
    for (const quote of near(expiry)) {
      const volatility = sviVolatility(expiry.slice, { k: quote.k, years: expiry.years })
      cell.errors.push(100 * Math.abs(volatility - quote.midVolatility))
      if (volatility >= quote.bidVolatility && volatility <= quote.askVolatility) cell.inside++
    }
  }
  holdOut(month, snapshot, surface)

  const stream = seed++
  if (stream % BORDER_EVERY !== 0) return
  const reports = borderReports(slices, { random: createRandom(1, stream), time })
  parities.push(await compareChecks(checks, { reports, time }))
}

/** The slices that the contract takes in one report: what it names is left out until it takes the rest. */
async function acceptedBy(
  { judge }: Pick<ContractChecks, 'judge'>,
  { time, slices }: { time: number; slices: readonly TimedSlice[] },
): Promise<readonly TimedSlice[]> {
  if (slices.length === 0) return []
  const verdict = await judge({ time, slices })
  if (verdict.accepted) return slices
  return acceptedBy({ judge }, { time, slices: slices.filter(({ expiry }) => expiry !== verdict.expiry) })
}

/** An expiry counts when it has at least 8 two-sided quotes; it is accepted when the contract takes its slice. */
function countAcceptance(
  month: string,
  { time, quotes }: ChainSnapshot,
  { taken, reported }: { taken: ReadonlySet<number>; reported: ReadonlySet<number> },
): void {
  const { expiries } = sortQuotes(quotes, { earliest: time, earliestExpiry: time })
  for (const { expiry, strikes } of expiries) {
    const sides = strikes.reduce(
      (sum, { call, put }) => sum + Number(call !== undefined) + Number(put !== undefined),
      0,
    )
    if (sides < 8) continue
    const cell = cellOf(month, (expiry - time) / DAY / 365)
    cell.eligible++
    if (taken.has(expiry)) cell.accepted++
    if (reported.has(expiry)) cell.reported++
  }
}

/** Fits again without every fifth strike and measures on those. */
function holdOut(month: string, { time, quotes }: ChainSnapshot, whole: ChainSurface): void {
  const hidden = new Map<number, Set<number>>()
  for (const expiry of whole.expiries) {
    if (expiry.quotes.length < 10) continue
    hidden.set(expiry.expiry, new Set(expiry.quotes.filter((_, i) => i % 5 === 2).map(({ strike }) => strike)))
  }
  const shown = quotes.filter(({ expiry, strike }) => !hidden.get(expiry)?.has(strike))
  for (const { expiry, years, slice } of fitChain({ time, quotes: shown }).expiries) {
    const strikes = hidden.get(expiry)
    const original = whole.expiries.find((fitted) => fitted.expiry === expiry)
    if (strikes === undefined || original === undefined) continue
    const cell = cellOf(month, years)
    for (const { strike, k, midVolatility } of near(original)) {
      if (strikes.has(strike)) cell.heldOut.push(100 * Math.abs(sviVolatility(slice, { k, years }) - midVolatility))
    }
  }
}

/** Quotes of an expiry, outliers included, within 0.5 to 2 times the forward. */
function near({ quotes, outliers }: FittedExpiry): readonly SmileQuote[] {
  return [...quotes, ...outliers].filter(({ k }) => Math.abs(k) <= Math.LN2)
}

function monthOf(file: string): string {
  return /\d{4}-\d{2}/.exec(basename(file))?.[0] ?? basename(file)
}

function cellOf(month: string, years: number): Cell {
  const [tenor] = TENORS.find(([, from, to]) => years * 365 >= from && years * 365 < to)!
  let cells = months.get(month)
  if (cells === undefined) {
    cells = new Map(TENORS.map(([name]) => [name, newCell()]))
    months.set(month, cells)
  }
  return cells.get(tenor)!
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}

function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN
}

function merge(cells: readonly Cell[]): Cell {
  const all = newCell()
  for (const cell of cells) {
    all.eligible += cell.eligible
    all.accepted += cell.accepted
    all.reported += cell.reported
    all.inside += cell.inside
    for (const error of cell.errors) all.errors.push(error)
    for (const error of cell.heldOut) all.heldOut.push(error)
  }
  return all
}

function line(name: string, cell: Cell): string {
  const percent = (part: number, whole: number): string =>
    whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`
  const columns = [
    name,
    cell.eligible,
    percent(cell.accepted, cell.eligible),
    percent(cell.reported, cell.eligible),
    cell.errors.length,
    quantile(cell.errors, 0.5).toFixed(2),
    quantile(cell.errors, 0.95).toFixed(2),
    percent(cell.inside, cell.errors.length),
    quantile(cell.heldOut, 0.5).toFixed(2),
    quantile(cell.heldOut, 0.95).toFixed(2),
  ]
  return `| ${columns.join(' | ')} |`
}

function print(): void {
  const header =
    '| | expiries | accepted | reported | quotes | median | p95 | inside bid–ask | held out: median | p95 |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|'
  const every = (tenor: Tenor): Cell => merge([...months.values()].map((cells) => cells.get(tenor)!))
  const counted = TENORS.slice(1).map(([tenor]) => tenor)
  console.log(`### By tenor\n\n${header}`)
  for (const [tenor] of TENORS) console.log(line(tenor, every(tenor)))
  console.log(line('**2 d and over**', merge(counted.map(every))))
  console.log(`\n### By month, 2 d and over\n\n${header}`)
  for (const [month, cells] of months) console.log(line(month, merge(counted.map((tenor) => cells.get(tenor)!))))
  for (const [month, cells] of months) {
    console.log(`\n### ${month}\n\n${header}`)
    for (const [tenor, cell] of cells) console.log(line(tenor, cell))
  }
  console.log('\n### Time per surface, ms of CPU\n\n| month | snapshots | median | p95 | p99 |\n|---|--:|--:|--:|--:|')
  for (const [month, values] of times) {
    const at = [0.5, 0.95, 0.99].map((p) => quantile(values, p).toFixed(1))
    console.log(`| ${month} | ${values.length} | ${at.join(' | ')} |`)
  }
  console.log(`\n### Rows\n\n${rows} rows, ${used} used\n\n| left out | rows |\n|---|--:|`)
  for (const [reason, count] of Object.entries(rejections)) console.log(`| ${reason} | ${count} |`)
  printParity(addParities(parities))
}

function printParity({ reports, slices, accepted, refused, mismatches }: Parity): void {
  const rounding = mismatches.filter(({ isRounding }) => isRounding).length
  console.log(`\n### The library's checks beside the contract's\n\n| | reports |\n|---|--:|`)
  console.log(`| judged by both, of ${slices} slices | ${reports} |\n| taken | ${accepted} |`)
  for (const [rule, count] of Object.entries(refused)) console.log(`| refused: ${rule} | ${count} |`)
  console.log(`| judged differently, at the border to within rounding | ${rounding} |`)
  console.log(`| judged differently otherwise | ${mismatches.length - rounding} |`)
  for (const mismatch of mismatches) console.error(JSON.stringify(mismatch))
}
