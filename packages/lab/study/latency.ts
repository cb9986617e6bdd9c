// What a trader who knows the true price and volatility takes from the vault, as Markdown. Minutes to an hour.
// node study/latency.ts                    a drawn path of two days
// node study/latency.ts FILE [DAYS]        one-minute bars, CSV or CSV.GZ: ts,open,high,low,close,volume
// node study/latency.ts FILE DAYS PART…    some of: cells free levers screen chain
import { readHistory } from '../src/history/read.ts'
import { bp, CELLS, type Cell, type Change, settingOf } from './latency/cells.ts'
import { exhaust } from './latency/exhaust.ts'
import { confirm, type Quoted } from './latency/onChain.ts'
import { refusedAtRandom } from './latency/refused.ts'
import { type Outcome, run } from './latency/run.ts'
import { drawnMinutes, truthOf } from './latency/truth.ts'

const PARTS = ['cells', 'free', 'levers', 'screen', 'chain'] as const
const MINUTES_A_DAY = 1_440
const EQUITY = 5_000_000
const TOP = 5
/** Orders of each kind that the bytecode prices again, a cell. */
const CONFIRMED = 20
const LEVERS: readonly (readonly [string, Change])[] = [
  ['as shipped', {}],
  ['hedge at 2 bp', { takerCost: 0.0002 }],
  ['latency 100 bp', { pricing: { latency: bp(100) } }],
  ['latency 150 bp', { pricing: { latency: bp(150) } }],
  ['maxNetDelta 5 %', { limits: { maxNetDelta: bp(500) } }],
  ['deltaCharge 100 %', { pricing: { deltaCharge: bp(10_000) } }],
  ['ageSpread 2', { pricing: { ageSpread: bp(20_000) } }],
  [
    'latency 80 bp, deltaCharge 100 %, ageSpread 2',
    { pricing: { latency: bp(80), deltaCharge: bp(10_000), ageSpread: bp(20_000) } },
  ],
]

const [file, days = '30', ...asked] = process.argv.slice(2)
const bars = file === undefined ? drawnMinutes({ seed: 1, days: 2, start: 3_000 }) : readHistory(file).bars
const truth = truthOf(bars.slice(0, Number(days) * MINUTES_A_DAY))
const spot = bars[0]!.open
const wanted = (part: (typeof PARTS)[number]): boolean => asked.length === 0 || asked.includes(part)

console.log(
  `${truth.ticks} prices from ${new Date(truth.start * 1000).toISOString()}, ${file === undefined ? 'drawn' : 'read'}`,
)
if (wanted('cells'))
  table(
    'As shipped',
    CELLS.map((cell) => row(cell, '', runCell(cell, {}))),
  )
if (wanted('free'))
  table(
    'Without the latency charge',
    CELLS.map((cell) => row(cell, '', runCell(cell, { pricing: { latency: 0n } }))),
  )
if (wanted('levers'))
  table(
    'Levers',
    LEVERS.flatMap(([name, change]) => CELLS.map((cell) => row(cell, name, runCell(cell, change)))),
  )
if (wanted('screen')) CELLS.forEach(screen)
if (wanted('chain')) for (const cell of CELLS) await chain(cell)

function runCell(cell: Cell, change: Change): Outcome {
  return run(settingOf(cell, { spot, change }), truth)
}

/** Profit per day in basis points of equity, in all and without the best few deals, and how it came. */
function row(cell: Cell, name: string, { deals, days: length, profit, passed, moments, worstLag }: Outcome): string {
  const perDay = (sum: number): string => ((sum / EQUITY / length) * 1e4).toFixed(3)
  const best = deals.map((deal) => deal.profit).sort((a, b) => b - a)
  const top = best.slice(0, TOP).reduce((a, b) => a + b, 0)
  const onDays = new Set(deals.map(({ time }) => Math.floor(time / 86_400))).size
  const cells = [
    cell.feed,
    cell.surface,
    name,
    perDay(profit),
    perDay(profit - top),
    (deals.length / length).toFixed(1),
    onDays,
    `${((100 * passed) / moments).toFixed(2)} %`,
    (worstLag * 1e4).toFixed(0),
  ]
  return `| ${cells.join(' | ')} |`
}

function table(title: string, rows: readonly string[]): void {
  console.log(`\n## ${title}\n`)
  console.log(
    '| feed | surface | terms | bp of equity a day | without the best 5 deals | deals a day | days with a deal | moments past the screen | widest lag, bp |',
  )
  console.log('|---|---|---|--:|--:|--:|--:|--:|--:|')
  for (const each of rows) console.log(each)
}

function screen(cell: Cell): void {
  const found = exhaust(settingOf(cell, { spot }), truth, { seed: 7, moments: 60, orders: 60 })
  const { moments, orders, broken, bruteProfit, searchProfit } = found
  console.log(
    `\nScreen, ${cell.feed}, ${cell.surface}: ${orders} exact orders at ${moments} moments, ${broken} beyond the bound; ` +
      `brute force found ${bruteProfit.toFixed(2)}, the search ${searchProfit.toFixed(2)}`,
  )
}

/** The best deals, and as many orders that were not worth making, priced by the bytecode. */
async function chain(cell: Cell): Promise<void> {
  const setting = settingOf(cell, { spot })
  const refused = refusedAtRandom({ seed: 11, count: CONFIRMED })
  const { deals } = run(setting, truth, { moment: (moment) => refused.look(moment, { setting, truth }) })
  const best: readonly Quoted[] = [...deals].sort((a, b) => b.profit - a.profit).slice(0, Math.max(CONFIRMED, 100))
  const made = await confirm(best)
  const left = await confirm(refused.orders())
  console.log(
    `\nBytecode, ${cell.feed}, ${cell.surface}: ${made.equal} of ${made.asked} deals and ${left.equal} of ${left.asked} ` +
      'orders not made priced to the unit',
  )
}
