import type { LiveStatus } from '@keel/lab'
import { formatNumber } from '../values/number.ts'
import { formatTime, isoTime } from '../values/time.ts'

/** The live market in one line; of steady width, so that lines stand below each other. */
export function statusLine(status: LiveStatus): string {
  const { time, spot, sharePrice, netDeltaBefore, netDeltaAfter, openInterest, premium, pnl } = status
  const delta = (value: number) => formatNumber(value, { places: 2, sign: true }).padStart(8)
  const money = (value: number, sign = false) => formatNumber(value, { places: 0, sign }).padStart(9)
  return [
    formatTime(time),
    `spot ${formatNumber(spot).padStart(9)}`,
    `share ${formatNumber(sharePrice > 0 ? sharePrice : Number.NaN, { places: 4 }).padStart(6)}`,
    `net delta ${delta(netDeltaBefore)} →${delta(netDeltaAfter)}`,
    `open ${formatNumber(openInterest, { places: 1 }).padStart(8)}`,
    `premium ${money(premium)}`,
    `P&L ${money(pnl, true)}`,
  ].join('  ')
}

export function liveJson({ time, ...rest }: LiveStatus) {
  return { time: isoTime(time), ...rest }
}
