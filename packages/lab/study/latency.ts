// What a trader who knows the true price and volatility takes from the vault, as Markdown. Minutes to an hour.
// node study/latency.ts                    a drawn day
// node study/latency.ts FILE [DAYS]        one-minute bars, CSV or CSV.GZ: ts,open,high,low,close,volume; 30, or 18-28
// node study/latency.ts FILE DAYS PART…    some of: cells need free levers screen pull delayed mistaken checks
import { readHistory } from '../src/history/read.ts'
import { bp, CELLS, type Cell, type Change, settingOf } from './latency/cells.ts'
import { type Delayed, runDelayed } from './latency/delayed.ts'
import { describe } from './latency/describe.ts'
import { exhaust } from './latency/exhaust.ts'
import { needOf } from './latency/need.ts'
import { confirm } from './latency/onChain.ts'
import { refusedAtRandom } from './latency/refused.ts'
import { type Outcome, run } from './latency/run.ts'
import { drawnMinutes, truthOf, type Walk } from './latency/truth.ts'

const PARTS = ['cells', 'need', 'free', 'levers', 'screen', 'pull', 'delayed', 'mistaken', 'checks'] as const
const MINUTES_A_DAY = 1_440
const EQUITY = 5_000_000
const TOP = 5
/** Orders that the bytecode prices again, a cell. */
const CONFIRMED = 100
const REFUSED = 40
const PROPOSED = { latency: bp(100), deltaCharge: bp(5_000), ageSpread: bp(20_000) }
const NO_POTENTIAL = {
  hedgeCost: 0n,
  deltaCharge: 0n,
  vegaCharge: 0n,
  expiryVegaCharge: 0n,
  gammaCharge: 0n,
  utilisationCharge: 0n,
}
const LEVERS: readonly (readonly [string, Change, Walk?])[] = [
  ['as shipped', {}],
  ['the bot hedges at 2 bp', { takerCost: 0.0002 }],
  ['`latency` 60 bp', { pricing: { latency: bp(60) } }],
  ['`deltaCharge` 50 %', { pricing: { deltaCharge: bp(5_000) } }],
  ['`latency` 100 bp, `deltaCharge` 50 %, `ageSpread` 2', { pricing: PROPOSED }],
  ['no potential', { pricing: NO_POTENTIAL }],
  ['prices on lines', {}, 'lines'],
  ['a round every 20 s', { threshold: 0 }],
  ['`ageSpread` 2', { pricing: { ageSpread: bp(20_000) } }],
  ['`latency` 150 bp', { pricing: { latency: bp(150) } }],
  ['`maxNetDelta` 5 %', { limits: { maxNetDelta: bp(500) } }],
  ['observed every 20 s', { observeEverySecs: 20 }],
  ['rounds 60 s late', { delaySecs: 60 }],
]

