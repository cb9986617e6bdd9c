import { localAggregatorAbi } from '@keel/contracts/generated/local'
import { wadFromFloat } from '@keel/model'
import type { Reader } from '@keel/sdk'
import { readContract } from '@keel/sdk'
import type { Address } from 'viem'
import { encodeFunctionData } from 'viem'
import type { Call } from '../chain/chain.ts'
import type { Tick } from '../history/ticks.ts'

export const FEED_DECIMALS = 8
const WAD = 10n ** 18n
/** What a publisher may be late by. */
const HEARTBEAT_SLACK = 5 * 60
/** The world mines at least as often, whatever the feed does. */
const HOUR = 3_600

/** When the feed prints: whichever comes first. Between prints contracts see its last answer, whatever the market does. */
export type FeedPolicy = {
  /** Share of the last answer by which the price must have moved. */
  readonly deviation: number
  /** Seconds after the last answer. */
  readonly heartbeatSecs: number
}

/** As Chainlink's dollar feeds of large coins on layer one. */
export const FEED_POLICY: FeedPolicy = { deviation: 0.005, heartbeatSecs: HOUR }

/** The age up to which the spot oracle takes an answer of such a feed. Seconds. */
export function oracleHeartbeat({ heartbeatSecs }: FeedPolicy): number {
  return Math.max(heartbeatSecs, HOUR) + HEARTBEAT_SLACK
}

/** A price as the feed would answer it. */
export function answerOf(price: bigint): bigint {
  return price / 10n ** BigInt(18 - FEED_DECIMALS)
}

/** The feed's publisher: it looks at every price and prints the few that are due. */
export type Publisher = {
  /** Whether a price would be printed; if so it is remembered as the last. */
  readonly prints: (tick: Pick<Tick, 'time' | 'price'>) => boolean
  /** The call that prints a price if it is due, which the feed decides by the same rule. */
  readonly call: (from: Address, price: number) => Call
}

/** A publisher that goes on from the feed's last answer on the chain. */
export async function openPublisher(
  reader: Reader,
  { feed, policy }: { readonly feed: Address; readonly policy: FeedPolicy },
): Promise<Publisher> {
  const [, answer, , updatedAt] = await readContract(reader, {
    address: feed,
    abi: localAggregatorAbi,
    functionName: 'latestRoundData',
    args: [],
  })
  // Decimal as it was written: the nearest float to half a per cent is above it.
  const deviation = BigInt(Math.round(policy.deviation * 1e12)) * 1_000_000n
  const heartbeat = BigInt(policy.heartbeatSecs)
  let last = { answer, time: Number(updatedAt) }

  function prints({ time, price }: Pick<Tick, 'time' | 'price'>): boolean {
    const next = answerOf(wadFromFloat(price))
    const move = next > last.answer ? next - last.answer : last.answer - next
    const isDue = move * WAD >= deviation * last.answer || time - last.time >= policy.heartbeatSecs
    if (isDue) last = { answer: next, time }
    return isDue
  }

  function call(from: Address, price: number): Call {
    const args = [answerOf(wadFromFloat(price)), deviation, heartbeat] as const
    const data = encodeFunctionData({ abi: localAggregatorAbi, functionName: 'update', args })
    return { from, to: feed, data, label: 'feed round' }
  }

  return { prints, call }
}
