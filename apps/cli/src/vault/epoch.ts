import type { readVault } from '@keel/sdk'
import { formatTime, isoTime } from '../values/time.ts'

type Vault = Pick<Awaited<ReturnType<typeof readVault>>, 'epoch' | 'cutOff'>

/** Where the open epoch stands. `cutOff` belongs to the epoch before it while that one still waits for its roll. */
export function epochPhrase({ epoch, cutOff }: Vault, time: number): string {
  return cutOff > time
    ? `epoch ${epoch}, which closes at ${formatTime(cutOff)}`
    : `epoch ${epoch}; epoch ${epoch - 1n} closed at ${formatTime(cutOff)} and waits for its roll`
}

export function epochJson({ epoch, cutOff }: Vault, time: number) {
  return {
    epoch: epoch.toString(),
    ...(cutOff > time ? { cutOff: isoTime(cutOff) } : { rollDueSince: isoTime(cutOff) }),
  }
}
