import { type Clock, systemClock } from '../src/index.ts'

/** Sleeps of a second and more are timeouts, shorter ones are pauses. */
const TIMEOUT_MS = 1_000

/**
 * A clock on which timeouts never strike by themselves, so that a slow machine is not taken for a silent server; pauses pass as
 * they do.
 */
export type PatientClock = Clock & {
  /** Has every timeout that runs strike now. */
  expire(): void
  /** Goes on by so many milliseconds, and expires. */
  skip(ms: number): void
}

export function createPatientClock(now: () => number = Date.now): PatientClock {
  const running = new Set<() => void>()
  let skipped = 0
  const expire = (): void => {
    for (const strike of [...running]) strike()
  }
  return {
    now: () => now() + skipped,
    expire,
    skip(ms) {
      skipped += ms
      expire()
    },
    sleep(ms, signal) {
      if (ms < TIMEOUT_MS) return systemClock.sleep(ms, signal)
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const strike = (): void => {
          running.delete(strike)
          resolve()
        }
        running.add(strike)
        signal?.addEventListener('abort', () => {
          running.delete(strike)
          reject(signal.reason)
        })
      })
    },
  }
}
