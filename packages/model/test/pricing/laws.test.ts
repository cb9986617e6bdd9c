import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  assetScale,
  getLots,
  greeks,
  type LegInput,
  LOT_WORDS,
  mark,
  marks,
  nodeOf,
  type PricingInput,
  packSlice,
  potential,
  quote,
  SVI_ONE,
  setLots,
  strikeOf,
  toAssetsCeil,
  value,
  WAD,
} from '../../src/index.ts'
import { discountOf } from '../../src/pricing/expiryContext.ts'
import { PLAIN_MARGIN, PLAIN_PARAMS } from './parameters.ts'
import { type Scenario, scenarioOf } from './scenario.ts'

/** Laws that hold whatever the numbers: of random scenarios, and of a plain market where convexity is at work alone. */

const RUNS = { numRuns: Number(process.env.KEEL_LAW_RUNS ?? 60) }
const LOTS_PER_UNIT = 1000n
const NOW = 1_800_000_000
const DAY = 86_400

const size = (x: bigint): bigint => (x < 0n ? -x : x)
const scenarios = fc.nat().map(scenarioOf)

/** The input after an order: positions moved against the trader's, Psi as the quote leaves it. */
const after = (input: PricingInput, legs: readonly LegInput[]): PricingInput => {
  const lots = [...input.lots]
  for (const { board, node, call, lots: bought } of legs) {
    const [i, w] = [Number(node), Number(board) * LOT_WORDS + Math.floor(Number(node) / 4)]
    const position = getLots(lots[w]!, { node: i, call })
    lots[w] = setLots(lots[w]!, { node: i, call, lots: position - bought })
  }
  return { ...input, lots, skew: quote(input, legs).parts.skewAfter }
}

const sumOf = (p: ReturnType<typeof quote>['parts']): bigint =>
  p.fair + p.potential + p.spread + p.latency + p.carry + p.fee + p.clamp

/** Where a split leaves the positions inside 31 bits. */
const isSmall = ({ input, legs }: Scenario): boolean =>
  legs.every(({ board, node, call, lots }) => {
    const word = input.lots[Number(board) * LOT_WORDS + Math.floor(Number(node) / 4)]!
    return size(getLots(word, { node: Number(node), call })) + size(lots) < 1n << 29n
  })

/** One board of three strikes around a spot of 2,000, thirty days from expiry, a flat smile of 60 %. */
const plain = (change: Partial<PricingInput> = {}): PricingInput => {
  const expiry = NOW + 30 * DAY
  const variance = (SVI_ONE * 36n * 30n) / (100n * 365n)
  const svi = packSlice({ a: variance, b: 0n, rho: 0n, m: 0n, sigma: SVI_ONE / 10n })
  return {
    timestamp: NOW,
    spot: { mark: 2000n * WAD, average: 2000n * WAD, markUpdatedAt: NOW, mode: 0 },
    equity: 1_000_000n * WAD,
    hedgeDelta: 0n,
    skew: 0n,
    margin: PLAIN_MARGIN,
    terms: {
      window: 1800,
      params: PLAIN_PARAMS,
      boards: [{ expiry, nodes: [1800n, 2000n, 2200n].map((strike) => nodeOf(strike * WAD)) }],
    },
    slices: [{ svi, forwardRatio: WAD, spotAtReport: 2000n * WAD, expiry, reportedAt: NOW }],
    previous: [],
    averagesSoFar: [0n],
    lots: [0n, 0n, 0n, 0n],
    ...change,
  }
}
const legOf = (lots: bigint, call = true, node = 1n): LegInput => ({ board: 0n, node, call, lots })
const netOf = (input: PricingInput, leg: LegInput): bigint => quote(input, [leg]).parts.net

describe('laws of a quote', () => {
  it('the net is the sum of the parts', () => {
    fc.assert(
      fc.property(scenarios, ({ input, legs }) => {
        const { parts } = quote(input, legs)
        expect(parts.net).toBe(sumOf(parts))
        expect(parts.skewAfter >= 0n).toBe(true)
      }),
      RUNS,
    )
  })

  it('the book afterwards is the book before of the next quote', () => {
    fc.assert(
      fc.property(scenarios.filter(isSmall), ({ input, legs }) => {
        const next = after(input, legs)
        expect(value(next, input.spot.mark)).toEqual(quote(input, legs).afterwards)
      }),
      RUNS,
    )
  })

  it('an order without legs costs nothing and leaves the book alone: the market refuses it, the pricer need not', () => {
    fc.assert(
      fc.property(scenarios, ({ input }) => {
        const { parts, before, afterwards } = quote(input, [])
        expect(sumOf(parts)).toBe(0n)
        expect(afterwards).toEqual(before)
      }),
      RUNS,
    )
  })

  it('a call less a put is the discounted forward less the strike, the same for every size', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 6n), fc.bigInt(0n, 2n), (lots, node) => {
        const input = plain()
        const [call, put] = [true, false].map((kind) => quote(input, [legOf(lots, kind, node)]).parts.fair)
        const strike = strikeOf(input.terms.boards[0]!.nodes[Number(node)]!)
        const discount = discountOf(PLAIN_PARAMS.rate, BigInt(30 * DAY))
        const exact = lots * (input.spot.mark - strike) * discount
        // Each is rounded up to a wei for each lot.
        expect(size((call! - put!) * WAD * LOTS_PER_UNIT - exact) <= lots * WAD * LOTS_PER_UNIT).toBe(true)
      }),
      RUNS,
    )
  })

  it('a mark is the fair value at mark, to the rounding of a lot', () => {
    fc.assert(
      fc.property(scenarios, ({ input, legs }) => {
        const values = marks(input, legs)
        legs.forEach((leg, l) => {
          expect(values[l]).toBe(mark(input, leg))
          const bought = quote({ ...input, previous: [], spot: { ...input.spot, average: input.spot.mark } }, [
            { ...leg, lots: 1n },
          ])
          const perLot = values[l]! / LOTS_PER_UNIT
          expect(bought.parts.fair === perLot || bought.parts.fair === perLot + 1n).toBe(true)
        })
      }),
      RUNS,
    )
  })
})

