import type { SpotRead } from '@keel/model'
import type { Terms } from '@keel/sdk/deploy'

const RING_SIZE = 1024
const RING_SPACING = 30
const TIER_UNIT = 10n ** 13n
const WAD = 10n ** 18n

type Entry = { readonly time: number; readonly price: bigint; readonly cumulative: bigint }

type Answer = { readonly answer: bigint; readonly updatedAt: number }

/** `OracleMode`. */
export const ATTACH = 3
export const DOWN = 4

/**
 * `SpotOracle.sol` for one market with a primary and perhaps a price that came with the order, not older than it may be:
 * what a trade reads, to the unit.
 */
export type SpotMirror = {
  readonly observe: (time: number, primary: Answer) => void
  readonly read: (time: number, primary: Answer, attached?: Answer) => SpotRead
}

export function createSpotMirror(terms: Terms['spot']): SpotMirror {
  const wideBeyond = (terms.wideBeyond / TIER_UNIT) * TIER_UNIT
  const reduceBeyond = (terms.reduceBeyond / TIER_UNIT) * TIER_UNIT
  const ring: Entry[] = []
  let checkpoint = { average: 0n, takenAt: 0 }
  const alive = ({ updatedAt }: Answer, time: number): boolean => time - updatedAt <= terms.heartbeatSecs

  function observe(time: number, mark: Answer): void {
    const last = ring.at(-1)
    if (alive(mark, time) && (last === undefined || time >= last.time + RING_SPACING)) {
      ring.push({ time, price: mark.answer, cumulative: last === undefined ? 0n : upTo(last, time) })
      if (ring.length > RING_SIZE) ring.shift()
    }
    checkpoint = { average: averageOf(ring, time - terms.averageWindowSecs, time), takenAt: time }
  }

  function read(time: number, primary: Answer, attached?: Answer): SpotRead {
    if (!alive(primary, time)) return { mark: 0n, average: checkpoint.average, markUpdatedAt: 0, mode: DOWN }
    const left = attached !== undefined && divergence(attached.answer, primary.answer) > reduceBeyond
    const { answer, updatedAt } = attached === undefined || left ? primary : attached
    const average = checkpoint.average === 0n ? answer : checkpoint.average
    const apart = divergence(answer, average)
    const reduce = apart > reduceBeyond || time - checkpoint.takenAt > terms.checkpointAgeSecs
    const mode = left ? ATTACH : reduce ? 2 : apart > wideBeyond ? 1 : 0
    return { mark: answer, average, markUpdatedAt: updatedAt, mode }
  }

  return { observe, read }
}

const divergence = (price: bigint, from: bigint): bigint => ((price > from ? price - from : from - price) * WAD) / from

const upTo = ({ time, price, cumulative }: Entry, to: number): bigint => cumulative + price * BigInt(to - time)

/** Time-weighted over [from, to], or from the first entry if that is later. */
function averageOf(ring: readonly Entry[], from: number, to: number): bigint {
  const start = lastBefore(ring, from) ?? ring[0]
  if (start === undefined) return 0n
  const since = Math.max(from, start.time)
  if (since >= to) return start.price
  return (upTo(lastBefore(ring, to)!, to) - upTo(start, since)) / BigInt(to - since)
}

function lastBefore(ring: readonly Entry[], time: number): Entry | undefined {
  for (let i = ring.length - 1; i >= 0; i--) if (ring[i]!.time <= time) return ring[i]
  return undefined
}
