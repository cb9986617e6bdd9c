import type { SettlementStep, SettlementView } from '@keel/sdk'
import { phaseOf, roundOf } from '@keel/sdk'
import type { KeelConnection } from '../chain/connect.ts'
import { formatExact, formatRounded } from '../values/decimal.ts'
import { expiryName } from '../values/seriesName.ts'
import { formatSpan, formatTime, isoTime } from '../values/time.ts'

const WAD_DECIMALS = 18
const INDENT = '            '

const RESCUE: Readonly<Record<Extract<SettlementStep, { kind: 'rescue' }>['reason'], string>> = {
  noPhase: 'no phase of the feed was seen before the window and after it, and the ring does not cover it',
  beganLate: 'the feed’s phase has no round at or before the window’s start',
  gapAtStart: 'the feed lacks the round after the window’s start',
  ringGap: 'the rounds cannot serve, and the ring has a gap in the window or ends before it does',
}

/** What there is and what comes next, in a few words. */
export function settlementPhrase(view: SettlementView, time: number): string {
  const { state, price, finalAt, average, windowStart } = view
  const shown = formatRounded(price, { decimals: WAD_DECIMALS })
  const origin = price === 0n ? '' : average === 0n ? ', rescued' : state === 'replaced' ? ', replaced' : ''
  const { step } = view
  switch (step.kind) {
    case 'notExpired':
      return time >= windowStart
        ? `averaging since ${formatTime(windowStart)}, expires in ${formatSpan(step.until - time)}`
        : `expires in ${formatSpan(step.until - time)}`
    case 'final':
      return `${shown}${origin}, final since ${formatTime(finalAt)}`
    case 'dispute':
      return `${shown}${origin}${state === 'frozen' ? ', frozen' : ''}, open to dispute, final in ${formatSpan(finalAt - time)} (${formatTime(finalAt)})`
    case 'wait':
      return `expired; waits for a round after it: the last (phase ${phaseOf(step.lastRound)}, round ${roundOf(step.lastRound)}) is ${formatSpan(time - step.lastAt)} old, the heartbeat is ${formatSpan(step.heartbeatSecs)}; provable at the latest from ${formatTime(step.until)}`
    case 'prove':
      return `expired; ${progressPhrase(view)}, ${step.proof.left} rounds to prove from phase ${phaseOf(step.proof.firstRound)}, round ${roundOf(step.proof.firstRound)}: keel oracle settle`
    case 'observe':
      return `expired; the ring must serve and lacks an observation: keel oracle observe, from ${formatTime(step.since)} on`
    case 'ring':
      return 'expired; provable from the ring: keel oracle settle'
    case 'rescue':
      return `expired; nobody can prove it: ${RESCUE[step.reason]}. The governor may rescue it ${time < step.since ? `from ${formatTime(step.since)} on` : 'now'}${boundsPhrase(view)}`
  }
}

function boundsPhrase({ bounds }: SettlementView): string {
  if (!bounds) return ' at any price: nothing was observed'
  const shown = (value: bigint) => formatRounded(value, { decimals: WAD_DECIMALS })
  return ` at ${shown(bounds.least)} to ${shown(bounds.most)}, about the last observation`
}

function progressPhrase({ nextRound }: SettlementView): string {
  return nextRound === 0n ? 'no proof begun' : `proof under way at round ${roundOf(nextRound)}`
}

export function settlementLines(views: readonly SettlementView[], { time }: KeelConnection): readonly string[] {
  const first = views[0]
  if (!first) return ['', 'Settlement  no board is listed']
  const width = Math.max(...views.map(({ expiry }) => expiryName(expiry).length))
  const hours = formatSpan(first.rescueFrom - first.expiry)
  return [
    '',
    `Settlement  average of the ${formatSpan(first.expiry - first.windowStart)} before expiry; ${formatSpan(first.disputeWindowSecs)} of dispute after the proof; rescue ${hours} after an expiry nobody could prove`,
    ...views.map((view) => `${INDENT}${expiryName(view.expiry).padEnd(width)}  ${settlementPhrase(view, time)}`),
  ]
}

export function settlementJson(view: SettlementView, time: number) {
  const exact = (value: bigint) => (value === 0n ? null : formatExact(value, WAD_DECIMALS))
  const { step } = view
  return {
    expiry: isoTime(view.expiry),
    windowStart: isoTime(view.windowStart),
    state: view.state,
    price: exact(view.price),
    average: exact(view.average),
    finalAt: view.finalAt === 0 ? null : isoTime(view.finalAt),
    disputeWindowSecs: view.disputeWindowSecs,
    nextRound: view.nextRound === 0n ? null : view.nextRound,
    rescueFrom: isoTime(view.rescueFrom),
    bounds: view.bounds
      ? { least: formatExact(view.bounds.least, WAD_DECIMALS), most: formatExact(view.bounds.most, WAD_DECIMALS) }
      : null,
    next: {
      kind: step.kind,
      says: settlementPhrase(view, time),
      ...('until' in step && { until: isoTime(step.until) }),
      ...('since' in step && { since: isoTime(step.since) }),
      ...(step.kind === 'rescue' && { reason: step.reason }),
      ...(step.kind === 'prove' && proofJson(step.proof)),
      ...(step.kind === 'wait' && { lastRound: step.lastRound, lastAt: isoTime(step.lastAt) }),
    },
  }
}

const proofJson = ({ firstRound, rounds, left }: Extract<SettlementStep, { kind: 'prove' }>['proof']) => ({
  firstRound,
  rounds,
  left,
})
