import { aggregatorV3Abi, settlementOracleAbi, spotOracleAbi } from '@keel/contracts/generated'
import type { Abi, Hex } from 'viem'
import { decodeFunctionData, encodeErrorResult, encodeFunctionResult, zeroAddress } from 'viem'
import type { Reader } from '../src/index.ts'
import { DEPLOYMENT } from './sample.ts'

export const WINDOW = 1_800
export const HEARTBEAT = 3_600
export const MAX_GAP = 600
export const REPLACE_BOUND = 2n * 10n ** 16n
export const RESCUE_BOUND = 25n * 10n ** 16n
/** What the ring last saw before expiry, wad. */
export const LAST_SEEN = 2_400n * 10n ** 18n
export const EXPIRY = 1_735_286_400
export const OPENS = EXPIRY - WINDOW
export const FEED = DEPLOYMENT.markets[0]!.feed

/** A round as the feed has it; undefined: lost. */
export type Round = { readonly at: number; readonly answer: number } | undefined

export type Feed = {
  /** Rounds of each phase, from round 1 of phase 1, as they stand at the end; those after `now` have not come yet. */
  readonly phases: readonly (readonly Round[])[]
  /** The phase the feed answers with; absent: the last. 0: it answers with nothing. */
  readonly current?: number
  /** What the spot oracle saw current throughout the window; 0: none. Absent: the last. */
  readonly phaseThrough?: number
  /** When the ring was observed, unix seconds. */
  readonly observed?: readonly number[]
  /** How a round that is not there fails. */
  readonly failure?: 'revert' | 'zeros' | 'empty'
}

export const roundId = (phase: number, round: number): bigint => (BigInt(phase) << 64n) | BigInt(round)

/** A node's answer to a call that reverted. */
class RevertError extends Error {
  override readonly name = 'RevertError'
  readonly data: Hex | undefined
  readonly code = 3
  constructor(data?: Hex) {
    super('execution reverted')
    this.data = data
  }
}

export class NodeGoneError extends Error {
  override readonly name = 'NodeGoneError'
}

type Stored = { price: number; state: number; nextRound: bigint; sum: number }

/**
 * A feed, and what docs/oracles.md says that the spot and settlement oracles make of it, for one expiry of market 1. It
 * answers as a node would, and `prove`, `proveFromRing` and `observe` are the transactions, which throw as they revert.
 */