describe('single options', () => {
  it('positions times their mark and Greeks are the book, up to the rounding of each', () => {
    fc.assert(
      fc.property(scenarios, ({ input }) => {
        const book = value(input, input.spot.mark)
        const every = input.terms.boards.flatMap(({ nodes }, board) =>
          nodes.flatMap((_, node) =>
            [true, false].map((call) => {
              const word = input.lots[board * LOT_WORDS + Math.floor(node / 4)]!
              return { board: BigInt(board), node: BigInt(node), call, lots: getLots(word, { node, call }) }
            }),
          ),
        )
        const units = greeks(input, every)
        expect(units.map((unit) => unit.mark)).toEqual(marks(input, every))
        const sumOfAll = (of: (unit: (typeof units)[number]) => bigint): bigint =>
          every.reduce((sum, { lots }, i) => sum + lots * of(units[i]!), 0n) / LOTS_PER_UNIT
        const near = (found: bigint, expected: bigint, relative: bigint) => {
          const lots = every.reduce((sum, leg) => sum + size(leg.lots), 0n)
          expect(size(found - expected) <= lots * relative + relative, `${found} is not ${expected}`).toBe(true)
        }
        // A unit's density is good to 2^-64, which the forward, in wad, turns into so many wei of vega and theta
        const ofForward = (4n * input.spot.mark * 32n) / 2n ** 60n + 4n
        // The sums are good to 2^-96 of the forward, which is up to 32 times spot
        const ofSums = ((32n * input.spot.mark) >> 96n) + 4n
        // But at the border of the domain, where strikes and forwards are held at one price: an option struck at the forward whose
        // volatility is next to nothing has a mark that is good to 2^-62 of it
        const atBorder = input.spot.mark === (1n << 112n) - 1n
        const ofMarks = ofSums + (atBorder ? input.spot.mark >> 62n : 0n)
        near(
          sumOfAll((unit) => unit.mark),
          book.value,
          ofMarks,
        )
        near(
          sumOfAll((unit) => unit.delta),
          book.delta,
          4n,
        )
        near(
          sumOfAll((unit) => unit.vega),
          book.vega,
          ofForward,
        )
      }),
      RUNS,
    )
  })
})

describe('size', () => {
  it('splitting an order of one series is never cheaper', () => {
    fc.assert(
      fc.property(
        scenarios.filter(isSmall),
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ input, legs: [leg] }, share) => {
          const { lots } = leg!
          const first = (lots * BigInt(Math.floor(share * 1e6))) / 1_000_000n
          fc.pre(first !== 0n && first !== lots)
          const [one, two] = [first, lots - first].map((part) => ({ ...leg!, lots: part }))
          const split = netOf(input, one!) + netOf(after(input, [one!]), two!)
          expect(split >= netOf(input, leg!), `${split} < ${netOf(input, leg!)}`).toBe(true)
        },
      ),
      RUNS,
    )
  })

  it('a round trip never profits', () => {
    fc.assert(
      fc.property(scenarios.filter(isSmall), ({ input, legs: [leg] }) => {
        const back = { ...leg!, lots: -leg!.lots }
        expect(netOf(input, leg!) + netOf(after(input, [leg!]), back) >= 0n).toBe(true)
      }),
      RUNS,
    )
  })

  it('from a flat book a greater order costs more in all and no less for each lot', () => {
    const sizes = fc.tuple(fc.bigInt(1n, 10n ** 6n), fc.bigInt(1n, 10n ** 6n))
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.bigInt(0n, 2n), ([a, b], call, node) => {
        const [small, great] = a < b ? [a, b] : [b, a]
        const cheap = netOf(plain(), legOf(small, call, node))
        const dear = netOf(plain(), legOf(great, call, node))
        expect(dear >= cheap).toBe(true)
        // The potential is rounded down once for either order.
        expect(dear * small + small + great >= cheap * great).toBe(true)
      }),
      RUNS,
    )
  })

  it('buying is dearer than selling, and both cost whole base units in the vault’s favour', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 6n), fc.boolean(), fc.constantFrom(0, 6, 8, 18), (lots, call, decimals) => {
        const scale = assetScale(decimals)
        const [bought, sold] = [lots, -lots].map((n) => netOf(plain(), legOf(n, call)))
        expect(bought! > -sold!).toBe(true)
        expect(toAssetsCeil(bought!, scale) * scale >= bought!).toBe(true)
        expect(toAssetsCeil(sold!, scale) * scale >= sold!).toBe(true)
      }),
      RUNS,
    )
  })

  it('the potential of an empty unhedged book is zero and grows with the hedge', () => {
    expect(potential(plain())).toBe(0n)
    const at = (units: bigint): bigint => potential(plain({ hedgeDelta: units * WAD }))
    expect(at(10n) < at(20n)).toBe(true)
    expect(at(-10n)).toBe(at(10n))
  })
})
