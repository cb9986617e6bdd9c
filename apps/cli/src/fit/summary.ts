import type { Examination, ExaminedExpiry, FitError, Miss } from '@keel/lab'
import { formatNumber } from '../values/number.ts'
import { formatTime } from '../values/time.ts'
import { alignRows, errorCells, errorJson, reasons } from './showFit.ts'

const TENORS = [
  ['under 2 d', 0, 2],
  ['2–8 d', 2, 8],
  ['8–35 d', 8, 35],
  ['35–100 d', 35, 100],
  ['over 100 d', 100, Number.POSITIVE_INFINITY],
] as const

type ErrorOf = (misses: readonly Miss[]) => FitError

/** One tenor of a run. */
type Tenor = {
  readonly name: string
  readonly expiries: number
  readonly slices: number
  readonly passing: number
  readonly error: FitError
}

function tenorsOf(examinations: readonly Examination[], errorOf: ErrorOf): readonly Tenor[] {
  const all = examinations.flatMap(({ expiries }) => expiries)
  const tenor = (name: string, expiries: readonly ExaminedExpiry[]): Tenor => {
    const fitted = expiries.filter(({ slice }) => slice !== undefined)
    return {
      name,
      expiries: expiries.length,
      slices: fitted.length,
      passing: fitted.filter(({ faults }) => faults.length === 0).length,
      error: errorOf(fitted.flatMap(({ misses }) => misses)),
    }
  }
  const rows = TENORS.map(([name, from, to]) =>
    tenor(
      name,
      all.filter(({ years }) => years * 365 >= from && years * 365 < to),
    ),
  )
  return [...rows.filter(({ expiries }) => expiries > 0), tenor('all', all)]
}

function leftOut(examinations: readonly Examination[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { rejected } of examinations)
    for (const [reason, count] of Object.entries(rejected)) counts[reason] = (counts[reason] ?? 0) + count
  return counts
}

function refusals(examinations: readonly Examination[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { expiries } of examinations)
    for (const { refused } of expiries) if (refused) counts[refused.reason] = (counts[refused.reason] ?? 0) + 1
  return counts
}

/** A run of snapshots for people: a line each, then by tenor. */
export function summaryLines(examinations: readonly Examination[], errorOf: ErrorOf): readonly string[] {
  const each = examinations.map(({ time, index, rows, used, expiries }) => {
    const slices = expiries.filter(({ slice }) => slice !== undefined)
    return [
      formatTime(time),
      formatNumber(index ?? Number.NaN),
      String(rows),
      String(used),
      `${slices.length}/${expiries.length}`,
      ...errorCells(errorOf(slices.flatMap(({ misses }) => misses))),
    ]
  })
  const tenors = tenorsOf(examinations, errorOf).map(({ name, expiries, slices, passing, error }) => [
    name,
    String(expiries),
    String(slices),
    String(passing),
    ...errorCells(error),
  ])
  return [
    ...alignRows([['Snapshot', 'index', 'quotes', 'used', 'slices', 'near', 'median', '95 %', 'inside'], ...each]),
    '',
    ...alignRows([['Tenor', 'expiries', 'slices', 'passing', 'near', 'median', '95 %', 'inside'], ...tenors]),
    '',
    `Quotes left out    ${reasons(leftOut(examinations)) || 'none'}`,
    `Expiries refused   ${reasons(refusals(examinations)) || 'none'}`,
  ]
}

export function summaryJson(examinations: readonly Examination[], errorOf: ErrorOf) {
  return {
    snapshots: examinations.length,
    tenors: tenorsOf(examinations, errorOf).map(({ error, ...counts }) => ({ ...counts, error: errorJson(error) })),
    leftOut: leftOut(examinations),
    refused: refusals(examinations),
  }
}