export function createModel(feed: Feed) {
  const { phases, failure = 'revert' } = feed
  const current = feed.current ?? phases.length
  const through = feed.phaseThrough ?? phases.length
  const observed = [...(feed.observed ?? [])]
  const stored: Stored = { price: 0, state: 0, nextRound: 0n, sum: 0 }
  const model = { now: EXPIRY, reads: 0, isNodeGone: false }

  const roundAt = (id: bigint): Round => {
    const round = phases[Number(id >> 64n) - 1]?.[Number(id & ((1n << 64n) - 1n)) - 1]
    return round && round.at <= model.now ? round : undefined
  }
  const latestOf = (phase: number): bigint => {
    const known = (phases[phase - 1] ?? []).filter((round) => !round || round.at <= model.now)
    let last = known.length
    while (last > 0 && !known[last - 1]) last--
    return roundId(phase, last)
  }
  function fails(error: string, args: readonly unknown[]): never {
    throw new RevertError(encodeErrorResult({ abi: settlementOracleAbi as Abi, errorName: error, args }))
  }

  function credit(last: NonNullable<Round>, until: number): boolean {
    if (until - last.at > HEARTBEAT) return false
    const since = Math.max(last.at, OPENS)
    if (until > since) {
      if (last.answer <= 0) return false
      stored.sum += last.answer * (until - since)
    }
    return true
  }

  function prove({ firstRound, rounds }: { readonly firstRound: bigint; readonly rounds: bigint }): void {
    if (stored.price > 0) fails('AlreadyProposed', [1, EXPIRY])
    if (stored.state === 1 || through === 0) fails('WindowNotCovered', [OPENS, EXPIRY])
    if (rounds < 1n || rounds > 256n) fails('TooManyRounds', [rounds, 256n])
    if (firstRound >> 64n !== BigInt(through)) fails('RoundOfOtherPhase', [firstRound, Number(firstRound >> 64n)])
    if (stored.nextRound !== 0n && firstRound !== stored.nextRound) fails('ProofNotConsecutive', [firstRound])
    const before = { ...stored }
    try {
      const outcome = walk(firstRound, rounds)
      if (outcome === 'done') propose()
      else if (outcome === 'failed') Object.assign(stored, { ...before, state: 1 })
      else stored.nextRound = outcome
    } catch (error) {
      Object.assign(stored, before)
      throw error
    }
  }

  /** The last round taken, where the window is not complete. */
  function walk(firstRound: bigint, count: bigint): 'done' | 'failed' | bigint {
    let starting = stored.nextRound === 0n
    let last = roundAt(firstRound) ?? fails('RoundMissing', [firstRound])
    if (starting && last.at > OPENS) fails('ProofStartsLate', [firstRound, BigInt(last.at), OPENS])
    let id = firstRound
    for (let left = count - (starting ? 1n : 0n); left > 0n; left--) {
      const next = roundAt(id + 1n)
      if (!next) return end({ id, last, starting })
      if (next.at < last.at) fails('ProofNotConsecutive', [id + 1n])
      if (starting && next.at <= OPENS) fails('ProofStartsEarly', [firstRound, BigInt(next.at), OPENS])
      starting = false
      const isDone = next.at >= EXPIRY
      if (!credit(last, isDone ? EXPIRY : next.at)) return 'failed'
      if (isDone) return 'done'
      id++
      last = next
    }
    if (starting) fails('ProofNotConsecutive', [firstRound])
    return id
  }

  function end({ id, last, starting }: { id: bigint; last: NonNullable<Round>; starting: boolean }): 'done' | 'failed' {
    const isGap = current === through ? latestOf(current) > id : roundAt(id + 2n) !== undefined
    if (isGap && starting) fails('RoundMissing', [id + 1n])
    if (isGap) return 'failed'
    const until = EXPIRY + HEARTBEAT
    if (model.now < until) fails('SuccessorStillPossible', [BigInt(model.now), BigInt(until)])
    return credit(last, EXPIRY) ? 'done' : 'failed'
  }

  function propose(): void {
    stored.price = stored.sum / WINDOW
    stored.state = 2
  }

  function ringCovers(): boolean {
    const before = observed.filter((at) => at <= OPENS).at(-1)
    const inside = observed.filter((at) => at > OPENS && at < EXPIRY)
    const after = observed.find((at) => at >= EXPIRY)
    if (before === undefined || after === undefined) return false
    const all = [before, ...inside, after]
    return all.every((at, i) => i === 0 || at - all[i - 1]! <= MAX_GAP)
  }

  function proveFromRing(): void {
    if (stored.price > 0) fails('AlreadyProposed', [1, EXPIRY])
    if (stored.state !== 1 && through !== 0) fails('RoundsStillServe', [1, EXPIRY])
    if (!ringCovers()) fails('WindowNotCovered', [OPENS, EXPIRY])
    stored.price = 1
    stored.state = 2
  }

  function observe(): void {
    if (model.now >= (observed.at(-1) ?? 0) + 30) observed.push(model.now)
  }

  function answerRound(id: bigint): Hex {
    const round = roundAt(id)
    if (!round && failure === 'empty') return '0x'
    if (!round && failure === 'revert') throw new RevertError()
    const at = BigInt(round?.at ?? 0)
    return encodeFunctionResult({
      abi: aggregatorV3Abi,
      functionName: 'getRoundData',
      result: [id, BigInt(round?.answer ?? 0) * 10n ** 8n, at, at, id],
    })
  }

  const reader: Reader = async ({ to, data }) => {
    model.reads++
    if (model.isNodeGone) throw new NodeGoneError('socket hang up')
    if (to === FEED) {
      const { functionName, args } = decodeFunctionData({ abi: aggregatorV3Abi, data })
      if (functionName !== 'latestRoundData') return answerRound((args as readonly [bigint])[0])
      if (current === 0) throw new RevertError()
      return answerRound(latestOf(current))
    }
    if (to === DEPLOYMENT.contracts.spotOracle) return answerSpot(data)
    return answerSettlement(data)
  }

  function answerSpot(data: Hex): Hex {
    const { functionName } = decodeFunctionData({ abi: spotOracleAbi, data })
    const abi = spotOracleAbi
    if (functionName === 'phaseThrough') return encodeFunctionResult({ abi, functionName, result: through })
    if (functionName === 'observedAt')
      return encodeFunctionResult({ abi, functionName, result: [observed.length > 0 ? LAST_SEEN : 0n, 0] })
    if (functionName === 'sources')
      return encodeFunctionResult({
        abi,
        functionName,
        result: {
          primary: FEED,
          heartbeat: HEARTBEAT,
          secondary: zeroAddress,
          secondaryHeartbeat: 0,
          sequencer: zeroAddress,
          sequencerGrace: 0,
          averageWindow: 1_800,
          checkpointAge: 1_800,
          maxGap: MAX_GAP,
          wideBeyond: 3n * 10n ** 15n,
          reduceBeyond: 15n * 10n ** 15n,
          quick: zeroAddress,
          quickAge: 0,
          quickOutage: 0,
        },
      })
    return encodeFunctionResult({
      abi,
      functionName: 'health',
      result: {
        read: { mark: 0n, average: 0n, markUpdatedAt: 0, mode: 0 },
        faults: 0,
        primary: 0n,
        primaryUpdatedAt: 0,
        secondary: 0n,
        secondaryUpdatedAt: 0,
        sequencerUp: true,
        sequencerSince: 0,
        checkpointAt: 0,
        lastObservation: observed.at(-1) ?? 0,
        quick: 0n,
        quickUpdatedAt: 0,
      },
    })
  }

  function answerSettlement(data: Hex): Hex {
    const abi = settlementOracleAbi
    const { functionName } = decodeFunctionData({ abi, data })
    if (functionName === 'window') return encodeFunctionResult({ abi, functionName, result: WINDOW })
    if (functionName === 'params')
      return encodeFunctionResult({
        abi,
        functionName,
        result: { disputeWindow: 7_200, replaceBound: REPLACE_BOUND, rescueBound: RESCUE_BOUND },
      })
    if (functionName === 'settlement') {
      const price = BigInt(Math.round(stored.price * 1e6)) * 10n ** 12n
      const { state, nextRound } = stored
      return encodeFunctionResult({
        abi,
        functionName,
        result: { price, average: price, finalAt: price > 0n ? model.now + 7_200 : 0, state, nextRound },
      })
    }
    // eth_call of a transaction: nothing of it stays
    const before = { ...stored }
    try {
      proveFromRing()
      return '0x'
    } finally {
      Object.assign(stored, before)
    }
  }

  return Object.assign(model, { reader, prove, proveFromRing, observe, stored })
}

export type Model = ReturnType<typeof createModel>

/** Rounds at times, with one answer or one each. */
export const rounds = (times: readonly number[], answer: number | ((i: number) => number) = 2_500): readonly Round[] =>
  times.map((at, i) => ({ at, answer: typeof answer === 'number' ? answer : answer(i) }))

/** Times from `from` on, `step` seconds apart. */
export const every = (step: number, from: number, to: number): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step)
