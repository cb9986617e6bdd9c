import type { Board, PricingParams, Terms } from './pricingInput.ts'

/** Where things lie in the terms of a market, a run of words: see TermsLayout.sol. Places are counted in words. */

const WINDOW = 5
const BOARD_COUNT = 6
const LIMITS = 7
const MARGIN = LIMITS + 16
const PARAMS = MARGIN + 19
const BOARDS = PARAMS + 31
const NODES = 2
const HEX_PER_WORD = 64

export class TermsTooShortError extends Error {
  override readonly name = 'TermsTooShortError'
  constructor(words: number, needed: number) {
    super(`Terms of ${words} words end before word ${needed}. Read them with the market's own \`terms\` view.`)
  }
}

/** What pricing reads of the packed terms of a market. Throws `TermsTooShortError`. */
export const decodeTerms = (bytes: `0x${string}`): Terms => {
  const words = (bytes.length - 2) / HEX_PER_WORD
  const word = (place: number): bigint => {
    if (place >= words) throw new TermsTooShortError(words, place + 1)
    const from = 2 + place * HEX_PER_WORD
    return BigInt(`0x${bytes.slice(from, from + HEX_PER_WORD)}`)
  }
  const boards: Board[] = []
  let at = BOARDS
  for (let b = 0n; b < word(BOARD_COUNT); b++) {
    const count = Number(word(at + 1))
    const start = at + NODES
    boards.push({ expiry: Number(word(at)), nodes: Array.from({ length: count }, (_, i) => word(start + i)) })
    at = start + count
  }
  // A word of stops per board ends the terms: pricing does not read them, but they are there.
  if (boards.length > 0) word(at + boards.length - 1)
  return { window: Number(word(WINDOW)), params: decodeParams((i) => word(PARAMS + i)), boards }
}

/** Terms as the pricer takes them; modules, limits, margin and stops, which it does not read there, are zero words. */
export const encodeTerms = ({ window, params, boards }: Terms): `0x${string}` => {
  const head = [0n, 0n, 0n, 0n, 0n, BigInt(window), BigInt(boards.length)]
  const limitsAndMargin = Array.from({ length: PARAMS - LIMITS }, () => 0n)
  const tail = boards.flatMap(({ expiry, nodes }) => [BigInt(expiry), BigInt(nodes.length), ...nodes])
  const stops = boards.map(() => 0n)
  const words = [...head, ...limitsAndMargin, ...encodeParams(params), ...tail, ...stops]
  return `0x${words.map((word) => BigInt.asUintN(256, word).toString(16).padStart(HEX_PER_WORD, '0')).join('')}`
}

const SCALARS = [
  'rate',
  'hedgeCost',
  'deltaCharge',
  'vegaCharge',
  'expiryVegaCharge',
  'gammaCharge',
  'utilisationCharge',
  'utilisationKink',
  'referenceVolatility',
  'halfSpread',
  'ageSpread',
  'moveSpread',
  'latency',
  'hedgeCarry',
  'collateralCarry',
  'feeRate',
  'minimumPremium',
  'flatDelta',
] as const
const TENOR_KNOTS = SCALARS.length
const TENOR_FACTORS = TENOR_KNOTS + 4
const DELTA_FACTORS = TENOR_FACTORS + 4

const decodeParams = (word: (i: number) => bigint): PricingParams => {
  const scalars = Object.fromEntries(SCALARS.map((name, i) => [name, word(i)])) as Record<
    (typeof SCALARS)[number],
    bigint
  >
  const knot = (i: number): number => Number(word(TENOR_KNOTS + i))
  const tenor = (i: number): bigint => word(TENOR_FACTORS + i)
  const delta = (i: number): bigint => word(DELTA_FACTORS + i)
  return {
    ...scalars,
    rate: BigInt.asIntN(256, scalars.rate),
    tenorKnots: [knot(0), knot(1), knot(2), knot(3)],
    tenorFactors: [tenor(0), tenor(1), tenor(2), tenor(3)],
    deltaFactors: [delta(0), delta(1), delta(2), delta(3), delta(4)],
  }
}

const encodeParams = (p: PricingParams): bigint[] => [
  ...SCALARS.map((name) => p[name]),
  ...p.tenorKnots.map(BigInt),
  ...p.tenorFactors,
  ...p.deltaFactors,
]
