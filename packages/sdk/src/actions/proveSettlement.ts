import type { Hex } from 'viem'
import { prepareObserve, prepareProof, prepareRingProof } from '../calls/keeping.ts'
import type { PreparedCall } from '../calls/prepared.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { ContractError, explain } from '../errors/ContractError.ts'
import { NotProvableYetError, ProofStuckError, RescueNeededError } from '../errors/settlement.ts'
import type { SettlementStep, SettlementView } from '../views/settlement.ts'
import { readSettlement } from '../views/settlement.ts'
import type { SigningClient } from './client.ts'
import { explainAction } from './errors.ts'
import { chainTime, clientReader } from './reading.ts'
import { send } from './send.ts'

/** Steps that leave everything as it was, before it is given up: somebody else took them, or the RPC lags. */
const MOST_IDLE_STEPS = 4
const RETRY_MS = 500

/** What a step may meet when somebody else was faster: the proof is where it should be, or further. */
const OVERTAKEN = ['AlreadyProposed', 'ProofNotConsecutive', 'RoundsStillServe', 'WindowNotCovered']

/**
 * Brings an expiry to its price by what serves: the feed's rounds, in as many calls as they take and from wherever a
 * proof under way stands; or the oracle's own ring where the contract finds that the rounds cannot. Sent twice, or by
 * several at once, it proves once: whoever comes late is told the price. Errors: NotProvableYet, RescueNeeded,
 * ProofStuck, BrokenFeed, and those of `send`.
 */
export async function proveSettlement(
  client: SigningClient,
  deployment: Deployment,
  { market, expiry, mostRounds, onStep }: proveSettlement.Parameters,
): Promise<proveSettlement.ReturnType> {
  const reader = clientReader(client)
  const transactions: Hex[] = []
  let before: string | undefined
  for (let idle = 0; ; ) {
    const now = await chainTime(client)
    let view: SettlementView
    try {
      view = await readSettlement(reader, deployment, { market, expiry, now, ...(mostRounds && { mostRounds }) })
    } catch (error) {
      const explained = explain(error)
      if (!isOvertaken(explained)) throw explainAction(error)
      if (++idle > MOST_IDLE_STEPS) throw new ProofStuckError(expiry)
      continue
    }
    if (view.price > 0n) return { view, transactions }
    const call = callOf(deployment, { view, now })
    const stands = JSON.stringify([view.state, view.nextRound, view.step], (_, v) =>
      typeof v === 'bigint' ? `${v}` : v,
    )
    idle = stands === before ? idle + 1 : 0
    if (idle > MOST_IDLE_STEPS) throw new ProofStuckError(expiry)
    if (idle > 0) await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    before = stands
    onStep?.(view)
    try {
      transactions.push((await send(client, call)).transactionHash)
    } catch (error) {
      if (!isOvertaken(error)) throw error
    }
  }
}

export declare namespace proveSettlement {
  type Parameters = {
    readonly market: number
    /** Unix seconds. */
    readonly expiry: number
    /** For one call, 2 to 256; fewer where a feed is dear to read. */
    readonly mostRounds?: number
    /** Told before each transaction. */
    readonly onStep?: (view: SettlementView) => void
  }
  type ReturnType = {
    readonly view: SettlementView
    /** Those sent here; none where somebody else had proven it. */
    readonly transactions: readonly Hex[]
  }
}

function isOvertaken(error: unknown): boolean {
  return error instanceof ContractError && OVERTAKEN.includes(error.contractError)
}

function callOf(
  deployment: Deployment,
  { view, now }: { readonly view: SettlementView; readonly now: number },
): PreparedCall {
  const { market, expiry } = view
  const step: SettlementStep = view.step
  switch (step.kind) {
    case 'prove':
      return prepareProof(deployment, { market, expiry, ...step.proof })
    case 'ring':
      return prepareRingProof(deployment, { market, expiry })
    case 'observe':
      if (now >= step.since) return prepareObserve(deployment, market)
      throw new NotProvableYetError({ expiry, now, step })
    case 'rescue':
      throw new RescueNeededError({ expiry, step })
    case 'notExpired':
    case 'wait':
      throw new NotProvableYetError({ expiry, now, step })
    default:
      throw new ProofStuckError(expiry)
  }
}
