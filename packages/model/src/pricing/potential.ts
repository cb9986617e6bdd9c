import { unsigned } from '../math/word.ts'
import { WAD } from '../types/wad.ts'
import type { PricingParams } from './pricingInput.ts'

/** The convex potential of the vault's book: see Potential.sol. */

/** What the potential sees of a book, each over E and in wad. */
export type Exposure = {
  /** Net delta times S. */
  readonly x: bigint
  /** nu: tenor-normalised vega times the reference volatility, summed over expiries. */
  readonly vega: bigint
  /** Sum over expiries of nu_e^2, wad^2. */
  readonly vegaSquares: bigint
  /** g <= 0: loss of short gamma to a 1 % move. */
  readonly gamma: bigint
  /** u: required margin. */
  readonly utilisation: bigint
}

const MAX_RATIO = 10n ** 27n
const MAX_AMOUNT = (1n << 191n) - 1n

/** amount/E, held at ±`MAX_RATIO`. */
export const ratio = (amount: bigint, equity: bigint): bigint => {
  if (amount > MAX_AMOUNT || amount < -MAX_AMOUNT - 1n) return amount > 0n ? MAX_RATIO : -MAX_RATIO
  const r = (amount * WAD) / equity
  return r > MAX_RATIO ? MAX_RATIO : r < -MAX_RATIO ? -MAX_RATIO : r
}

/** Phi, wad of collateral. The sum of squares is a word that wraps: many boards at `MAX_RATIO` overflow it. */
export const phi = (p: PricingParams, e: Exposure, equity: bigint): bigint => {
  const excess = e.utilisation > p.utilisationKink ? e.utilisation - p.utilisationKink : 0n
  const halves = unsigned(
    p.deltaCharge * e.x * e.x +
      p.vegaCharge * e.vega * e.vega +
      p.expiryVegaCharge * e.vegaSquares +
      p.gammaCharge * e.gamma * e.gamma +
      p.utilisationCharge * excess * excess,
  )
  return unsigned(((p.hedgeCost * size(e.x) + halves / (2n * WAD)) / WAD) * equity) / WAD
}

/** Cost at the venue of the delta that a move of x saves on its way, wad. */
export const venueSaving = (
  p: PricingParams,
  move: { readonly before: bigint; readonly afterwards: bigint; readonly equity: bigint },
): bigint => {
  const { before, afterwards, equity } = move
  let saved = size(before)
  if (before < 0n === afterwards < 0n) saved = saved > size(afterwards) ? saved - size(afterwards) : 0n
  return (((p.hedgeCost * saved) / WAD) * equity) / WAD
}

const size = (z: bigint): bigint => (z < 0n ? -z : z)
