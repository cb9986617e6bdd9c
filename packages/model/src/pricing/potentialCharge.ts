import { smaller } from '../math/word.ts'
import { phi, ratio, venueSaving } from './potential.ts'
import type { LegInput, PricingInput, PricingParams } from './pricingInput.ts'
import { gammaRatio, type Tally } from './tally.ts'

/** What an order pays for the potential's change: `_potentialCharge` and `_venueSaving` of Pricer.sol. */

/** Change of the potential as charged, with the discount held at Psi plus the venue cost saved; Psi afterwards. */
export const potentialCharge = (
  input: PricingInput,
  legs: readonly LegInput[],
  t: Tally,
): { readonly change: bigint; readonly skewAfter: bigint } => {
  const { params: p } = input.terms
  const before = phi(p, t.before.exposure, t.equity)
  let change = phi(p, t.afterwards.exposure, t.equity) - before
  // What is not a trade may have lowered the potential since: Psi follows it down, never up.
  const held = input.skew < 0n ? 0n : smaller(input.skew, before)
  if (change < 0n) {
    const most = held + savingOf(p, legs, { t, phiBefore: before })
    if (change < -most) change = -most
  }
  const rest = held + change
  return { change, skewAfter: rest > 0n ? rest : 0n }
}

/** Venue cost of the delta saved by the order, and no more than by those of its legs that level the book alone. */
const savingOf = (
  p: PricingParams,
  legs: readonly LegInput[],
  { t, phiBefore }: { readonly t: Tally; readonly phiBefore: bigint },
): bigint => {
  const { equity } = t
  const { exposure, book } = t.before
  const saving = venueSaving(p, { before: exposure.x, afterwards: t.afterwards.exposure.x, equity })
  if (legs.length === 1 || saving === 0n) return saving
  let levelling = 0n
  legs.forEach((leg, l) => {
    const effect = t.effects[l]!
    const nu = t.boardVega[Number(leg.board)]!
    const alone = {
      x: exposure.x + effect.x,
      vega: exposure.vega + effect.vega,
      vegaSquares: exposure.vegaSquares + (nu + effect.vega) * (nu + effect.vega) - nu * nu,
      gamma: gammaRatio(book.gamma + effect.gamma, t),
      utilisation: ratio(book.requiredMargin + effect.margin, equity),
    }
    if (phi(p, alone, equity) >= phiBefore) return
    levelling += venueSaving(p, { before: exposure.x, afterwards: alone.x, equity })
  })
  return smaller(levelling, saving)
}
