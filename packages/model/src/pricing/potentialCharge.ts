import { larger, smaller } from '../math/word.ts'
import { phi } from './potential.ts'
import type { PricingInput } from './pricingInput.ts'
import type { Tally } from './tally.ts'

/** What an order pays for the potential's change: `_potentialCharge` of Pricer.sol. */

/**
 * Change of the potential as charged, and Psi afterwards. The venue part is charged and given in full; a fall of the
 * rest is given as far as Psi goes.
 */
export const potentialCharge = (
  input: PricingInput,
  t: Tally,
): { readonly change: bigint; readonly skewAfter: bigint } => {
  const { params: p } = input.terms
  const before = phi(p, t.before.exposure, t.equity)
  const afterwards = phi(p, t.afterwards.exposure, t.equity)
  // What is not a trade may have lowered the potential since: Psi follows it down, never up.
  const held = larger(smaller(input.skew, before.venue + before.risk), 0n)
  const change = larger(afterwards.risk - before.risk, -held)
  const skewAfter = held + change
  return { change: change + afterwards.venue - before.venue, skewAfter }
}
