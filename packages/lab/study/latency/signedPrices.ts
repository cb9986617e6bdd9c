import { printed } from './feed.ts'
import type { Truth } from './truth.ts'

/** Terms of a price that comes with the order. */
export type Pull = {
  /** `quickAge`: a trade may be at any price signed so many seconds ago or less. */
  readonly ageSecs: number
  /**
   * Over how many seconds, the last of a step, the price passes from one point of the path to the next on a straight
   * line. The step's length or more is a line from point to point; one is a jump.
   */
  readonly moveSecs: number
}

/** A price as the signers gave it. */
export type Signed = { readonly answer: bigint; readonly price: number; readonly updatedAt: number }

/**
 * What the bot may attach at a tick: the price of every second since `after` that is not too old, the newest first. The
 * signers sign each second what the truth then is.
 */
export function signedPrices(truth: Truth, at: { tick: number; pull: Pull; after: number }): readonly Signed[] {
  const { tick, pull, after } = at
  const now = truth.timeOf(tick)
  const prices: Signed[] = []
  for (let ago = 0; ago <= pull.ageSecs; ago++) {
    const time = now - ago
    if (time < Math.max(after, truth.start)) break
    const price = priceAt(truth, { tick, time, moveSecs: pull.moveSecs })
    prices.push({ answer: printed(price), price, updatedAt: time })
  }
  return prices
}

/** What the truth is at a second up to that of a tick. */
export function priceAt(truth: Truth, at: { tick: number; time: number; moveSecs: number }): number {
  let { tick } = at
  while (tick > 0 && truth.timeOf(tick - 1) >= at.time) tick--
  const to = truth.priceOf(tick)
  if (tick === 0) return to
  const length = Math.min(at.moveSecs, truth.timeOf(tick) - truth.timeOf(tick - 1))
  const left = Math.min(1, (truth.timeOf(tick) - at.time) / length)
  return to + (truth.priceOf(tick - 1) - to) * left
}
