import { KeelError } from '@keel/sdk'

/** What can be wrong with a feed, as it is counted. */
export const FEED_FAULTS = [
  /** The server said that too much was asked, or that it is busy. */
  'rate-limited',
  /** The server answered with an error object. */
  'refused',
  /** No answer in time, or a connection that fell silent. */
  'silent',
  /** The connection could not be made, or ended. */
  'disconnected',
  /** An HTTP status other than 200 without a readable error object. */
  'bad-status',
  /** Not JSON, cut off, too long, or no JSON-RPC. */
  'garbled',
  /** A reply to nothing that was asked, or a second one to the same request. */
  'unmatched',
  /** A reply whose result has another shape than documented. */
  'wrong-shape',
  /** The server's quotes are older, or later, than this machine's clock allows. */
  'wrong-time',
  /** A notification older than the quote it would replace. */
  'out-of-order',
] as const

export type FeedFault = (typeof FEED_FAULTS)[number]

/** How often each fault was met. */
export type FaultCounts = Record<FeedFault, number>

export function noFaults(): FaultCounts {
  return Object.fromEntries(FEED_FAULTS.map((fault) => [fault, 0])) as FaultCounts
}

/** Base of what a feed throws. `fault` is what it is counted under. */
export abstract class FeedError extends KeelError {
  abstract readonly fault: FeedFault
}

/** Codes after which the same request may be sent again later. Source: Deribit's list of RPC error codes. */
const PASSING: ReadonlySet<number> = new Set([10040, 10041, 10047, 11051, 11094, 13028, 13888])
const RATE_LIMITED: ReadonlySet<number> = new Set([10028, 10066])

export class RefusedError extends FeedError {
  override readonly name = 'Feed.RefusedError'
  readonly fault: FeedFault
  readonly code: number
  override readonly retryable: boolean
  /** How long the server asks to wait, where it says so. */
  readonly waitMs: number | undefined
  constructor({ code, message, waitMs }: { code: number; message: string; waitMs?: number | undefined }) {
    const limited = RATE_LIMITED.has(code)
    const retryable = limited || PASSING.has(code)
    const advice = limited
      ? 'Ask less often: lower the request rate.'
      : retryable
        ? 'Ask again later.'
        : 'Check method and parameters against the venue’s documentation.'
    super(`The venue refused with ${code} (${message}). ${advice}`)
    this.fault = limited ? 'rate-limited' : 'refused'
    this.code = code
    this.retryable = retryable
    this.waitMs = waitMs
  }
}

export class SilentError extends FeedError {
  override readonly name = 'Feed.SilentError'
  readonly fault = 'silent'
  override readonly retryable = true
  constructor({ what, ms }: { what: string; ms: number }) {
    super(`${what} gave no answer within ${ms} ms. Ask again, or check the network.`)
  }
}

export class DisconnectedError extends FeedError {
  override readonly name = 'Feed.DisconnectedError'
  readonly fault = 'disconnected'
  override readonly retryable = true
  constructor({ url, why }: { url: string; why: string }) {
    super(`The connection to ${url} failed (${why}). Check the address and the network.`)
  }
}

export class BadStatusError extends FeedError {
  override readonly name = 'Feed.BadStatusError'
  readonly fault: FeedFault
  override readonly retryable: boolean
  readonly waitMs: number | undefined
  constructor({ status, waitMs }: { status: number; waitMs?: number | undefined }) {
    super(`The venue answered with HTTP status ${status}. ${status >= 500 ? 'Ask again later.' : 'Check the address.'}`)
    this.fault = status === 429 ? 'rate-limited' : 'bad-status'
    this.retryable = status === 429 || status >= 500
    this.waitMs = waitMs
  }
}

export class GarbledError extends FeedError {
  override readonly name = 'Feed.GarbledError'
  readonly fault = 'garbled'
  override readonly retryable = true
  constructor(why: string) {
    super(`The venue’s answer cannot be read: ${why}. Ask again; if it stays so, its protocol has changed.`)
  }
}

export class WrongShapeError extends FeedError {
  override readonly name = 'Feed.WrongShapeError'
  readonly fault = 'wrong-shape'
  constructor({ method, expected }: { method: string; expected: string }) {
    super(`The result of ${method} is not ${expected}. The venue’s protocol has changed: adapt the reader.`)
  }
}

export class WrongTimeError extends FeedError {
  override readonly name = 'Feed.WrongTimeError'
  readonly fault = 'wrong-time'
  override readonly retryable = true
  constructor({ aheadMs }: { aheadMs: number }) {
    const where = aheadMs > 0 ? `${aheadMs} ms ahead of` : `${-aheadMs} ms behind`
    super(`The venue’s quotes are ${where} this machine’s clock. Set the clock, or wait until the venue quotes again.`)
  }
}

export class NoWebSocketError extends KeelError {
  override readonly name = 'Feed.NoWebSocketError'
  constructor() {
    super('This runtime has no WebSocket. Run on Node 22 or newer, or pass openSocket made with the ws library.')
  }
}
