import type { SettlementStep } from '../views/settlement.ts'
import { isoOf } from './iso.ts'
import { KeelError } from './KeelError.ts'

/** No price can be proven yet; `until` is when to try again at the latest. */
export class NotProvableYetError extends KeelError {
  override readonly name = 'Settlement.NotProvableYetError'
  override readonly retryable = true
  /** Unix seconds. */
  readonly until: number
  constructor(input: { expiry: number; now: number; step: NotProvableYetError.Step }) {
    super(`The expiry ${isoOf(input.expiry)} cannot be proven yet: ${whatIsMissing(input)}`)
    this.until = 'until' in input.step ? input.step.until : input.step.since
  }
}

export declare namespace NotProvableYetError {
  type Step = Extract<SettlementStep, { kind: 'notExpired' | 'wait' | 'observe' }>
}

function whatIsMissing({ now, step }: { now: number; step: NotProvableYetError.Step }): string {
  switch (step.kind) {
    case 'notExpired':
      return `it is ${step.until - now} s away. Wait for it.`
    case 'observe':
      return `the ring needs an observation after it, and takes none before ${isoOf(step.since)}. Send observe then.`
    case 'wait':
      return `the round after it has not been posted. The last round (${step.lastRound}) is ${now - step.lastAt} s old, the feed's heartbeat is ${step.heartbeatSecs} s. Wait for a round, at the latest until ${isoOf(step.until)}.`
  }
}

const WHY = {
  noPhase: 'no phase of the feed was seen before the window and after it, and the ring does not cover it',
  beganLate: 'the feed’s phase has no round at or before the window’s start',
  gapAtStart: 'the feed lacks the round after the window’s start',
  ringGap: 'the feed’s rounds cannot serve, and the ring has a gap in the window or ends before it does',
} as const

/** Nobody can prove this expiry: the governor must propose a price. */
export class RescueNeededError extends KeelError {
  override readonly name = 'Settlement.RescueNeededError'
  /** Unix seconds from which the governor may. */
  readonly since: number
  constructor({ expiry, step }: { expiry: number; step: Extract<SettlementStep, { kind: 'rescue' }> }) {
    super(
      `The expiry ${isoOf(expiry)} cannot be proven: ${WHY[step.reason]}. The governor may propose a price by rescue from ${isoOf(step.since)} on.`,
    )
    this.since = step.since
  }
}

/** Every step was taken and none brought the proof forward. */
export class ProofStuckError extends KeelError {
  override readonly name = 'Settlement.ProofStuckError'
  override readonly retryable = true
  constructor(expiry: number) {
    super(
      `The proof of ${isoOf(expiry)} does not advance: others may be proving it, or the RPC answers from an old block. Look at the settlement, then send again.`,
    )
  }
}
