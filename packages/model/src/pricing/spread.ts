import { rootYearsQ96 } from '../math/black76.ts'
import { lnRatioQ96 } from '../math/ln.ts'
import { WAD } from '../types/wad.ts'
import type { PricingParams, SurfaceSlice } from './pricingInput.ts'

/** Half-spread in volatility: see Spread.sol. */

const PRICE_BITS = 112n
const DELTA_STEPS = 4n
const LOW_64 = (1n << 64n) - 1n

/** The part that an expiry shares, without the delta factor: h_0 times the tenor factor, and the rest, wad. */
export const spreadOfExpiry = (
  p: PricingParams,
  at: { readonly slice: SurfaceSlice; readonly expiry: number; readonly spot: bigint; readonly timestamp: number },
): { readonly level: bigint; readonly surcharge: bigint } => {
  const { slice, expiry, spot, timestamp } = at
  const level = (p.halfSpread * tenorFactor(p, expiry - timestamp)) / WAD
  const age = timestamp > slice.reportedAt ? BigInt(timestamp - slice.reportedAt) : 0n
  const aged = (p.ageSpread * rootYearsQ96(age)) >> 96n
  const fitted = slice.spotAtReport
  if (fitted === 0n || fitted >> PRICE_BITS !== 0n) return { level, surcharge: aged }
  const move = lnRatioQ96(spot, fitted)
  return { level, surcharge: aged + ((p.moveSpread * (move < 0n ? -move : move)) >> 96n) }
}

/** Factor on h_0 at so many seconds to expiry: linear between the knots, held beyond both ends, wad. */
export const tenorFactor = (p: PricingParams, tau: number): bigint => {
  const { tenorKnots, tenorFactors } = p
  if (tau <= tenorKnots[0]) return tenorFactors[0]
  const i = tenorKnots.findIndex((time) => tau < time)
  if (i < 0) return tenorFactors[3]
  const from = tenorKnots[i - 1]!
  return between([tenorFactors[i - 1]!, tenorFactors[i]!], {
    part: BigInt(tau - from),
    whole: BigInt(tenorKnots[i]! - from),
  })
}

/** Factor on h_0 at a call delta in Q64, wad: linear between the five knots. */
export const deltaFactor = (p: PricingParams, callDelta: bigint): bigint => {
  const step = (callDelta * DELTA_STEPS) >> 64n
  if (step >= DELTA_STEPS) return p.deltaFactors[4]
  const i = Number(step)
  return between([p.deltaFactors[i]!, p.deltaFactors[i + 1]!], {
    part: (callDelta * DELTA_STEPS) & LOW_64,
    whole: 1n << 64n,
  })
}

const between = (
  [from, to]: readonly [bigint, bigint],
  { part, whole }: { readonly part: bigint; readonly whole: bigint },
): bigint => from + ((to - from) * part) / whole
