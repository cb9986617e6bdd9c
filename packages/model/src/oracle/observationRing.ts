/** Time-weighted averages of observations: see ObservationRing.sol. */

/** A price from its time on, unix seconds. */
export type Observation = { readonly price: bigint; readonly seenAt: number }

const CUMULATIVE_BITS = 120

/**
 * Average over [from, to], wad, if observations reach from `from` or before to `to` or after with no two further apart
 * than `maxGap`; zero otherwise.
 *
 * @param entries the newest first
 */
export const averageCovered = (
  entries: readonly Observation[],
  over: { readonly from: number; readonly to: number; readonly maxGap: number },
): bigint => {
  const { from, to, maxGap } = over
  const head = entries[0]
  if (head === undefined || from >= to || head.seenAt < to) return 0n
  const first = entries.findIndex(({ seenAt }) => seenAt <= from)
  if (first < 0) return 0n
  let sum = 0n
  for (let i = first; entries[i]!.seenAt < to; i--) {
    const [entry, next] = [entries[i]!, entries[i - 1]!]
    if (next.seenAt - entry.seenAt > maxGap) return 0n
    const seconds = Math.min(next.seenAt, to) - Math.max(entry.seenAt, from)
    sum += entry.price * BigInt(seconds)
  }
  return BigInt.asUintN(CUMULATIVE_BITS, sum) / BigInt(to - from)
}
