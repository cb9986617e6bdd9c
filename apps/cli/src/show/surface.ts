import { sliceFieldToFloat, unpackSlice } from '@keel/model'
import type { SliceView, SurfaceView } from '@keel/sdk'
import type { KeelConnection } from '../chain/connect.ts'
import { formatExact, formatRounded } from '../values/decimal.ts'
import { expiryName } from '../values/seriesName.ts'
import { formatSpan, isoTime } from '../values/time.ts'
import { grid } from './grid.ts'

const WAD_DECIMALS = 18
const INDENT = '            '

const points = (volatility: bigint) => formatRounded(volatility * 100n, { decimals: WAD_DECIMALS, places: 2 })

export function surfaceLines({ rules, slices }: SurfaceView, { time }: KeelConnection): readonly string[] {
  const { signers, threshold, stepThreshold, maxStep, freshnessSecs, graceSecs } = rules
  const rows = slices.map((slice) => [
    expiryName(slice.expiry),
    formatSpan(slice.expiry - time),
    formatSpan(time - slice.reportedAt),
    `${points(slice.atmVolatility)} %`,
    slice.halfSpread === undefined ? 'no spot' : points(slice.halfSpread),
    formatRounded(slice.spotAtReport, { decimals: WAD_DECIMALS }),
    slice.isStopped ? 'stopped' : 'open',
    slice.inGrace.length === 0 ? '–' : slice.inGrace.map((at) => formatSpan(time - at)).join(', '),
  ])
  const header = ['expiry', 'in', 'slice age', 'ATM vol', 'half-spread', 'fitted at', 'opening', 'in grace, aged']
  return [
    '',
    `Surface     ${threshold} of ${signers.length} signers store a report, ${stepThreshold} one that steps more than ${points(maxStep)} points; fresh for ${formatSpan(freshnessSecs)}, replaced slices count for ${formatSpan(graceSecs)} more`,
    ...signers.map((signer) => `${INDENT}signer ${signer}`),
    ...(rows.length === 0
      ? [`${INDENT}no slice is in force: relay a report`]
      : grid([header, ...rows]).map((row) => INDENT + row)),
    ...(slices.some(({ isStopped }) => isStopped)
      ? [`${INDENT}opening is stopped until a report newer than the one that stepped too far is accepted`]
      : []),
  ]
}

export function surfaceJson({ rules, slices }: SurfaceView, { time }: KeelConnection) {
  const { signers, threshold, stepThreshold, maxStep, freshnessSecs, graceSecs } = rules
  return {
    signers,
    threshold,
    stepThreshold,
    maxStep: formatExact(maxStep, WAD_DECIMALS),
    freshnessSecs,
    graceSecs,
    slices: slices.map((slice) => sliceJson(slice, time)),
  }
}

function sliceJson(slice: SliceView, time: number) {
  const exact = (value: bigint) => formatExact(value, WAD_DECIMALS)
  const fields = unpackSlice(slice.svi)
  return {
    expiry: isoTime(slice.expiry),
    reportedAt: isoTime(slice.reportedAt),
    ageSecs: time - slice.reportedAt,
    svi: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, sliceFieldToFloat(field)])),
    forwardRatio: exact(slice.forwardRatio),
    spotAtReport: exact(slice.spotAtReport),
    atmVolatility: exact(slice.atmVolatility),
    halfSpread: slice.halfSpread === undefined ? null : exact(slice.halfSpread),
    isStopped: slice.isStopped,
    inGrace: slice.inGrace.map(isoTime),
  }
}
