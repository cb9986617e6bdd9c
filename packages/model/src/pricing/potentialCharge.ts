import { larger, smaller } from '../math/word.ts'
import { phi, ratio } from './potential.ts'
import type { LegInput, PricingInput, PricingParams } from './pricingInput.ts'
import { gammaRatio, type Tally } from './tally.ts'

/** What an order pays for the potential's change: `_potentialCharge` and `_levelling` of Pricer.sol. */

/**
 * Change of the potential as charged, and Psi afterwards. The venue part is charged and given in full; a fall of the
 * rest is given as far as Psi goes.
 */
export const potentialCharge = (
  input: PricingInput,
  legs: readonly LegInput[],
  t: Tally,
): { readonly change: bigint; readonly skewAfter: bigint } => {
  const { params: p } = input.terms
  const before = phi(p, t.before.exposure, t.equity)
  const afterwards = phi(p, t.afterwards.exposure, t.equity)
  // What is not a trade may have lowered the potential since: Psi follows it down, never up.
  const held = larger(smaller(input.skew, before.venue + before.risk), 0n)
  const change = larger(afterwards.risk - before.risk, -held)
  const skewAfter = held + change
  if (afterwards.venue >= before.venue) return { change: change + afterwards.venue - before.venue, skewAfter }
  const saving = before.venue - afterwards.venue
  const given = legs.length > 1 ? smaller(levellingOf(p, legs, { t, before }), saving) : saving
  return { change: change - given, skewAfter }
}

/** Venue cost saved by those of an order's legs that lower the potential alone. */
const levellingOf = (
  p: PricingParams,
  legs: readonly LegInput[],
  { t, before }: { readonly t: Tally; readonly before: { readonly venue: bigint; readonly risk: bigint } },
): bigint => {
  const { exposure, book } = t.before
  let levelling = 0n
  legs.forEach((leg, l) => {
    const effect = t.effects[l]!
    const nu = t.boardVega[Number(leg.board)]!
    const alone = {
      x: exposure.x + effect.x,
      vega: exposure.vega + effect.vega,
      vegaSquares: exposure.vegaSquares + (nu + effect.vega) * (nu + effect.vega) - nu * nu,
      gamma: gammaRatio(book.gamma + effect.gamma, t),
      utilisation: ratio(book.requiredMargin + effect.margin, t.equity),
    }
    const { venue, risk } = phi(p, alone, t.equity)
    if (venue + risk < before.venue + before.risk && venue < before.venue) levelling += before.venue - venue
  })
  return levelling
}
