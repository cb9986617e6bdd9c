import { chartFigure, escapeHtml, formatNumber } from './chart.ts'
import type { Report } from './report.ts'
import { table } from './table.ts'

/** What the surface was reported from, as HTML; empty for a run without an option chain. */
export function surfaceSection({ surface, hours }: Report): string {
  if (surface === undefined) return ''
  const { files, maxAgeHours, snapshots, reports, trailingReasons, slices, steps, refused } = surface
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0)
  const row = (counts: Readonly<Record<string, number>>) => (name: string, what: string) => {
    const count = counts[name] ?? 0
    return [what, String(count), share(count, sum(counts))]
  }
  const ofReports = row(reports)
  const ofSlices = row(slices)
  const reasons = Object.entries(trailingReasons).map(([why, count]) => [
    why,
    String(count),
    share(count, sum(reports)),
  ])
  return `<h2>Where the surface came from</h2>
<p>${escapeHtml(files.join(', '))}: ${snapshots.used} of ${snapshots.given} snapshots fitted; none was used later than ${maxAgeHours} hours after it was taken, and none before.</p>
${table(
  ['reports', 'times', 'share'],
  [
    ofReports('chain', 'from the option chain alone'),
    ofReports('mixed', 'from the chain, some expiries from trailing volatility'),
    ofReports('trailing', 'from trailing volatility alone'),
    ...reasons.map(([why, ...rest]) => [`– ${why}`, ...rest]),
  ],
)}
${table(
  ['slices', 'times', 'share'],
  [
    ofSlices('fitted', 'fitted to quotes of their expiry'),
    ofSlices('between', 'interpolated between expiries, in total variance'),
    ofSlices('beyond', 'at the volatility of the nearest expiry'),
    ofSlices('trailing', 'trailing volatility'),
  ],
)}
${table(
  ['steps', 'value'],
  [
    ['reports that went less than the whole way, for the step limit', String(steps.held)],
    ['furthest a report stayed from its target at the money, vol points', formatNumber(steps.mostHeldBack)],
    ['expiries in which the contract stopped opening', String(steps.stopped)],
  ],
)}
${chartFigure({
  title: 'Age of the option chain in use',
  unit: 'hours since its snapshot; a gap where trailing volatility stood in, or nothing was open',
  times: hours.time,
  zero: true,
  lines: [{ name: 'age', y: hours.chainAge, fill: false }],
})}
<h2>Expiries of the chain without a slice</h2>
${
  sum(refused) === 0
    ? '<p>None.</p>'
    : table(
        ['reason', 'times'],
        Object.entries(refused).map(([reason, count]) => [reason, String(count)]),
      )
}`
}

function share(count: number, of: number): string {
  return of === 0 ? '–' : `${((100 * count) / of).toFixed(1)} %`
}
