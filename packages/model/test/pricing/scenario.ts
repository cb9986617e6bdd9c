import {
  type Board,
  type LegInput,
  nearestRatio,
  nearestSlice,
  nearestSpot,
  nodeOf,
  type PricingInput,
  packSlice,
  type SurfaceSlice,
  setLots,
  WAD,
} from '../../src/index.ts'
import { MARGIN_SETS, PARAM_SETS, pickSet } from './parameters.ts'
import { type Random, randomOf } from './random.ts'

/**
 * A seeded order against a seeded book: 1–4 boards of 1–16 strikes, from inside the averaging window to a year. A word holds
 * each of its slices.
 */
export type Scenario = {
  readonly input: PricingInput
  readonly legs: readonly LegInput[]
  /** Another spot to value the book at. */
  readonly spot: bigint
  readonly paramSet: number
  readonly marginSet: number
}

const NOW = 1_800_000_000
const YEAR = 31_536_000
const Q40 = 2 ** 40
const MAX_PRICE = (1n << 112n) - 1n
const INT31 = 1n << 30n
const LOT_WORDS = 4
/** No board's expiry: each has two minutes left or none. */
const OF_NO_BOARD = NOW + 77
/** From here on the oracle takes no spot and rounds none. */
const SPOT_LIMIT = 1n << 96n

export const scenarioOf = (seed: number): Scenario => {
  const random = randomOf(seed)
  const paramSet = pickSet(random, PARAM_SETS)
  const marginSet = pickSet(random, MARGIN_SETS)
  const mark = spotOf(random)
  const window = random.pick([0, 1800, 1800, 1800, 86_400])
  const boards = boardsOf(random, mark, window)
  const slices = boards.map(({ expiry }) => sliceOf(random, expiry, mark))
  const legs = legsOf(random, boards)
  const near = (): bigint => inDomain((mark * random.wad(0.9, 1.1)) / WAD)
  const previous = Array.from({ length: random.chance(0.4) ? random.whole(1, 3) : 0 }, () =>
    sliceOf(random, random.chance(0.9) ? random.pick(boards).expiry : OF_NO_BOARD, mark),
  ).filter(({ reportedAt }) => reportedAt > 0)
  const input: PricingInput = {
    timestamp: NOW,
    spot: { mark, average: averageOf(random, mark), markUpdatedAt: NOW, mode: random.pick([0, 0, 1, 2]) },
    equity: random.chance(0.1) ? random.pick([0n, 1n, WAD, 1n << 111n]) : random.powerOfTen(21, 28),
    hedgeDelta: random.chance(0.2) ? 0n : random.wad(-1, 1) * random.powerOfTen(0, 6),
    skew: random.chance(0.3) ? 0n : random.wad(-0.2, 1) * random.powerOfTen(0, 7),
    margin: MARGIN_SETS[marginSet]!,
    terms: { window, params: PARAM_SETS[paramSet]!, boards },
    slices,
    previous,
    averagesSoFar: boards.map(() => (random.chance(0.3) ? 0n : near())),
    lots: boards.flatMap(({ nodes }) => lotsOf(random, nodes.length)),
  }
  return { input, legs, spot: random.chance(0.1) ? spotOf(random) : near(), paramSet, marginSet }
}

const spotOf = (random: Random): bigint => {
  if (random.chance(0.04)) return random.pick([1n, MAX_PRICE, WAD])
  return random.chance(0.7) ? random.wad(1500, 3000) : random.powerOfTen(12, 26)
}

const averageOf = (random: Random, mark: bigint): bigint => {
  if (random.chance(0.35)) return mark
  const factor = random.chance(0.1) ? random.wad(0.2, 4) : random.wad(0.98, 1.02)
  return inDomain((mark * factor) / WAD)
}

const inDomain = (price: bigint): bigint => (price === 0n ? 1n : price > MAX_PRICE ? MAX_PRICE : price)

