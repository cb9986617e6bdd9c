import type { ExpiryQuotes } from './sort.ts'

/** The forward of an expiry and where it came from. */
export interface ForwardEstimate {
  /** Quote currency per coin. */
  readonly forward: number
  /** `future` as given, `future-bounded` moved to the nearest edge of what parity allows, or `parity` alone. */
  readonly source: 'future' | 'future-bounded' | 'parity'
  /** Strikes that had both a call and a put. */
  readonly pairs: number
}

const TIGHTEST = 7

/**
 * Forward of one expiry from put–call parity in coin, call − put = 1 − strike/forward, held against the venue's future.
 *
 * Each strike with both options bounds the forward from both sides. The median of the seven tightest gives the centre, their
 * median half-width the tolerance: a future inside is kept, one outside is moved to the edge, so that one stale leg or one
 * stale future cannot tilt the smile.
 *
 * @returns `undefined` with neither a pair of options nor a future
 */
export function estimateForward({ strikes, future }: ExpiryQuotes): ForwardEstimate | undefined {
  const implied: { centre: number; halfWidth: number }[] = []
  for (const { strike, call, put } of strikes) {
    if (call === undefined || put === undefined) continue
    const low = strike / (1 - (call.bid - put.ask))
    const high = strike / (1 - (call.ask - put.bid))
    if (low > 0 && high > low) implied.push({ centre: 0.5 * (low + high), halfWidth: 0.5 * (high - low) })
  }
  const pairs = implied.length
  if (pairs === 0) return future === undefined ? undefined : { forward: future, source: 'future', pairs }
  implied.sort((a, b) => a.halfWidth - b.halfWidth)
  const tightest = implied.slice(0, TIGHTEST)
  const centre = median(tightest.map((pair) => pair.centre))
  const halfWidth = median(tightest.map((pair) => pair.halfWidth))
  if (future === undefined) return { forward: centre, source: 'parity', pairs }
  const bounded = Math.min(centre + halfWidth, Math.max(centre - halfWidth, future))
  return { forward: bounded, source: bounded === future ? 'future' : 'future-bounded', pairs }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : 0.5 * (sorted[half - 1]! + sorted[half]!)
}
