import type { Deployment, Leg, QuoteCheck, SignedQuote } from '@keel/sdk'
import { zeroAddress } from 'viem'
import type { NamedLeg } from '../order/legs.ts'
import { legsJson } from '../order/showQuote.ts'
import { nameOf } from '../show/series.ts'
import { formatExact } from '../values/decimal.ts'
import { formatTime, isoTime } from '../values/time.ts'

const WAD_DECIMALS = 18

/** Legs with the names that people know them by. */
export function namedLegs(legs: readonly Leg[], deployment: Deployment): readonly NamedLeg[] {
  return legs.map((leg) => ({ ...leg, name: nameOf(leg.series, deployment) }))
}

/** The terms of a quote as a document; no taker: anyone. */
export function termsJson(quote: SignedQuote, deployment: Deployment) {
  const { maker, taker, legs, price, spotFrom, spotTo, deadline } = quote
  return {
    maker,
    taker: taker === zeroAddress ? null : taker,
    legs: legsJson(namedLegs(legs, deployment)),
    price: formatExact(price, deployment.asset.decimals),
    currency: deployment.asset.symbol,
    spotFrom: formatExact(spotFrom, WAD_DECIMALS),
    spotTo: formatExact(spotTo, WAD_DECIMALS),
    deadline: isoTime(deadline),
  }
}

/** Who may take a quote, while what holds, in a sentence. */
export function termsLine({ taker, spotFrom, spotTo, deadline }: SignedQuote): string {
  const [from, to] = [spotFrom, spotTo].map((spot) => formatExact(spot, WAD_DECIMALS))
  const who = taker === zeroAddress ? 'anyone' : taker
  return `For ${who} until ${formatTime(deadline)}, while spot is from ${from} to ${to}.`
}

/** What a share trades, beside what the market itself would ask for it. */
export function partJson({ part, model }: QuoteCheck, { share, deployment }: Shown) {
  const cash = (amount: bigint) => formatExact(amount, deployment.asset.decimals)
  return {
    share: formatExact(share, WAD_DECIMALS),
    legs: legsJson(namedLegs(part!.legs, deployment)),
    price: cash(part!.price),
    currency: deployment.asset.symbol,
    market: model ? { price: cash(model.netCash), distance: cash(model.distance) } : null,
  }
}

export type Shown = { readonly share: bigint; readonly deployment: Deployment }

/** A share as a percentage. */
export function sharePhrase(share: bigint): string {
  return `${formatExact(share * 100n, WAD_DECIMALS)} %`
}
