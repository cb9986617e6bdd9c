import { WAD } from '../types/wad.ts'
import type { PricingParams } from './pricingInput.ts'

/** The boxes of the governed pricing parameters: see PricingBounds.sol. */

const ONE_PCT = WAD / 100n
const ONE_BP = WAD / 10_000n
const MAX_CHARGE = 1000n * WAD
const MAX_FACTOR = 10n * WAD

type Scalar = Exclude<keyof PricingParams, 'tenorKnots' | 'tenorFactors' | 'deltaFactors'>
type Box = { readonly least: bigint; readonly most: bigint }
const upTo = (most: bigint): Box => ({ least: 0n, most })

export const PRICING_BOUNDS: Readonly<Record<Scalar, Box>> = {
  rate: { least: -50n * ONE_PCT, most: 50n * ONE_PCT },
  hedgeCost: upTo(5n * ONE_PCT),
  deltaCharge: upTo(MAX_CHARGE),
  vegaCharge: upTo(MAX_CHARGE),
  expiryVegaCharge: upTo(MAX_CHARGE),
  gammaCharge: upTo(MAX_CHARGE),
  utilisationCharge: upTo(MAX_CHARGE),
  utilisationKink: upTo(WAD),
  referenceVolatility: { least: 10n * ONE_PCT, most: 3n * WAD },
  halfSpread: upTo(50n * ONE_PCT),
  ageSpread: upTo(100n * WAD),
  moveSpread: upTo(10n * WAD),
  latency: { least: ONE_BP, most: 5n * ONE_PCT },
  hedgeCarry: upTo(WAD),
  collateralCarry: upTo(WAD),
  feeRate: upTo(ONE_PCT),
  minimumPremium: upTo(1n << 112n),
  flatDelta: upTo(50n * ONE_PCT),
}
/** Of each tenor and delta factor. */
export const FACTOR_BOUNDS: Box = upTo(MAX_FACTOR)

export class ParameterOutOfBoundsError extends Error {
  override readonly name = 'ParameterOutOfBoundsError'
  constructor(name: string, { given, least, most }: { given: bigint } & Box) {
    super(`${name} is ${given}, outside [${least}, ${most}]. Choose a value inside the box.`)
  }
}

export class KnotsNotAscendingError extends Error {
  override readonly name = 'KnotsNotAscendingError'
  constructor(previous: number, next: number) {
    super(`Tenor knot ${next} does not come after ${previous}. Knots are seconds, positive and ascending.`)
  }
}

/** Throws when a parameter is outside its box. */
export const checkParams = (p: PricingParams): void => {
  for (const [name, box] of Object.entries(PRICING_BOUNDS)) within(name, { given: p[name as Scalar], ...box })
  p.tenorKnots.forEach((knot, i) => {
    const previous = i === 0 ? 0 : p.tenorKnots[i - 1]!
    if (knot <= previous) throw new KnotsNotAscendingError(previous, knot)
  })
  for (const given of p.tenorFactors) within('tenorFactors', { given, ...FACTOR_BOUNDS })
  for (const given of p.deltaFactors) within('deltaFactors', { given, ...FACTOR_BOUNDS })
}

const within = (name: string, check: { given: bigint } & Box): void => {
  if (check.given < check.least || check.given > check.most) throw new ParameterOutOfBoundsError(name, check)
}
