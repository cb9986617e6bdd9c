import { chartFigure, escapeHtml, formatNumber } from './chart.ts'
import type { Report } from './report.ts'
import { surfaceSection } from './surfaceSection.ts'
import { table } from './table.ts'

const STYLE = `
:root{color-scheme:light dark;--ink:#16202b;--soft:#5d6b7a;--line:#dfe5ea;--back:#fbfcfd;--card:#fff;--c0:#0b6bcb;--c1:#d1672a;--c2:#2a8f5a;--c3:#8a4fc7;--c4:#8b8f98}
@media(prefers-color-scheme:dark){:root{--ink:#e5eaf0;--soft:#93a1b0;--line:#2a3540;--back:#10161c;--card:#161e26;--c0:#5aa9f2;--c1:#f0955c;--c2:#5cc48c;--c3:#b98cf0;--c4:#9aa0aa}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:980px;margin:0 auto;padding:28px 16px 60px}h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:34px 0 10px}p{margin:4px 0;color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;margin:20px 0}.cards div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 12px}
.cards b{display:block;font-size:19px;font-variant-numeric:tabular-nums}.cards span{color:var(--soft);font-size:12.5px}
figure{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:14px 0;padding:12px 10px 6px}figcaption{display:flex;flex-wrap:wrap;gap:4px 14px;padding:0 8px 6px;align-items:baseline}figcaption i{color:var(--soft);font-style:normal;font-size:13px}
svg{display:block;width:100%;height:auto}.grid{stroke:var(--line);stroke-width:1;fill:none}.zero{stroke:var(--soft);stroke-width:1;fill:none;stroke-dasharray:3 3}.tick{fill:var(--soft);font-size:11px;font-variant-numeric:tabular-nums}
.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.fill{opacity:.14;stroke:none}.up{fill:var(--c2)}.down{fill:var(--c1)}.key{font-size:13px}.key:before{content:"";display:inline-block;width:14px;height:3px;border-radius:2px;margin-right:6px;vertical-align:middle;background:currentColor}
${[0, 1, 2, 3, 4].map((i) => `.line.c${i}{stroke:var(--c${i})}.fill.c${i}{fill:var(--c${i})}.key.c${i}{color:var(--c${i})}`).join('')}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:13.5px}th,td{text-align:right;padding:4px 10px;border-bottom:1px solid var(--line);white-space:nowrap}th:first-child,td:first-child{text-align:left}th{color:var(--soft);font-weight:500}
`

function when(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')
}

function cards(entries: readonly (readonly [string, string])[]): string {
  return `<div class="cards">${entries.map(([name, value]) => `<div><b>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`).join('')}</div>`
}

function counts(record: Readonly<Record<string, number>>): string {
  const rows = Object.entries(record).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return rows.length === 0
    ? '<p>None.</p>'
    : table(
        ['reason', 'times'],
        rows.map(([reason, n]) => [reason, String(n)]),
      )
}

function charts({ hours, hedgeTrades }: Report): string {
  const times = hours.time
  const marks = hedgeTrades.map(({ time, size, price, rule }) => ({
    time,
    y: price,
    up: size > 0,
    text: `${when(time)} ${size > 0 ? 'bought' : 'sold'} ${formatNumber(Math.abs(size))} at ${formatNumber(price)} (${rule})`,
  }))
  return [
    chartFigure({
      title: 'Share price',
      unit: 'collateral per share',
      times,
      lines: [{ name: 'equity at mark / supply', y: hours.sharePrice }],
    }),
    chartFigure({
      title: 'Spot and hedge trades',
      unit: 'collateral per underlying; dots are hedges, green bought',
      times,
      lines: [{ name: 'spot', y: hours.spot }],
      marks,
    }),
    chartFigure({
      title: 'Net delta',
      unit: 'underlying units',
      times,
      zero: true,
      lines: [
        { name: 'after hedging', y: hours.netDeltaAfter },
        { name: 'before', y: hours.netDeltaBefore },
        { name: 'hedge', y: hours.hedgeDelta, step: true },
      ],
    }),
    chartFigure({
      title: 'Collateral',
      unit: 'collateral',
      times,
      zero: true,
      lines: [
        { name: 'locked', y: hours.locked, fill: true },
        { name: 'free and buffer', y: hours.free },
        { name: 'equity', y: hours.equity },
      ],
    }),
    chartFigure({
      title: 'P&L by part',
      unit: 'collateral, cumulative',
      times,
      zero: true,
      lines: [
        { name: 'charges over fair', y: hours.edge },
        { name: 'options at mark', y: hours.options },
        { name: 'hedges at mark', y: hours.hedges },
        { name: 'hedge cost', y: hours.hedgeCost },
        { name: 'residual', y: hours.residual },
      ],
    }),
    chartFigure({
      title: 'Premium received',
      unit: 'collateral, cumulative, net of buy-backs',
      times,
      zero: true,
      lines: [{ name: 'premium', y: hours.premium, fill: true }],
    }),
    chartFigure({
      title: 'Open interest',
      unit: 'options',
      times,
      zero: true,
      lines: [{ name: 'sold by the vault', y: hours.openInterest, fill: true }],
    }),
    chartFigure({
      title: 'At-the-money volatility quoted',
      unit: '30 days, per year',
      times,
      lines: [{ name: 'volatility', y: hours.volatility }],
    }),
  ].join('\n')
}

