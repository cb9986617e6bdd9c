import type { FeedReading, SpotFault, SpotMode, SpotView } from '@keel/sdk'
import { phaseOf, roundOf } from '@keel/sdk'
import type { KeelConnection } from '../chain/connect.ts'
import { formatExact, formatRounded } from '../values/decimal.ts'
import { formatSpan, isoTime } from '../values/time.ts'

const WAD_DECIMALS = 18

const MODES: Readonly<Record<SpotMode, string>> = {
  open: 'open',
  wide: 'wide: the difference of mark and average is added once more as spread',
  reduceOnly: 'only risk-reducing trades',
  attach: 'nothing trades until a price is relayed with the order; everything else goes on',
  down: 'down: no usable price',
}

const price = (value: bigint) => formatRounded(value, { decimals: WAD_DECIMALS })
const percent = (value: bigint) => `${formatRounded(value * 100n, { decimals: WAD_DECIMALS, places: 3 })} %`

/** Why the mode is not open, one sentence a fault, with what is needed. */
function reason(fault: SpotFault, { spot, time }: { readonly spot: SpotView; readonly time: number }): string {
  const { primary, secondary, quick, sequencer, checkpoint, divergence } = spot
  switch (fault) {
    case 'primary':
      return `the primary gives no usable answer (${unusable(primary, time)}); ${spot.mark > 0n ? 'the secondary is the mark' : 'there is no other source'}`
    case 'secondary':
      return `the secondary gave no usable answer at the last checkpoint${secondary ? ` (now: ${secondary.price > 0n ? 'usable, so observe' : unusable(secondary, time)})` : ''}`
    case 'sequencer':
      return `the sequencer was down or within its grace at the last checkpoint${sequencer?.isUp ? ' (now: up, so observe)' : ''}`
    case 'checkpoint':
      if (checkpoint.at === 0) return 'there is no checkpoint yet: observe'
      return `the checkpoint is ${formatSpan(time - checkpoint.at)} old, at most ${formatSpan(checkpoint.maxAgeSecs)} will do: observe`
    case 'wide':
      return `mark and average are ${percent(divergence.fromAverage ?? 0n)} apart, beyond ${percent(divergence.wideBeyond)}`
    case 'diverged':
      return `mark and ${isBeyond(divergence.fromSecondary, divergence) ? 'secondary' : 'average'} are ${percent(worstOf(divergence))} apart, beyond ${percent(divergence.reduceBeyond)}`
    case 'quick':
      if (quick !== undefined && time - quick.updatedAt > quick.maxAgeSecs)
        return `the signed feed's price is ${formatSpan(time - quick.updatedAt)} old, at most ${formatSpan(quick.maxAgeSecs)} will do: relay one with the order`
      return `the signed feed's price is ${percent(divergence.quickFromPushed ?? 0n)} from the pushed one, beyond ${percent(divergence.reduceBeyond)}: relay another, or wait for the pushed one`
    case 'quickOutage':
      return `the signed feed has no price of the last ${formatSpan(quick?.heartbeatSecs ?? 0)}: relay one`
  }
}

const isBeyond = (apart: bigint | undefined, { reduceBeyond }: SpotView['divergence']) =>
  apart !== undefined && apart > reduceBeyond

const worstOf = ({ fromAverage = 0n, fromSecondary = 0n }: SpotView['divergence']) =>
  fromAverage > fromSecondary ? fromAverage : fromSecondary

function unusable({ answer, updatedAt, heartbeatSecs }: FeedReading, time: number): string {
  if (answer === undefined) return 'it reverts or answers with nothing whole'
  if (answer <= 0n) return `its answer is ${answer}`
  if (updatedAt > time) return `its answer is dated ${formatSpan(updatedAt - time)} ahead`
  if (time - updatedAt > heartbeatSecs)
    return `its answer is ${formatSpan(time - updatedAt)} old, the heartbeat is ${formatSpan(heartbeatSecs)}`
  return 'its answer is out of range'
}

function feedPhrase(feed: FeedReading | undefined, time: number): string {
  if (!feed) return 'none'
  const { answer, decimals, round, updatedAt, heartbeatSecs, price: usable, address } = feed
  if (answer === undefined) return `no answer · ${address}`
  const shown = formatRounded(answer, { decimals: decimals ?? 0 })
  const place = round === undefined ? '' : ` · phase ${phaseOf(round)}, round ${roundOf(round)}`
  return `${shown} · ${formatSpan(time - updatedAt)} old, heartbeat ${formatSpan(heartbeatSecs)}${usable > 0n ? '' : ' · not usable'}${place} · ${address}`
}

