import { settlementOracleAbi, spotOracleAbi } from '@keel/contracts/generated'
import type { Deployment } from '../deployment/deployment.ts'
import { ContractError, explain } from '../errors/ContractError.ts'
import type { NoProofReason, Proof } from './findProof.ts'
import { findProof, MOST_ROUNDS, NoProofError } from './findProof.ts'
import type { Reader } from './read.ts'
import { readContract } from './read.ts'

/** Constants of the contracts. Seconds. */
export const RESCUE_AFTER = 6 * 3_600
const RING_SPACING = 30

/** `SettlementState` of ISettlementOracle.sol, in its order. */
const STATES = ['open', 'roundsFailed', 'proposed', 'frozen', 'replaced'] as const

/** How far the price of an expiry has come. */
export type SettlementState = (typeof STATES)[number]

/** What brings an expiry nearer to its final price, or what it waits for. */
export type SettlementStep =
  /** Trades on; nothing to prove before `until`. */
  | { readonly kind: 'notExpired'; readonly until: number }
  | Extract<Proof, { kind: 'wait' }>
  /** `prepareProof` with `proof`; again until the step is another. */
  | { readonly kind: 'prove'; readonly proof: Extract<Proof, { kind: 'rounds' }> }
  /** The ring lacks an observation after expiry: `prepareObserve`, from `since` on. */
  | { readonly kind: 'observe'; readonly since: number }
  /** `prepareRingProof`. */
  | { readonly kind: 'ring' }
  /** Neither rounds nor ring: the governor, from `since` on. */
  | { readonly kind: 'rescue'; readonly since: number; readonly reason: NoProofReason | 'ringGap' }
  /** A price is there, open to dispute until then. */
  | { readonly kind: 'dispute'; readonly until: number }
  | { readonly kind: 'final' }

/** Everything about the price of an expiry. Prices are wads, times unix seconds. */
export type SettlementView = {
  readonly market: number
  readonly expiry: number
  /** The average is over this time to the expiry. */
  readonly windowStart: number
  readonly state: SettlementState
  /** 0n until one is proposed. */
  readonly price: bigint
  /** As proven; 0n until then, and for a price the governor rescued. */
  readonly average: bigint
  /** 0 until a price is proposed. */
  readonly finalAt: number
  readonly disputeWindowSecs: number
  /** Round id from which an unfinished proof goes on; 0n when none has begun. */
  readonly nextRound: bigint
  /** From when the governor may propose a price where nobody could prove one. */
  readonly rescueFrom: number
  /** Within which the governor may replace a price open to dispute, or rescue one nobody can prove; else undefined. */
  readonly bounds: PriceBounds | undefined
  readonly step: SettlementStep
}

/** Wads, both included; where there was never an observation, a rescue may be at any price. */
export type PriceBounds = { readonly around: bigint; readonly least: bigint; readonly most: bigint }

/** Where the price of an expiry stands and what comes next, from the feed's own rounds. Errors: BrokenFeed. */
export async function readSettlement(
  reader: Reader,
  deployment: Deployment,
  { market, expiry, now, mostRounds = MOST_ROUNDS }: readSettlement.Parameters,
): Promise<SettlementView> {
  const oracle = { address: deployment.contracts.settlementOracle, abi: settlementOracleAbi } as const
  const [window, params, stored] = await Promise.all([
    readContract(reader, { ...oracle, functionName: 'window', args: [] }),
    readContract(reader, { ...oracle, functionName: 'params', args: [] }),
    readContract(reader, { ...oracle, functionName: 'settlement', args: [market, expiry] }),
  ])
  const { price, average, finalAt, nextRound } = stored
  const view = {
    market,
    expiry,
    windowStart: expiry - window,
    state: STATES[stored.state]!,
    price,
    average,
    finalAt,
    disputeWindowSecs: params.disputeWindow,
    nextRound,
    rescueFrom: expiry + RESCUE_AFTER,
  }
  const none = { ...view, bounds: undefined }
  if (price > 0n && now >= finalAt) return { ...none, step: { kind: 'final' } }
  if (price > 0n) {
    const bounds = view.state === 'replaced' ? undefined : boundsOf(price, params.replaceBound)
    return { ...view, bounds, step: { kind: 'dispute', until: finalAt } }
  }
  if (now < expiry) return { ...none, step: { kind: 'notExpired', until: expiry } }
  const step = await stepToPrice(reader, deployment, { market, expiry, now, mostRounds })
  if (step.kind !== 'rescue') return { ...none, step }
  const [last] = await readContract(reader, {
    address: deployment.contracts.spotOracle,
    abi: spotOracleAbi,
    functionName: 'observedAt',
    args: [market, expiry],
  })
  return { ...view, bounds: last > 0n ? boundsOf(last, params.rescueBound) : undefined, step }
}

function boundsOf(around: bigint, bound: bigint): PriceBounds {
  const away = (around * bound) / 10n ** 18n
  return { around, least: around - away, most: around + away }
}

export declare namespace readSettlement {
  type Parameters = findProof.Parameters
}

/** Asks the contract which of rounds and ring may serve: nobody chooses between them. */
async function stepToPrice(
  reader: Reader,
  deployment: Deployment,
  input: Required<readSettlement.Parameters>,
): Promise<SettlementStep> {
  const ring = await tryRing(reader, deployment, input)
  if (ring === 'serves') return { kind: 'ring' }
  const since = input.expiry + RESCUE_AFTER
  if (ring === 'uncovered') return stepToRing(reader, deployment, input)
  try {
    const proof = await findProof(reader, deployment, input)
    return proof.kind === 'wait' ? proof : { kind: 'prove', proof }
  } catch (error) {
    if (error instanceof NoProofError) return { kind: 'rescue', since, reason: error.reason }
    throw error
  }
}

/** Whether `proveFromRing` would succeed, may not be used yet, or lacks observations. */
async function tryRing(
  reader: Reader,
  { contracts }: Deployment,
  { market, expiry }: { readonly market: number; readonly expiry: number },
): Promise<'serves' | 'barred' | 'uncovered'> {
  try {
    await readContract(reader, {
      address: contracts.settlementOracle,
      abi: settlementOracleAbi,
      functionName: 'proveFromRing',
      args: [market, expiry],
    })
    return 'serves'
  } catch (error) {
    const explained = explain(error)
    const name = explained instanceof ContractError ? explained.contractError : undefined
    if (name === 'RoundsStillServe') return 'barred'
    if (name === 'WindowNotCovered') return 'uncovered'
    throw explained
  }
}

/** The ring may serve and does not cover the window: one more observation closes it, or nothing does. */
async function stepToRing(
  reader: Reader,
  { contracts }: Deployment,
  { market, expiry, now }: Required<readSettlement.Parameters>,
): Promise<SettlementStep> {
  const oracle = { address: contracts.spotOracle, abi: spotOracleAbi } as const
  const [{ lastObservation }, { maxGap }] = await Promise.all([
    readContract(reader, { ...oracle, functionName: 'health', args: [market] }),
    readContract(reader, { ...oracle, functionName: 'sources', args: [market] }),
  ])
  const isOpen = lastObservation < expiry && now - lastObservation <= maxGap
  return isOpen
    ? { kind: 'observe', since: lastObservation + RING_SPACING }
    : { kind: 'rescue', since: expiry + RESCUE_AFTER, reason: 'ringGap' }
}
