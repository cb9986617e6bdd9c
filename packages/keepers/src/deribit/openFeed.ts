import { type Clock, systemClock } from '../time/clock.ts'
import type { TimePolicy } from './chainOfRows.ts'
import { CLIENT_POLICY, type ClientPolicy, createClient } from './client.ts'
import { type FaultCounts, type FeedFault, noFaults, WrongShapeError, WrongTimeError } from './errors.ts'
import { type ChainFeed, createPolledFeed } from './feed.ts'
import { createHttpTransport, DERIBIT_HTTP } from './httpTransport.ts'
import { createLiveFeed, type LiveFeed } from './liveFeed.ts'
import type { Socket } from './socketLink.ts'
import { createSocketTransport } from './socketTransport.ts'

/** A feed of Deribit's options of one currency, with a count of everything that went wrong with it. */
export type DeribitFeed = ChainFeed & {
  /** Of every attempt, also those that a later one made good. */
  readonly faults: Readonly<FaultCounts>
  /** Ends its connection, if it has one. */
  close(): void
}

/**
 * Opens a feed with transport, pacing and retries wired together. An address that begins with `ws` is followed by subscriptions, any
 * other asked over HTTP at each reading. Nothing is connected before the first reading.
 */
export function openDeribitFeed(options: openDeribitFeed.Parameters): DeribitFeed {
  const { url = DERIBIT_HTTP } = options
  const faults = noFaults()
  const count = (fault: FeedFault): void => {
    faults[fault]++
    options.onFault?.(fault)
  }
  const { feed, close } = url.startsWith('ws') ? openLive(options, { url, count }) : openPolled(options, { url, count })
  return {
    faults,
    close,
    async read(signal) {
      try {
        return await feed.read(signal)
      } catch (error) {
        // The client counts what a request brings; these two come of what is made of it.
        if (error instanceof WrongShapeError || error instanceof WrongTimeError) count(error.fault)
        throw error
      }
    },
  }
}

export declare namespace openDeribitFeed {
  type Parameters = {
    /** `ETH` or `BTC`. */
    readonly currency: string
    /** `DERIBIT_HTTP` by default; `DERIBIT_SOCKET` for subscriptions. */
    readonly url?: string
    /** Of one request. */
    readonly timeoutMs?: number
    readonly policy?: ClientPolicy
    readonly times?: TimePolicy
    readonly clock?: Clock
    /** In [0, 1), for jitter. */
    readonly random?: () => number
    /** Needed on runtimes without a WebSocket of their own. */
    readonly openSocket?: (url: string) => Socket
    readonly onFault?: (fault: FeedFault) => void
  }
}

type Wiring = { readonly url: string; readonly count: (fault: FeedFault) => void }

function openPolled(options: openDeribitFeed.Parameters, { url, count }: Wiring) {
  const { currency, timeoutMs = 10_000, policy = CLIENT_POLICY, clock = systemClock, random = Math.random } = options
  const transport = createHttpTransport({ url, timeoutMs, clock })
  const client = createClient(transport, { policy, clock, random, onFault: count })
  const times = options.times && { policy: options.times }
  return { feed: createPolledFeed(client, { currency, clock, ...times }), close: () => {} }
}

function openLive(options: openDeribitFeed.Parameters, { url, count }: Wiring) {
  const { currency, timeoutMs = 10_000, policy = CLIENT_POLICY, clock = systemClock, random = Math.random } = options
  let feed: LiveFeed | undefined
  const socket = createSocketTransport({
    url,
    timeoutMs,
    backoff: policy.backoff,
    clock,
    random,
    ...(options.openSocket && { openSocket: options.openSocket }),
    onFault: count,
    onNotice: (channel, data) => feed?.notice(channel, data),
    onGap: () => feed?.gap(),
  })
  const client = createClient(socket, { policy, clock, random, onFault: count })
  const times = options.times && { policy: options.times }
  feed = createLiveFeed({ client, socket, currency, clock, onFault: count, ...times })
  return { feed, close: () => socket.close() }
}
