import type { Clock } from '../src/index.ts'

/** A clock that stands until it is told to go on. */
export type FakeClock = Clock & {
  /** Goes on by so many milliseconds, waking sleepers in order; lets what they do settle. */
  advance(ms: number): Promise<void>
  /** Goes from one sleeper to the next until there is none, or the limit is reached. */
  runOut(limitMs: number): Promise<void>
  /** How long each sleep was asked to be, in order. */
  readonly slept: number[]
}

export function createFakeClock(start = 1_770_000_000_000): FakeClock {
  let now = start
  const slept: number[] = []
  const sleepers: { at: number; wake: () => void }[] = []
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) await Promise.resolve()
  }
  const next = () => sleepers.sort((a, b) => a.at - b.at)[0]
  const advanceTo = async (until: number): Promise<void> => {
    await settle()
    for (let sleeper = next(); sleeper !== undefined && sleeper.at <= until; sleeper = next()) {
      sleepers.shift()
      now = Math.max(now, sleeper.at)
      sleeper.wake()
      await settle()
    }
    now = until
  }
  return {
    slept,
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        slept.push(ms)
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.push(sleeper)
        signal?.addEventListener('abort', () => {
          const at = sleepers.indexOf(sleeper)
          if (at >= 0) sleepers.splice(at, 1)
          reject(signal.reason)
        })
      }),
    advance: (ms) => advanceTo(now + ms),
    async runOut(limitMs) {
      const limit = now + limitMs
      await settle()
      for (let sleeper = next(); sleeper !== undefined && sleeper.at <= limit; sleeper = next())
        await advanceTo(sleeper.at)
    },
  }
}
