import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type LegInput,
  nodeOf,
  ORACLE_WIDE,
  type PricingInput,
  type PricingParams,
  packSlice,
  quote,
  SVI_ONE,
  setLots,
  WAD,
} from '../../src/index.ts'
import { deltaFactor, tenorFactor } from '../../src/pricing/spread.ts'
import { PLAIN_MARGIN, PLAIN_PARAMS } from './parameters.ts'
import { scenarioOf } from './scenario.ts'

/** What docs/capabilities/pricing.md says, one by one, with figures worked out here. */

const DAY = 86_400
const NOW = 1_800_000_000
const TAU = 30 * DAY
const YEAR = 365 * DAY
const SPOT = 2000
const EQUITY = 1_000_000

/** One board of three strikes around a spot of 2,000, thirty days from expiry, a flat smile of 60 %. */
const market = (
  params: Partial<PricingParams> = {},
  { calls = 0n, hedge = 0n, skew = 0n }: { calls?: bigint; hedge?: bigint; skew?: bigint } = {},
): PricingInput => {
  const expiry = NOW + TAU
  const svi = packSlice({ a: (SVI_ONE * 36n * 30n) / 36_500n, b: 0n, rho: 0n, m: 0n, sigma: SVI_ONE / 10n })
  return {
    timestamp: NOW,
    spot: { mark: 2000n * WAD, average: 2000n * WAD, markUpdatedAt: NOW, mode: 0 },
    equity: BigInt(EQUITY) * WAD,
    hedgeDelta: hedge * WAD,
    skew,
    margin: PLAIN_MARGIN,
    terms: {
      window: 1800,
      params: { ...PLAIN_PARAMS, rate: 0n, ...params },
      boards: [{ expiry, nodes: [1800n, 2000n, 2200n].map((strike) => nodeOf(strike * WAD)) }],
    },
    slices: [{ svi, forwardRatio: WAD, spotAtReport: 2000n * WAD, expiry, reportedAt: NOW }],
    previous: [],
    averagesSoFar: [0n],
    lots: [setLots(0n, { node: 1, call: true, lots: calls * 1000n }), 0n, 0n, 0n],
  }
}

const atm = (options: bigint, call = true): LegInput => ({ board: 0n, node: 1n, call, lots: options * 1000n })
const priced = (input: PricingInput, leg: LegInput) => quote(input, [leg])
const float = (wad: bigint): number => Number(wad) / 1e18

/** 60 % at the money: with far more in the wings, and without. */
const ATM_VARIANCE = (36n * 30n * SVI_ONE) / 36_500n
const SMILE = { a: ATM_VARIANCE / 2n, b: 5n * ATM_VARIANCE, rho: -SVI_ONE / 2n, m: 0n, sigma: SVI_ONE / 10n }
const FLAT = { a: ATM_VARIANCE, b: 0n, rho: 0n, m: 0n, sigma: SVI_ONE / 10n }

/** The same market with the strike 1,300 alone, whose put has an undiscounted delta of a few per cent on the smile. */
const wing = (fields: typeof SMILE, flatDelta: bigint): PricingInput => {
  const input = market({ flatDelta })
  const boards = input.terms.boards.map(({ expiry }) => ({ expiry, nodes: [nodeOf(1300n * WAD)] }))
  const slices = input.slices.map((slice) => ({ ...slice, svi: packSlice(fields) }))
  return { ...input, terms: { ...input.terms, boards }, slices }
}
const put = (lots: bigint): LegInput => ({ board: 0n, node: 0n, call: false, lots })
const paid = (input: PricingInput): bigint => -priced(input, put(-1000n)).parts.fair