const boardsOf = (random: Random, mark: bigint, window: number): Board[] => {
  const taken = new Set<number>()
  return Array.from({ length: random.whole(1, 4) }, (_, i) => {
    // The second board may be expired; the last second before the window and the one inside it are tried often.
    const tau =
      i === 1 && random.chance(0.3)
        ? -random.whole(0, 1000)
        : random.chance(0.25)
          ? Math.max(120, window + random.pick([-60, -1, 0, 1, 60])) + i
          : Math.floor(10 ** random.uniform(Math.log10(120), Math.log10(YEAR)))
    const count = random.chance(0.15) ? 16 : random.whole(1, 9)
    const width = random.pick([0.02, 0.1, 0.3, 2])
    const strikes = Array.from({ length: count }, (_, k) => {
      const strike = BigInt(Math.floor(Number(mark) * Math.exp(width * (k - count / 2 + random.uniform(0, 0.9)))))
      const step = strike > 1000n * WAD ? 10n ** 18n : 1n
      const rounded = random.chance(0.9) ? (strike / step) * step : strike
      return inDomain(rounded)
    })
    let expiry = NOW + tau
    while (taken.has(expiry)) expiry++
    taken.add(expiry)
    return { expiry, nodes: strikes.map(nodeOf) }
  })
}

const sliceOf = (random: Random, expiry: number, mark: bigint): SurfaceSlice => {
  if (random.chance(0.06)) return { svi: 0n, forwardRatio: 0n, spotAtReport: 0n, expiry, reportedAt: 0 }
  const age = random.chance(0.1) ? random.whole(-30, 0) : Math.floor(10 ** random.uniform(0, 5))
  const time = Math.max(1, expiry - NOW + age) / YEAR
  const level = (random.uniform(0.05, 1) * random.pick([1, 1, 3])) ** 2 * time
  const rho = random.chance(0.2) ? random.pick([-0.9999, 0.9999]) : random.uniform(-0.95, 0.95)
  const sigma = 10 ** random.uniform(-3, 0.3)
  const slope = Math.min((level * random.uniform(0, 1.5)) / sigma, 2 / (1 + Math.abs(rho)))
  const field = (x: number): bigint => BigInt(Math.floor(x * Q40))
  const fields = { a: field(level - slope * sigma), b: field(slope), rho: field(rho), sigma: field(sigma) }
  return {
    svi: nearestSlice(packSlice({ ...fields, m: field(random.uniform(-0.5, 0.5)) })),
    forwardRatio: nearestRatio(random.chance(0.1) ? random.wad(0.4, 2.5) : random.wad(0.97, 1.03)),
    spotAtReport: random.chance(0.05)
      ? random.pick([0n, MAX_PRICE + 1n])
      : keptSpot((mark * random.wad(0.95, 1.05)) / WAD || 1n),
    expiry,
    // Of an expired board, from before it expired
    reportedAt: Math.min(NOW - age, expiry - 1),
  }
}

/** Of no more significant bits than a word holds. */
const keptSpot = (spot: bigint): bigint => (spot < SPOT_LIMIT ? nearestSpot(spot) : (spot >> 91n) << 91n)

const lotsOf = (random: Random, nodes: number): bigint[] => {
  const words = Array.from({ length: LOT_WORDS }, () => 0n)
  if (random.chance(0.15)) return words
  for (let node = 0; node < nodes; node++) {
    for (const call of [true, false]) {
      const lots = random.chance(0.4) ? 0n : positionOf(random)
      const w = Math.floor(node / 4)
      words[w] = setLots(words[w]!, { node, call, lots })
    }
  }
  return words
}

const positionOf = (random: Random): bigint => {
  if (random.chance(0.01)) return random.pick([-INT31, INT31 - 1n])
  return BigInt(random.whole(-1, 1)) * random.powerOfTen(0, 6)
}

const legsOf = (random: Random, boards: readonly Board[]): LegInput[] => {
  const open = boards.flatMap(({ expiry }, b) => (expiry > NOW ? [b] : []))
  const legs = new Map<string, LegInput>()
  for (let l = random.whole(1, 4); l > 0; l--) {
    const board = random.pick(open)
    const node = random.whole(0, boards[board]!.nodes.length - 1)
    const call = random.chance(0.5)
    const size = random.chance(0.02) ? INT31 - 1n : random.powerOfTen(0, 6)
    legs.set(`${board} ${node} ${call}`, {
      board: BigInt(board),
      node: BigInt(node),
      call,
      lots: random.chance(0.5) ? size : -size,
    })
  }
  return [...legs.values()]
}