const STEP = 20
/** Of a step's moves 99.9 % are smaller than 65 bp, on a line so much of them in an age; and the venue's 10 bp. */
const latencyOf = (ageSecs: number): bigint => bp((65 * ageSecs) / STEP + 10)
const pulled = (ageSecs: number, moveSecs = STEP): Change => ({ pull: { ageSecs, moveSecs } })
const lower = (ageSecs: number): Change => ({
  ...pulled(ageSecs),
  pricing: { latency: latencyOf(ageSecs) },
})
/** And nothing opens on a slice older than a quarter of an hour. */
const young = (change: Change): Change => ({ ...change, limits: { maxSliceAge: 900 } })
const PULLS: readonly (readonly [string, Change, Walk?])[] = [
  ['2 s, `latency` 16.5 bp', young(lower(2))],
  ['5 s, `latency` 26.25 bp', young(lower(5))],
  ['10 s, `latency` 42.5 bp', young(lower(10))],
  ['10 s, `latency` 42.5 bp, the bot hedges at 2 bp', { ...young(lower(10)), takerCost: 0.0002 }],
  ['2 s, `latency` 95 bp, a step passes in 5 s', young(pulled(2, 5))],
  ['2 s, `latency` 95 bp, a step passes in 1 s', young(pulled(2, 1))],
  ['2 s, `latency` 150 bp, a step passes in 1 s', young({ ...pulled(2, 1), pricing: { latency: bp(150) } })],
  [
    '2 s, `latency` 95 bp, `deltaCharge` 50 %, a step passes in 1 s',
    young({ ...pulled(2, 1), pricing: { deltaCharge: bp(5_000) } }),
  ],
  ['5 s, `latency` 26.25 bp, `maxSliceAge` 2 h', lower(5)],
  ['2 s, `latency` 16.5 bp, acting every 5 s', young(lower(2)), 'fine'],
  ['5 s, `latency` 26.25 bp, acting every 5 s', young(lower(5)), 'fine'],
  ['5 s, `latency` 40 bp, acting every 5 s', young({ ...pulled(5), pricing: { latency: bp(40) } }), 'fine'],
]
/** At a price of its own second nothing moves but the venue's cost. */
const COSTS = young({ pricing: { latency: bp(10) } })
const OLD: Change = { pricing: { latency: bp(10) } }
const DELAYS: readonly (readonly [string, Change, Delayed])[] = [
  ['20 s, a step passes in 1 s', COSTS, { sees: 'truth', delaySecs: 20, moveSecs: 1, limit: 'none' }],
  ['5 s', COSTS, { sees: 'truth', delaySecs: 5, moveSecs: STEP, limit: 'none' }],
]
/** For one cell. Who alone executes has his choice among the prices of `quickAge`, as where they come with the order. */
const BESIDE: readonly (readonly [string, Change, Walk?])[] = [
  ['told beforehand, asking every 5 s', { ...pulled(0), ...COSTS }, 'fine'],
  ['nobody else executes, 2 s', { ...pulled(2), ...COSTS }],
  ['nobody else executes, 2 s, a step passes in 1 s', { ...pulled(2, 1), ...COSTS }],
]
/** By a bot that goes on as if its orders traded at the feed's price. Slow: it goes on asking while the feed lags. */
const MISTAKEN: readonly (readonly [string, Change, Delayed])[] = [
  ['5 s, no limit', COSTS, { sees: 'feed', delaySecs: 5, moveSecs: STEP, limit: 'none' }],
  ['5 s, limit', COSTS, { sees: 'feed', delaySecs: 5, moveSecs: STEP, limit: 'expected' }],
]
/** A bot that is told what it will execute at before it asks: no price of its order's second leaves it more. */
const TOLD: readonly (readonly [string, Change])[] = [
  ['told beforehand', { ...pulled(0), ...COSTS }],
  ['told beforehand, `maxSliceAge` 2 h', { ...pulled(0), ...OLD }],
]

const [file, days = '30', ...asked] = process.argv.slice(2)
const unknown = asked.filter((part) => !(PARTS as readonly string[]).includes(part))
if (unknown.length > 0 || !/^\d+(-\d+)?$/.test(days)) {
  console.error(
    `There is no ${unknown.join(', ') || `span "${days}"`}. Say days as 30 or 18-28, and parts of ${PARTS.join(', ')}.`,
  )
  process.exit(2)
}
const bars =
  file === undefined ? drawnMinutes({ seed: 1, days: 1, start: 3_000, jumpsPerYear: 3_000 }) : readHistory(file).bars
const [until, from = 0] = days.split('-').map(Number).toReversed() as [number, number?]
const span = bars.slice(from * MINUTES_A_DAY, until * MINUTES_A_DAY)
const truth = truthOf(span)
const spot = span[0]!.open
const wanted = (part: (typeof PARTS)[number]): boolean => asked.length === 0 || asked.includes(part)

console.log(`${file === undefined ? 'Drawn' : 'Read'}: ${describe(truth)}`)
if (wanted('cells')) {
  head('As shipped')
  const confirmed: string[] = []
  for (const cell of CELLS) confirmed.push(await shipped(cell))
  console.log(`\n${confirmed.join('\n')}`)
}
if (wanted('need')) CELLS.forEach(need)
if (wanted('free')) {
  head('Without the latency charge')
  for (const cell of CELLS) console.log(row(cell, '', runCell(cell, { pricing: { latency: 0n } })))
}
if (wanted('levers')) {
  head('Levers')
  for (const [name, change, walk] of LEVERS)
    for (const cell of CELLS) console.log(row(cell, name, runCell(cell, change, walk)))
}
if (wanted('screen')) for (const cell of CELLS) screen(cell)
if (wanted('pull')) {
  head('A price that comes with the order')
  for (const cell of CELLS.toSorted((a, b) => a.reportEverySecs - b.reportEverySecs))
    for (const [name, change, walk] of PULLS) console.log(row(cell, name, runCell(cell, change, walk)))
}
if (wanted('delayed')) {
  delayedHead('A price signed after the order')
  for (const cell of CELLS) for (const each of DELAYS) console.log(delayedRow(cell, each))
  head('The same, told beforehand')
  for (const cell of CELLS) for (const [name, change] of TOLD) console.log(row(cell, name, runCell(cell, change)))
  for (const [name, change, walk] of BESIDE) console.log(row(CELLS[0], name, runCell(CELLS[0], change, walk)))
}
if (wanted('mistaken')) {
  delayedHead('A price signed after the order, taken for the feed’s')
  for (const cell of CELLS) for (const each of MISTAKEN) console.log(delayedRow(cell, each))
}
if (wanted('checks')) {
  const confirmed: string[] = []
  for (const cell of CELLS) {
    confirmed.push(await shipped(cell, young(lower(5))))
    screen(cell, young(lower(5)))
  }
  console.log(`\n${confirmed.join('\n')}`)
}

