import type { Examination, ExaminedExpiry, FitError } from '@keel/lab'
import { formatNumber } from '../values/number.ts'
import { formatTime, isoTime } from '../values/time.ts'

const DAYS = 365

/** Lines of cells, each column as wide as its widest; the first to the left, the others to the right. */
export function alignRows(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}

export function errorCells({ quotes, median, p95, inside }: FitError): readonly string[] {
  return [String(quotes), formatNumber(median), formatNumber(p95), percent(inside)]
}

const percent = (share: number): string =>
  Number.isFinite(share) ? `${formatNumber(100 * share, { places: 1 })} %` : '–'

/** One snapshot for people: what was left out, slices, refused expiries, verdict of the checks. */
export function examinationLines(
  underlying: string,
  { examination, errorOf }: { examination: Examination; errorOf: (expiry: ExaminedExpiry) => FitError },
): readonly string[] {
  const { time, index, rows, used, expiries } = examination
  const fitted = expiries.filter(({ slice }) => slice !== undefined)
  const refused = expiries.filter(({ slice }) => slice === undefined)
  return [
    `${underlying} ${formatTime(time)}, index ${formatNumber(index ?? Number.NaN)}: ${rows} quotes, slices rest on ${used} of them`,
    ...(fitted.length > 0 ? ['', ...sliceLines(fitted), '', ...errorLines(fitted, errorOf)] : []),
    ...(refused.length > 0 ? ['', 'Refused', ...refused.map(refusalLine)] : []),
    '',
    verdictLine(fitted),
  ]
}

function sliceLines(fitted: readonly ExaminedExpiry[]): readonly string[] {
  const head = ['Slice', 'days', 'forward', 'from', 'vol %', 'a', 'b', 'rho', 'm', 'sigma']
  return alignRows([
    head,
    ...fitted.map((expiry) => {
      const { a, b, rho, m, sigma } = expiry.slice!
      return [
        dayOf(expiry),
        formatNumber(expiry.years * DAYS, { places: 1 }),
        formatNumber(expiry.forward!),
        expiry.forwardSource!,
        formatNumber(100 * volatilityOf(expiry)),
        ...[a, b, rho, m, sigma].map((value) => formatNumber(value, { places: 6 })),
      ]
    }),
  ])
}

function errorLines(
  fitted: readonly ExaminedExpiry[],
  errorOf: (expiry: ExaminedExpiry) => FitError,
): readonly string[] {
  const head = ['Error, vol points', 'used', 'bounds', 'near', 'median', '95 %', 'inside', '  left out']
  const rows = fitted.map((expiry) => [
    dayOf(expiry),
    String(expiry.used - expiry.bounds),
    String(expiry.bounds),
    ...errorCells(errorOf(expiry)),
    reasons(expiry.rejected),
  ])
  const tails = rows.map((row) => row.at(-1)!)
  const aligned = alignRows([head, ...rows].map((row) => row.slice(0, -1)))
  return aligned.map((line, i) => `${line}  ${i === 0 ? 'left out' : tails[i - 1]}`)
}

function refusalLine(expiry: ExaminedExpiry): string {
  const { refused, rejected } = expiry
  const why = refused ? `${refused.reason}: ${refused.detail}` : 'not fitted'
  return `  ${dayOf(expiry)}  ${why}; left out ${reasons(rejected) || 'none'}`
}

function verdictLine(fitted: readonly ExaminedExpiry[]): string {
  const bad = fitted.filter(({ faults }) => faults.length > 0)
  if (fitted.length === 0) return 'Checks       there is no slice to check'
  if (bad.length === 0)
    return `Checks       all ${fitted.length} slices pass the surface contract's rules: ranges, butterflies, calendars`
  const named = bad.map(
    (expiry) => `${dayOf(expiry)} (${[...new Set(expiry.faults.map(({ rule }) => rule))].join(', ')})`,
  )
  return `Checks       ${bad.length} of ${fitted.length} slices break the surface contract's rules: ${named.join(', ')}`
}

/** Reasons and how often, the most frequent first. */
export function reasons(counts: Readonly<Partial<Record<string, number>>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count !== undefined && count > 0)
    .sort(([a, x], [b, y]) => y! - x! || (a < b ? -1 : 1))
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ')
}

export const dayOf = ({ expiry }: Pick<ExaminedExpiry, 'expiry'>): string => isoTime(expiry).slice(0, 10)

/** At the money, decimal. */
function volatilityOf({ slice, years }: ExaminedExpiry): number {
  const { a, b, rho, m, sigma } = slice!
  return Math.sqrt((a + b * (Math.hypot(m, sigma) - rho * m)) / years)
}

/** One snapshot for machines. Volatilities and shares are decimals, errors vol points; what is not known is null. */
export function examinationJson({
  examination,
  errorOf,
  plotOf,
}: {
  examination: Examination
  errorOf: (expiry: ExaminedExpiry) => FitError
  plotOf: (expiry: ExaminedExpiry) => string | undefined
}) {
  const { time, index, rows, used, rejected, expiries } = examination
  return {
    time: isoTime(Math.floor(time)),
    index: index ?? null,
    rows,
    used,
    leftOut: rejected,
    expiries: expiries.map((expiry) => ({
      expiry: isoTime(expiry.expiry),
      days: expiry.years * DAYS,
      forward: expiry.forward ?? null,
      forwardSource: expiry.forwardSource ?? null,
      slice: expiry.slice ?? null,
      volatility: expiry.slice ? volatilityOf(expiry) : null,
      refused: expiry.refused ? { reason: expiry.refused.reason, detail: expiry.refused.detail } : null,
      rows: expiry.rows,
      used: expiry.used,
      bounds: expiry.bounds,
      leftOut: expiry.rejected,
      error: errorJson(errorOf(expiry)),
      faults: expiry.faults,
      ...(plotOf(expiry) !== undefined && { plot: plotOf(expiry) }),
    })),
  }
}

export function errorJson({ quotes, median, p95, inside }: FitError) {
  const known = (value: number) => (Number.isFinite(value) ? value : null)
  return { quotes, median: known(median), p95: known(p95), inside: known(inside) }
}
