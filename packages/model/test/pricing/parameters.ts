import { FACTOR_BOUNDS, type MarginParams, PRICING_BOUNDS, type PricingParams, WAD } from '../../src/index.ts'
import { type Random, randomOf } from './random.ts'

/** Parameters for tests: a plain set, both corners of the box, and seeded ones inside it. */

const DAY = 86_400
const pct = (x: number): bigint => (BigInt(Math.round(x * 1000)) * WAD) / 100_000n

export const PLAIN_PARAMS: PricingParams = {
  rate: pct(4),
  hedgeCost: pct(0.1),
  deltaCharge: pct(5),
  vegaCharge: pct(50),
  expiryVegaCharge: pct(25),
  gammaCharge: 5n * WAD,
  utilisationCharge: pct(5),
  utilisationKink: pct(50),
  referenceVolatility: pct(60),
  halfSpread: pct(1),
  ageSpread: pct(50),
  moveSpread: pct(50),
  latency: pct(0.6),
  hedgeCarry: pct(2),
  collateralCarry: pct(1),
  feeRate: pct(0.03),
  minimumPremium: pct(50),
  flatDelta: pct(5),
  tenorKnots: [DAY, 7 * DAY, 30 * DAY, 180 * DAY],
  tenorFactors: [2n * WAD, pct(150), WAD, pct(125)],
  deltaFactors: [2n * WAD, pct(125), WAD, pct(125), 2n * WAD],
}

export const PLAIN_MARGIN: MarginParams = {
  spotShock: pct(60),
  markFactor: pct(115),
  spotFloor: pct(2),
  callUpper: pct(130),
  callLower: pct(110),
  putUpper: pct(120),
  putLower: pct(110),
  knotTimes: [DAY, 7 * DAY, 14 * DAY, 30 * DAY, 60 * DAY, 90 * DAY],
  knotValues: [pct(15), pct(18), pct(22), pct(28), pct(33), pct(36)],
}

type Scalars = { readonly [name in keyof typeof PRICING_BOUNDS]: bigint }
const corner = (side: 'least' | 'most'): Scalars =>
  Object.fromEntries(Object.entries(PRICING_BOUNDS).map(([name, box]) => [name, box[side]])) as Scalars
const least = FACTOR_BOUNDS.least
const most = FACTOR_BOUNDS.most

const LEAST_PARAMS: PricingParams = {
  ...corner('least'),
  tenorKnots: [1, 2, 3, 4],
  tenorFactors: [least, least, least, least],
  deltaFactors: [least, least, least, least, least],
}
const MOST_PARAMS: PricingParams = {
  ...corner('most'),
  tenorKnots: [2 ** 32 - 4, 2 ** 32 - 3, 2 ** 32 - 2, 2 ** 32 - 1],
  tenorFactors: [most, most, most, most],
  deltaFactors: [most, least, most, least, most],
}

/** Inside the box, the greater powers as likely as the smaller. */
const seededParams = (seed: number): PricingParams => {
  const random = randomOf(seed)
  const inside = (high: bigint): bigint => (high * random.powerOfTen(0, 9)) / 10n ** 9n
  const scalars = Object.fromEntries(
    Object.entries(PRICING_BOUNDS).map(([name, box]) => [name, box.least + inside(box.most - box.least)]),
  ) as Scalars
  const factor = (): bigint => random.wad(0, 10)
  const knot = random.whole(1, 20) * 3600
  return {
    ...scalars,
    rate: random.wad(-0.5, 0.5),
    minimumPremium: random.chance(0.3) ? 0n : random.powerOfTen(10, 20),
    flatDelta: random.wad(0, 0.5),
    tenorKnots: [knot, knot * 3 + 1, knot * 20, knot * 200],
    tenorFactors: [factor(), factor(), factor(), factor()],
    deltaFactors: [factor(), factor(), factor(), factor(), factor()],
  }
}

const LOOSE_MARGIN: MarginParams = {
  ...PLAIN_MARGIN,
  spotShock: pct(95),
  markFactor: WAD,
  spotFloor: 0n,
  callUpper: pct(104),
  putUpper: pct(104),
  knotTimes: [3600, 7200, 10_800, 14_400, 18_000, 21_600],
  knotValues: [pct(15), pct(15), pct(15), pct(15), pct(15), pct(15)],
}
const TIGHT_MARGIN: MarginParams = {
  ...PLAIN_MARGIN,
  spotShock: pct(20),
  markFactor: pct(200),
  spotFloor: pct(20),
  callUpper: pct(400),
  putUpper: pct(400),
  knotTimes: [3600, DAY, 2 * DAY, 100 * DAY, 300 * DAY, 2730 * DAY],
  knotValues: [pct(15), pct(100), pct(100), pct(100), pct(100), pct(100)],
}

const SEEDED_SETS = 9
export const PARAM_SETS: readonly PricingParams[] = [
  PLAIN_PARAMS,
  LEAST_PARAMS,
  MOST_PARAMS,
  ...Array.from({ length: SEEDED_SETS }, (_, i) => seededParams(i)),
]
export const MARGIN_SETS: readonly MarginParams[] = [PLAIN_MARGIN, LOOSE_MARGIN, TIGHT_MARGIN]

/** A set's place: the plain one as often as all others together. */
export const pickSet = (random: Random, sets: readonly unknown[]): number =>
  random.chance(0.5) ? 0 : random.whole(0, sets.length - 1)
