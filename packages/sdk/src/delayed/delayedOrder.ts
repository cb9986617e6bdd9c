import { delayedOrdersAbi } from '@keel/contracts/generated'
import type { Address, Log } from 'viem'
import { isAddressEqual, parseEventLogs } from 'viem'
import type { prepareTrade } from '../calls/trading.ts'

/** An order that waits for a price signed after it, as its `Requested` event tells it. Times in unix seconds. */
export type DelayedOrder = {
  /** Asked, paid the escrow, and gets back what is left of it. */
  readonly trader: Address
  /** The second whose signed price it trades at. */
  readonly pricedAt: number
  /** The last second in which it may execute. */
  readonly expiresAt: number
  /** To whoever executes it, base units of the collateral. */
  readonly tip: bigint
  readonly order: prepareTrade.Parameters
}

/** A delayed order under its id in one queue. */
export type WaitingOrder = { readonly queue: Address; readonly id: bigint; readonly delayed: DelayedOrder }

/** The orders of a queue that were asked for in these logs and neither executed nor refunded in them, the oldest first. */
export function waitingOrders({ queue, logs }: waitingOrders.Parameters): readonly WaitingOrder[] {
  const events = parseEventLogs({ abi: delayedOrdersAbi, logs: [...logs] }).filter(({ address }) =>
    isAddressEqual(address, queue),
  )
  const ended = new Set(
    events.flatMap(({ eventName, args }) => (eventName === 'Executed' || eventName === 'Refunded' ? [args.id] : [])),
  )
  return events
    .flatMap((event) => (event.eventName === 'Requested' ? [event.args] : []))
    .filter(({ id }) => !ended.has(id))
    .map(({ id, delayed }) => ({ queue, id, delayed }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

export declare namespace waitingOrders {
  type Parameters = { readonly queue: Address; readonly logs: readonly Log[] }
}
