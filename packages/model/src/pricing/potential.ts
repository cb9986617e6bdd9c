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

/**
 * Phi in two parts, wad of collateral: what bringing net delta home costs at the venue, and the rest. The sum of
 * squares is a word that wraps, though not at the eight boards of a market.
 */
export const phi = (
  p: PricingParams,
  e: Exposure,
  equity: bigint,
): { readonly venue: bigint; readonly risk: bigint } => {
  const excess = e.utilisation > p.utilisationKink ? e.utilisation - p.utilisationKink : 0n
  const halves = unsigned(
    p.deltaCharge * e.x * e.x +
      p.vegaCharge * e.vega * e.vega +
      p.expiryVegaCharge * e.vegaSquares +
      p.gammaCharge * e.gamma * e.gamma +
      p.utilisationCharge * excess * excess,
  )
  return {
    venue: venueCost(p, e.x, equity),
    risk: unsigned((halves / (2n * WAD * WAD)) * equity) / WAD,
  }
}

/** c_h |x| E, wad of collateral. */
export const venueCost = (p: PricingParams, x: bigint, equity: bigint): bigint =>
  (((p.hedgeCost * (x < 0n ? -x : x)) / WAD) * equity) / WAD