function runCell(cell: Cell, change: Change, walk: Walk = 'jumps'): Outcome {
  return run(settingOf(cell, { spot, change }), walk === 'jumps' ? truth : truthOf(span, walk))
}

/** Profit per day in basis points of equity as it came and as it was to come, and what became of the orders. */
function delayedRow(cell: Cell, [name, change, terms]: (typeof DELAYS)[number]): string {
  const outcome = runDelayed(settingOf(cell, { spot, change }), truth, { terms })
  const { asked: count, executed, failed, profit, expected, days: length } = outcome
  const perDay = (sum: number): string => ((sum / EQUITY / length) * 1e4).toFixed(3)
  const reasons = [...new Set(failed.map(({ reason }) => reason))]
  const refused = reasons.map((each) => `${failed.filter(({ reason }) => reason === each).length} ${each}`)
  const cells = [cell.feed, cell.surface, name, perDay(profit), perDay(expected), count, executed.length]
  return `| ${[...cells, refused.join(', ') || '0'].join(' | ')} |`
}

function delayedHead(title: string): void {
  console.log(`\n## ${title}\n`)
  const columns = ['feed', 'surface', 'terms', 'bp of equity a day', 'as expected', 'asked', 'executed', 'refused']
  console.log(`| ${columns.join(' | ')} |\n|---|---|---|--:|--:|--:|--:|---|`)
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

function head(title: string): void {
  console.log(`\n## ${title}\n`)
  const columns = [
    'feed',
    'surface',
    'terms',
    'bp of equity a day',
    `without the best ${TOP} deals`,
    'deals a day',
    'days with a deal',
  ]
  console.log(`| ${[...columns, 'moments past the screen', 'widest lag, bp'].join(' | ')} |`)
  console.log('|---|---|---|--:|--:|--:|--:|--:|--:|')
}

/** The charge at which all but so many moments of the run would not pay. */
function need(cell: Cell): void {
  const { charges, large, rounds } = needOf(settingOf(cell, { spot }), truth)
  const beside = (sorted: Float64Array): string =>
    [0, 1, 10, 100, 1_000].map((but) => ((sorted.at(-1 - but) ?? 0) * 1e4).toFixed(0)).join(' / ')
  const mean = rounds.reduce((a, b) => a + b, 0) / rounds.length
  console.log(
    `\nNeed, ${cell.feed}, ${cell.surface}: bp of latency at which 0 / 1 / 10 / 100 / 1,000 moments still pay: ` +
      `${beside(charges)}; with deltas from a half: ${beside(large)}. Without it a deep call pays in ` +
      `${((rounds.length * MINUTES_A_DAY) / span.length).toFixed(1)} rounds a day, ${(mean * 1e4).toFixed(1)} bp each`,
  )
}

function screen(cell: Cell, change: Change = {}): void {
  const found = exhaust(settingOf(cell, { spot, change }), truth, { seed: 7, moments: 60, orders: 60 })
  const { moments, orders, broken, bruteProfit, searchProfit } = found
  console.log(
    `\nScreen, ${cell.feed}, ${cell.surface}: ${orders} exact orders at ${moments} moments, ${broken} beyond the bound; ` +
      `brute force found ${bruteProfit.toFixed(2)}, the search ${searchProfit.toFixed(2)}`,
  )
}

/** Prints a cell's row; has its best deals, and orders that were not worth making, priced by the bytecode. */
async function shipped(cell: Cell, change: Change = {}): Promise<string> {
  const setting = settingOf(cell, { spot, change })
  const refused = refusedAtRandom({ seed: 11, count: REFUSED })
  const outcome = run(setting, truth, { moment: (moment) => refused.look(moment, { setting, truth }) })
  console.log(row(cell, '', outcome))
  const best = [...outcome.deals].sort((a, b) => b.profit - a.profit).slice(0, CONFIRMED)
  const [made, left] = [await confirm(best), await confirm(refused.orders())]
  return (
    `Bytecode, ${cell.feed}, ${cell.surface}: ${made.equal} of the best ${made.asked} deals and ` +
    `${left.equal} of ${left.asked} orders not made are priced to the unit`
  )
}
