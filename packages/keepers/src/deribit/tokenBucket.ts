import type { Clock } from '../time/clock.ts'

/** Paces requests: a burst at once, a steady rate after it. First come, first served. */
export type TokenBucket = {
  /** Resolves when the next request may be sent. */
  take(signal?: AbortSignal): Promise<void>
  /** Nothing for so long, and no burst after it: what a server's refusal calls for. */
  pause(ms: number): void
}

/**
 * A bucket of `burst` tokens refilled at `perSecond`. Kept as the time at which it will be full again, so that nothing has to
 * tick (the generic cell rate algorithm).
 */
export function createTokenBucket({ perSecond, burst, clock }: createTokenBucket.Parameters): TokenBucket {
  const interval = 1000 / perSecond
  const depth = (burst - 1) * interval
  let fullAt = Number.NEGATIVE_INFINITY
  return {
    async take(signal) {
      signal?.throwIfAborted()
      const now = clock.now()
      const wait = fullAt - depth - now
      fullAt = Math.max(fullAt, now) + interval
      if (wait > 0) await clock.sleep(wait, signal)
    },
    pause(ms) {
      fullAt = Math.max(fullAt, clock.now() + ms + depth)
    },
  }
}

export declare namespace createTokenBucket {
  type Parameters = { readonly perSecond: number; readonly burst: number; readonly clock: Clock }
}