/** The report as one HTML file that needs nothing else. */
export function reportHtml(report: Report): string {
  const { totals, pnl, history } = report
  const gaps = history.gaps.map(({ from, to, missing }) => [when(from), when(to), String(missing)])
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(report.title)}</title><style>${STYLE}</style></head>
<body><main>
<h1>${escapeHtml(report.title)}</h1>
<p>${escapeHtml(history.file)}, ${when(history.from)} to ${when(history.to)} UTC, ${history.bars} bars, seed ${report.seed}.</p>
<p>Volatility: ${escapeHtml(report.volatility)}</p>
${cards([
  ['trades', formatNumber(totals.trades)],
  ['premium, net', formatNumber(totals.premium)],
  ['paid out at expiry', formatNumber(totals.paidOut)],
  ['hedge trades', formatNumber(totals.hedgeTrades)],
  ['epochs rolled', formatNumber(totals.epochs)],
  ['series settled', formatNumber(totals.settledSeries)],
  ['transactions', formatNumber(totals.transactions)],
  ['conservation checks passed', formatNumber(totals.conservationChecks)],
  ['vault P&L', formatNumber(pnl.total)],
])}
${charts(report)}
${surfaceSection(report)}
<h2>P&amp;L of the vault</h2>
${table(
  ['part', 'collateral'],
  [
    ['charges over fair value', formatNumber(pnl.edge)],
    ['options, fair to fair and to expiry', formatNumber(pnl.options)],
    ['hedges at mark', formatNumber(pnl.hedges)],
    ['cost of hedging (fees and slippage against mark)', formatNumber(pnl.hedgeCost)],
    ['residual', formatNumber(pnl.residual)],
    ['total', formatNumber(pnl.total)],
  ],
)}
<h2>Depositors</h2>
${table(
  ['who', 'deposited', 'withdrawn', 'result', 'out'],
  report.depositors.map((d) => [
    d.name,
    formatNumber(d.deposited),
    formatNumber(d.withdrawn),
    formatNumber(d.withdrawn - d.deposited),
    d.out ? 'yes' : 'no',
  ]),
)}
<h2>Traders</h2>
${table(
  ['who', 'trades', 'premium paid', 'sold back for', 'redeemed', 'result'],
  report.traders.map((t) => [
    t.name,
    String(t.trades),
    formatNumber(t.paid),
    formatNumber(t.received),
    formatNumber(t.redeemed),
    formatNumber(t.received + t.redeemed - t.paid),
  ]),
)}
<h2>Epochs</h2>
${table(
  ['epoch', 'rolled', 'deposit price', 'redeem price', 'deposited', 'redeemed'],
  report.epochs.map((e) => [
    String(e.number),
    when(e.time),
    formatNumber(e.depositPrice),
    formatNumber(e.redeemPrice),
    formatNumber(e.deposited),
    formatNumber(e.redeemed),
  ]),
)}
<h2>Settlements</h2>
${table(
  ['expiry', 'settled', 'price', 'series with positions', 'paid to holders'],
  report.settlements.map((s) => [
    when(s.expiry),
    when(s.time),
    formatNumber(s.price),
    String(s.series),
    formatNumber(s.paid),
  ]),
)}
<h2>Orders refused</h2>
${counts(totals.refused)}
<h2>Transactions reverted</h2>
${counts(totals.reverted)}
<h2>Gaps in the data</h2>
${gaps.length === 0 ? '<p>None.</p>' : table(['from', 'to', 'bars missing'], gaps)}
<h2>Settings</h2>
${table(
  ['name', 'value'],
  Object.entries(report.settings).map(([name, value]) => [name, String(value)]),
)}
</main></body></html>
`
}
