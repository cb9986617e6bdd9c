import type { ReplayProgress, ReplayResult, Report } from '@keel/lab'
import { formatNumber } from '../values/number.ts'
import { formatSpan, formatTime, isoTime } from '../values/time.ts'

type Speed = ReplayResult['speed']

export function progressLine({ hour, hours, time, spot, sharePrice, trades, transactions }: ReplayProgress): string {
  const percent = Math.floor((100 * hour) / Math.max(1, hours))
  const share = formatNumber(sharePrice, { places: 4 })
  const at = formatTime(time).replace(' UTC', '')
  return `${String(percent).padStart(3)} %  ${at}  spot ${formatNumber(spot)}  share ${share}  ${trades} trades  ${transactions} sent`
}

function perSecond({ transactions, wallSecs }: Speed): number {
  return wallSecs > 0 ? transactions / wallSecs : 0
}

/** The price the last shares had: when everybody is out there is none. */
function lastSharePrice({ hours }: Report): number | undefined {
  return hours.sharePrice.findLast((price) => Number.isFinite(price) && price > 0)
}

/** Where the surface came from; nothing to say without an option chain. */
function surfaceLines({ surface }: Report): readonly string[] {
  if (surface === undefined) return []
  const { files, snapshots, reports, steps } = surface
  const all = reports.chain + reports.mixed + reports.trailing
  const share = (count: number) => `${formatNumber((100 * count) / Math.max(1, all), { places: 1 })} %`
  return [
    `Surface      ${files.join(', ')}, ${snapshots.used} snapshots: of ${all} reports ${share(reports.chain)} from the chain, ${share(reports.mixed)} partly, ${share(reports.trailing)} from trailing volatility`,
    `Steps        ${steps.held} reports held back by the step limit, by ${formatNumber(steps.mostHeldBack, { places: 1 })} vol points at most; opening stopped ${steps.stopped} times`,
  ]
}

/** What a replay came to, for people. */
export function summaryLines(report: Report, speed: Speed): readonly string[] {
  const { history, totals, pnl, depositors } = report
  const money = (value: number) => formatNumber(value, { places: 0, sign: true })
  const { total, ...parts } = pnl
  const out = depositors.filter((each) => each.out).length
  return [
    report.title,
    `History      ${history.file}, ${formatTime(history.from)} to ${formatTime(history.to)}, ${history.bars} bars, ${history.gaps.length} gaps`,
    `Volatility   ${report.volatility}`,
    ...surfaceLines(report),
    `Trades       ${totals.trades}, premium ${formatNumber(totals.premium, { places: 0 })}, paid out ${formatNumber(totals.paidOut, { places: 0 })}, ${totals.settledSeries} series settled`,
    `Hedges       ${totals.hedgeTrades} trades over ${formatNumber(totals.hedgeVolume, { places: 0 })}`,
    `Epochs       ${totals.epochs} rolled, share price ${formatNumber(lastSharePrice(report) ?? Number.NaN, { places: 6 })} at the end`,
    `P&L          ${money(total ?? 0)} = ${Object.entries(parts)
      .map(([name, value]) => `${name} ${money(value)}`)
      .join(', ')}`,
    `Depositors   ${out} of ${depositors.length} out; every unit accounted for ${totals.conservationChecks} times`,
    `Speed        ${speed.transactions} transactions in ${formatSpan(speed.wallSecs)}, ${formatNumber(perSecond(speed), { places: 0 })} a second; set-up ${formatNumber(speed.setupSecs, { places: 1 })} s`,
  ]
}

export function summaryJson(report: Report, speed: Speed) {
  const { title, history, seed, volatility, surface, totals, pnl, depositors } = report
  return {
    title,
    history: {
      file: history.file,
      from: isoTime(history.from),
      to: isoTime(history.to),
      bars: history.bars,
      gaps: history.gaps.length,
    },
    seed,
    volatility,
    ...(surface && { surface }),
    totals,
    pnl,
    sharePrice: lastSharePrice(report) ?? null,
    depositorsOut: depositors.filter(({ out }) => out).length,
    depositors: depositors.length,
    speed: { ...speed, transactionsPerSecond: perSecond(speed) },
  }
}