describe('pricing, row by row', () => {
  it('P3: half-spread in volatility stands between buying and selling', () => {
    const still = { ageSpread: 0n, moveSpread: 0n, halfSpread: WAD / 100n }
    const buys = priced(market(still), atm(1n))
    const sells = priced(market(still), atm(-1n))
    expect(buys.parts.fair + sells.parts.fair).toBeLessThan(10n ** 4n)
    // Vega of an at-the-money option: S·φ(σ√τ/2)·√τ = 2000 · 0.3975 · 0.2867 = 227.9, times 1 % and both factors
    const factor = float(tenorFactor(PLAIN_PARAMS, TAU)) * float(deltaFactor(PLAIN_PARAMS, 1n << 63n))
    const expected = 227.9 * 0.01 * factor
    expect(float(buys.parts.spread) / expected).toBeCloseTo(1, 1)
    expect(sells.parts.spread).toBe(buys.parts.spread)
  })

  it('P5: above the kink the charge is that of the utilisation squared', () => {
    const book = { calls: -500n, hedge: 270n }
    const kinked = { utilisationCharge: WAD, utilisationKink: WAD / 10n }
    const dear = priced(market(kinked, book), atm(100n))
    const plain = priced(market({ ...kinked, utilisationCharge: 0n }, book), atm(100n))
    const excess = (margin: bigint) => Math.max(0, float(margin) / EQUITY - 0.1)
    const [from, to] = [excess(dear.before.requiredMargin), excess(dear.afterwards.requiredMargin)]
    expect(from).toBeGreaterThan(0.05)
    const expected = 0.5 * EQUITY * (to ** 2 - from ** 2)
    expect(float(dear.parts.potential - plain.parts.potential) / expected).toBeCloseTo(1, 9)
    const fuller = priced(market(kinked, { calls: -700n, hedge: 378n }), atm(100n))
    expect(fuller.parts.potential - dear.parts.potential).toBeGreaterThan(0n)
  })

  it('P6: what levels net delta is cheaper than what tilts it', () => {
    const skew = 10n ** 24n
    const tilts = priced(market({}, { hedge: -50n, skew }), atm(10n)).parts.net
    const levels = priced(market({}, { hedge: 50n, skew }), atm(10n)).parts.net
    expect(levels).toBeLessThan(tilts)
  })

  it('P7: a sale that levels vega is paid more for than its fair value gives, out of the skew account alone', () => {
    const only = { hedgeCost: 0n, deltaCharge: 0n, gammaCharge: 0n, utilisationCharge: 0n }
    const book = { calls: -100n }
    const rich = priced(market(only, { ...book, skew: 10n ** 24n }), atm(-10n)).parts
    const poor = priced(market(only, book), atm(-10n)).parts
    expect(rich.potential).toBeLessThan(0n)
    expect(poor.potential).toBe(0n)
    expect(poor.spread).toBe(rich.spread)
    // ½(κ_ν + κ_T)(ν² − ν'²)·E for a single expiry, ν = vega·√(30 d/τ)·σ_ref / E
    const nu = (vega: bigint) => (float(vega) * float(PLAIN_PARAMS.referenceVolatility)) / EQUITY
    const { before, afterwards } = priced(market(only, { ...book, skew: 10n ** 24n }), atm(-10n))
    const charge = float(PLAIN_PARAMS.vegaCharge + PLAIN_PARAMS.expiryVegaCharge) / 2
    const expected = charge * (nu(afterwards.vega) ** 2 - nu(before.vega) ** 2) * EQUITY
    expect(float(rich.potential) / expected).toBeCloseTo(1, 9)
  })

  it('P9, P10: carry is what hedge and collateral are expected to cost to expiry', () => {
    const none = { hedgeCarry: 0n, collateralCarry: 0n }
    const { parts, callDelta, collateral } = priced(market(none), atm(5n))
    expect(parts.carry).toBe(0n)
    const hedged = priced(market({ ...none, hedgeCarry: WAD / 20n }), atm(5n)).parts.carry
    const expected = (5 * float(callDelta[0]!) * SPOT * 0.05 * TAU) / YEAR
    expect(float(hedged) / expected).toBeCloseTo(1, 9)
    const locked = priced(market({ ...none, collateralCarry: WAD / 50n }), atm(5n)).parts.carry
    expect(float(locked) / ((float(collateral[0]!) * 0.02 * TAU) / YEAR)).toBeCloseTo(1, 9)
    // Closing opens no hedge and locks nothing.
    expect(priced(market({}, { calls: -5n }), atm(-5n)).parts.carry).toBe(0n)
  })

  it('P12: factors are linear between their knots and never step', () => {
    const { tenorKnots, tenorFactors, deltaFactors } = PLAIN_PARAMS
    for (const i of [0, 1, 2] as const) {
      const [from, to] = [tenorKnots[i], tenorKnots[(i + 1) as 1 | 2 | 3]]
      const middle = (tenorFactors[i] + tenorFactors[(i + 1) as 1 | 2 | 3]) / 2n
      expect(float(tenorFactor(PLAIN_PARAMS, (from + to) / 2))).toBeCloseTo(float(middle), 12)
    }
    const step = (x: bigint) => (x < 0n ? -x : x)
    fc.assert(
      fc.property(fc.nat({ max: 400 * DAY }), fc.bigInt(0n, (1n << 64n) - 1n), (tau, delta) => {
        const ofTime = tenorFactor(PLAIN_PARAMS, tau + 1) - tenorFactor(PLAIN_PARAMS, tau)
        expect(step(ofTime)).toBeLessThan(WAD / 100_000n)
        const near = delta + (1n << 44n) < 1n << 64n ? delta + (1n << 44n) : delta
        expect(step(deltaFactor(PLAIN_PARAMS, near) - deltaFactor(PLAIN_PARAMS, delta))).toBeLessThan(WAD / 100_000n)
      }),
    )
    expect(deltaFactor(PLAIN_PARAMS, 0n)).toBe(deltaFactors[0])
    expect(deltaFactor(PLAIN_PARAMS, 3n << 61n)).toBe((deltaFactors[1] + deltaFactors[2]) / 2n)
  })

  it('P13: the vault never buys above fair value', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 1000n), fc.bigInt(-400n, 400n), fc.boolean(), (options, calls, call) => {
        // However much skew was collected and however much delta it saves: what is sold has a negative fair value.
        const { fair, fee, net } = priced(market({}, { calls, skew: 10n ** 24n }), atm(-options, call)).parts
        expect(net).toBeGreaterThanOrEqual(fair + fee)
      }),
    )
  })

  it('P13: nor a wing above its price at the volatility at the money', () => {
    const [onSmile, atFlat] = [paid(wing(SMILE, 0n)), paid(wing(FLAT, 0n))]
    expect(onSmile).toBeGreaterThan(2n * atFlat)
    expect(float(paid(wing(SMILE, WAD / 10n))) / float(atFlat)).toBeCloseTo(1, 8)
    const step = [...Array(40).keys()].map((i) => paid(wing(SMILE, (BigInt(i) * WAD) / 400n)))
    step.slice(1).forEach((price, i) => {
      expect(price).toBeLessThanOrEqual(step[i]!)
      expect(float(step[i]! - price)).toBeLessThan(0.2 * float(onSmile))
    })
    expect(priced(wing(SMILE, WAD / 2n), put(1000n)).parts).toEqual(priced(wing(SMILE, 0n), put(1000n)).parts)
  })

  it('P13: the cap never narrows the divergence that is charged in a wide market', () => {
    const at = (flatDelta: bigint, [mark, average]: readonly [bigint, bigint]): PricingInput => {
      const input = wing(SMILE, flatDelta)
      return { ...input, spot: { ...input.spot, mark: mark * WAD, average: average * WAD, mode: ORACLE_WIDE } }
    }
    const cutAt = (spot: bigint) => paid(at(0n, [spot, spot])) - paid(at(WAD / 2n, [spot, spot]))
    // What is taken off at the higher price is more than twice what is taken off at the lower
    expect(cutAt(1700n)).toBeGreaterThan(2n * cutAt(4000n))
    const net = (flatDelta: bigint) => priced(at(flatDelta, [4000n, 1700n]), put(-1000n)).parts.net
    expect(net(WAD / 2n)).toBeGreaterThanOrEqual(net(0n))
  })

  it('P13: whatever the order, the cap never makes it cheaper before its fee', () => {
    fc.assert(
      fc.property(fc.nat(), fc.bigInt(0n, WAD / 2n), (seed, flatDelta) => {
        const { input, legs } = scenarioOf(seed)
        const partsAt = (cap: bigint) =>
          quote({ ...input, terms: { ...input.terms, params: { ...input.terms.params, flatDelta: cap } } }, legs).parts
        const [capped, free] = [partsAt(flatDelta), partsAt(0n)]
        expect(capped.net - capped.fee).toBeGreaterThanOrEqual(free.net - free.fee)
        if (legs.length === 1) expect(capped.net).toBeGreaterThanOrEqual(free.net)
      }),
    )
  })

  it('P15: the fee is at most an eighth of fair value', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { input, legs } = scenarioOf(seed)
        const [leg] = legs
        const { fair, fee } = quote({ ...input, previous: [] }, [leg!]).parts
        const size = fair < 0n ? -fair : fair
        expect(fee * 8n).toBeLessThanOrEqual(size + 8n * (leg!.lots < 0n ? -leg!.lots : leg!.lots))
      }),
    )
  })
})
