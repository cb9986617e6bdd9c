import { wadFromFloat } from '@keel/model'

const UNIT = 10n ** 10n

/** How a feed of Chainlink's kind prints. */
export type FeedPolicy = {
  /** Share by which the price must have left the last answer. */
  readonly threshold: number
  readonly heartbeatSecs: number
  /** From the price that was due to the block that has it. */
  readonly delaySecs: number
}

export type Round = {
  /** Wad. */
  readonly answer: bigint
  readonly price: number
  /** Of its block. */
  readonly updatedAt: number
}

/** A feed as time goes on. A round that is under way is not overtaken by the next. */
export type Feed = {
  readonly latest: () => Round
  /** True when a round has just come. */
  readonly land: (time: number) => boolean
  readonly look: (time: number, price: number) => void
}

export function createFeed(policy: FeedPolicy, first: { readonly price: number; readonly time: number }): Feed {
  const { threshold, heartbeatSecs, delaySecs } = policy
  const round = (price: number, updatedAt: number): Round => ({ answer: printed(price), price, updatedAt })
  let latest = round(first.price, first.time)
  let sent: { readonly price: number; readonly lands: number } | undefined
  function land(time: number): boolean {
    if (sent === undefined || time < sent.lands) return false
    latest = round(sent.price, time)
    sent = undefined
    return true
  }
  function look(time: number, price: number): void {
    if (sent !== undefined) return
    const due = Math.abs(price / latest.price - 1) >= threshold || time - latest.updatedAt >= heartbeatSecs
    if (due) sent = { price, lands: time + delaySecs }
  }
  return { latest: () => latest, land, look }
}

/** A price as the feed prints it, eight decimals, as a wad. */
export const printed = (price: number): bigint => (wadFromFloat(price) / UNIT) * UNIT
