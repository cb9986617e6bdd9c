import { type Clock, systemClock } from '../time/clock.ts'
import { type BackoffPolicy, backoffMs } from './backoff.ts'
import { FeedError, type FeedFault } from './errors.ts'
import { createTokenBucket } from './tokenBucket.ts'
import type { Transport } from './transport.ts'

/** How a client spends the venue's patience. */
export type ClientPolicy = {
  /** Deribit allows 20 a second after a burst of 100 to an account; a public client shares its address with others. */
  readonly perSecond: number
  readonly burst: number
  /** Times one request is sent at most. */
  readonly attempts: number
  readonly backoff: BackoffPolicy
  /** Pause of everything after the server said too much was asked, where it gives no time of its own. */
  readonly limitedMs: number
}

export const CLIENT_POLICY: ClientPolicy = {
  perSecond: 5,
  burst: 10,
  attempts: 4,
  backoff: { firstMs: 250, mostMs: 5_000 },
  limitedMs: 5_000,
}

/** Longest pause a server can impose. */
const MOST_PAUSE_MS = 60_000

/**
 * A transport that paces itself and tries again where that can help. Every failed attempt is told to `onFault`, also those a later
 * attempt made good.
 */
export function createClient(transport: Transport, options: createClient.Options = {}): Transport {
  const { policy = CLIENT_POLICY, clock = systemClock, random = Math.random, onFault = () => {} } = options
  const bucket = createTokenBucket({ ...policy, clock })
  return {
    async call(method, { params, signal }) {
      for (let attempt = 0; ; attempt++) {
        await bucket.take(signal)
        try {
          return await transport.call(method, { params, signal })
        } catch (error) {
          if (!(error instanceof FeedError)) throw error
          onFault(error.fault)
          const limited = error.fault === 'rate-limited'
          if (limited) bucket.pause(Math.min(MOST_PAUSE_MS, waitOf(error) ?? policy.limitedMs))
          if (!error.retryable || attempt + 1 >= policy.attempts) throw error
          if (!limited) await clock.sleep(backoffMs(attempt, { policy: policy.backoff, random }), signal)
        }
      }
    },
  }
}

export declare namespace createClient {
  type Options = {
    readonly policy?: ClientPolicy
    readonly clock?: Clock
    readonly random?: () => number
    readonly onFault?: (fault: FeedFault) => void
  }
}

function waitOf(error: FeedError): number | undefined {
  return 'waitMs' in error && typeof error.waitMs === 'number' ? error.waitMs : undefined
}