function quickPhrase(
  feed: NonNullable<SpotView['quick']>,
  { spot, time }: { readonly spot: SpotView; readonly time: number },
): string {
  const { quickFromPushed } = spot.divergence
  const apart = quickFromPushed === undefined ? '' : ` · ${percent(quickFromPushed)} from the pushed price`
  return `${feedPhrase(feed, time)}${apart} · trades up to ${formatSpan(feed.maxAgeSecs)} old, an outage beyond ${formatSpan(feed.heartbeatSecs)}`
}

export function spotLines(spot: SpotView, { deployment, time }: KeelConnection): readonly string[] {
  const { average, checkpoint, divergence, sequencer } = spot
  const { symbol } = deployment.asset
  const apart = (value: bigint | undefined, from: string) =>
    value === undefined ? '' : ` · ${percent(value)} from ${from}`
  return [
    `Spot        ${MODES[spot.mode]}`,
    ...spot.faults.map((fault) => `            because ${reason(fault, { spot, time })}`),
    `Mark        ${spot.mark > 0n ? `${price(spot.mark)} ${symbol}` : 'none'}${apart(divergence.fromAverage, 'the average')}${apart(divergence.fromSecondary, 'the secondary')} · wide beyond ${percent(divergence.wideBeyond)}, reduce-only beyond ${percent(divergence.reduceBeyond)}`,
    `Primary     ${feedPhrase(spot.primary, time)}`,
    `Secondary   ${feedPhrase(spot.secondary, time)}`,
    ...(spot.quick ? [`Quick       ${quickPhrase(spot.quick, { spot, time })}`] : []),
    `Sequencer   ${
      sequencer
        ? `${sequencer.isUp ? 'up' : 'down or within its grace'} · since ${formatSpan(time - sequencer.since)}, grace ${formatSpan(sequencer.graceSecs)} · ${sequencer.address}`
        : 'none on this chain'
    }`,
    `Average     ${price(average.price)} over ${formatSpan(average.windowSecs)} · ring ${average.lastObservation === 0 ? 'never observed' : `observed ${formatSpan(time - average.lastObservation)} ago`}, a gap above ${formatSpan(average.maxGapSecs)} serves no settlement`,
    `Checkpoint  ${checkpoint.at === 0 ? 'none' : `${formatSpan(time - checkpoint.at)} old`}, at most ${formatSpan(checkpoint.maxAgeSecs)}`,
  ]
}

export function spotJson(spot: SpotView, { time }: KeelConnection) {
  const exact = (value: bigint) => formatExact(value, WAD_DECIMALS)
  const orNull = (value: bigint | undefined) => (value === undefined ? null : exact(value))
  const { average, checkpoint, divergence, sequencer } = spot
  return {
    mode: spot.mode,
    faults: spot.faults.map((fault) => ({ fault, reason: reason(fault, { spot, time }) })),
    mark: exact(spot.mark),
    primary: feedJson(spot.primary, time),
    secondary: spot.secondary ? feedJson(spot.secondary, time) : null,
    quick: spot.quick ? { ...feedJson(spot.quick, time), maxAgeSecs: spot.quick.maxAgeSecs } : null,
    sequencer: sequencer ? { ...sequencer, since: sequencer.since === 0 ? null : isoTime(sequencer.since) } : null,
    average: {
      price: exact(average.price),
      windowSecs: average.windowSecs,
      lastObservation: momentJson(average.lastObservation),
      maxGapSecs: average.maxGapSecs,
    },
    checkpoint: { at: momentJson(checkpoint.at), maxAgeSecs: checkpoint.maxAgeSecs },
    divergence: {
      fromAverage: orNull(divergence.fromAverage),
      fromSecondary: orNull(divergence.fromSecondary),
      quickFromPushed: orNull(divergence.quickFromPushed),
      wideBeyond: exact(divergence.wideBeyond),
      reduceBeyond: exact(divergence.reduceBeyond),
    },
  }
}

const momentJson = (at: number) => (at === 0 ? null : isoTime(at))

function feedJson(
  { address, answer, decimals, round, updatedAt, heartbeatSecs, price: usable }: FeedReading,
  time: number,
) {
  return {
    address,
    answer: answer === undefined ? null : formatExact(answer, decimals ?? 0),
    round: round === undefined ? null : { id: round, phase: phaseOf(round), number: roundOf(round) },
    updatedAt: momentJson(updatedAt),
    ageSecs: updatedAt === 0 ? null : time - updatedAt,
    heartbeatSecs,
    isUsable: usable > 0n,
  }
}
