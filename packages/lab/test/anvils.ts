import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Ids of the running anvil processes that have `text` on their command line. Linux only. */
export function anvilsWith(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          /anvil$/.test(readlinkSync(`/proc/${pid}/exe`)) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
        )
      } catch {
        return false
      }
    })
    .map(Number)
}

/** Resolves once `done` holds; rejects after `secs`. */
export async function until(done: () => boolean, { secs }: { readonly secs: number }): Promise<void> {
  const limit = performance.now() + secs * 1000
  while (!done()) {
    if (performance.now() > limit) throw new NeverHappenedError(secs)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

class NeverHappenedError extends Error {
  override readonly name = 'NeverHappenedError'
  constructor(secs: number) {
    super(`What was waited for did not happen within ${secs} s.`)
  }
}
