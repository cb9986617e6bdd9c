import type { Clock } from './clock.ts'

/**
 * Runs `work` with a signal that aborts when `signal` does or after `ms`, whichever is first, and rejects with that one's
 * reason even if `work` never looks at its signal.
 */
export async function withTimeout<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { ms, clock, signal, late }: withTimeout.Parameters,
): Promise<T> {
  signal?.throwIfAborted()
  const over = new AbortController()
  const cancel = (): void => over.abort(signal?.reason)
  signal?.addEventListener('abort', cancel, { once: true })
  const done = new AbortController()
  const timer = clock.sleep(ms, done.signal).then(
    () => over.abort(late()),
    () => {},
  )
  const aborted = new Promise<never>((_, reject) =>
    over.signal.addEventListener('abort', () => reject(over.signal.reason), { once: true }),
  )
  try {
    return await Promise.race([work(over.signal), aborted])
  } finally {
    signal?.removeEventListener('abort', cancel)
    done.abort()
    await timer
  }
}

export declare namespace withTimeout {
  type Parameters = {
    readonly ms: number
    readonly clock: Clock
    readonly signal?: AbortSignal | undefined
    /** The error of being late. */
    readonly late: () => Error
  }
}
