import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  assetScale,
  CollateralDecimalsAbove18Error,
  checkParams,
  decodeTerms,
  divDown,
  divUp,
  encodeTerms,
  getLots,
  KnotsNotAscendingError,
  lnStrikeOf,
  mulDown,
  mulUp,
  NodeStrikeOutOfRangeError,
  nodeOf,
  ParameterOutOfBoundsError,
  PositionOutOfRangeError,
  setLots,
  strikeOf,
  sumOfMagnitudes,
  TermsTooShortError,
  toAssetsCeil,
  toAssetsDown,
  toAssetsFloor,
  toAssetsUp,
  toWad,
  WAD,
} from '../../src/index.ts'
import { PARAM_SETS, PLAIN_PARAMS } from './parameters.ts'
import { scenarioOf } from './scenario.ts'

const wad = fc.bigInt(0n, (1n << 128n) - 1n)
const signedWad = fc.bigInt(-(1n << 128n), 1n << 128n)
const decimals = fc.constantFrom(0, 6, 8, 18)

describe('rounding words', () => {
  it('down and up enclose the exact product and quotient, one unit apart', () => {
    fc.assert(
      fc.property(wad, wad, (x, y) => {
        expect(mulDown(x, y) * WAD <= x * y && x * y <= mulUp(x, y) * WAD).toBe(true)
        expect(mulUp(x, y) - mulDown(x, y) <= 1n).toBe(true)
        fc.pre(y !== 0n)
        expect(divDown(x, y) * y <= x * WAD && x * WAD <= divUp(x, y) * y).toBe(true)
        expect(divUp(x, y) - divDown(x, y) <= 1n).toBe(true)
      }),
    )
  })

  it('base units: floor and down fall short of the wad, ceil and up exceed it, by less than a unit', () => {
    fc.assert(
      fc.property(signedWad, decimals, (value, places) => {
        const scale = assetScale(places)
        const [floor, ceil] = [toWad(toAssetsFloor(value, scale), scale), toWad(toAssetsCeil(value, scale), scale)]
        expect(floor <= value && value - floor < scale).toBe(true)
        expect(ceil >= value && ceil - value < scale).toBe(true)
        if (value < 0n) return
        expect(toWad(toAssetsDown(value, scale), scale)).toBe(floor)
        expect(toWad(toAssetsUp(value, scale), scale)).toBe(ceil)
      }),
    )
    expect(() => assetScale(19)).toThrow(CollateralDecimalsAbove18Error)
  })
})

describe('packed words', () => {
  it('a node gives its strike back, and a logarithm that grows with it', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, (1n << 112n) - 1n), (strike) => {
        expect(strikeOf(nodeOf(strike))).toBe(strike)
        expect(lnStrikeOf(nodeOf(strike)) >= lnStrikeOf(nodeOf((strike + 1n) / 2n))).toBe(true)
      }),
    )
    expect(lnStrikeOf(nodeOf(WAD))).toBe(0n)
    expect(() => nodeOf(0n)).toThrow(NodeStrikeOutOfRangeError)
    expect(() => nodeOf(1n << 112n)).toThrow(NodeStrikeOutOfRangeError)
  })

  it('setting a position leaves the other seven of the word alone', () => {
    const series = fc.record({ node: fc.nat(15), call: fc.boolean() })
    const position = fc.bigInt(-(1n << 30n), (1n << 30n) - 1n)
    const word = fc
      .array(position, { minLength: 8, maxLength: 8 })
      .map((lanes) => lanes.reduceRight((low, lane) => (low << 32n) | BigInt.asUintN(32, lane), 0n))
    fc.assert(
      fc.property(word, series, position, (before, at, lots) => {
        const after = setLots(before, { ...at, lots })
        expect(getLots(after, at)).toBe(lots)
        expect(setLots(after, { ...at, lots: getLots(before, at) })).toBe(before)
        const moved =
          (lots < 0n ? -lots : lots) - (getLots(before, at) < 0n ? -getLots(before, at) : getLots(before, at))
        expect(sumOfMagnitudes(after) - sumOfMagnitudes(before)).toBe(moved)
      }),
    )
    for (const lots of [1n << 30n, -(1n << 30n) - 1n]) {
      expect(() => setLots(0n, { node: 0, call: true, lots })).toThrow(PositionOutOfRangeError)
    }
  })

  it('terms read back as they were written', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { terms } = scenarioOf(seed).input
        expect(decodeTerms(encodeTerms(terms))).toEqual(terms)
      }),
    )
    const bytes = encodeTerms(scenarioOf(0).input.terms)
    expect(() => decodeTerms(bytes.slice(0, -64) as typeof bytes)).toThrow(TermsTooShortError)
  })
})

describe('the boxes of the parameters', () => {
  it('hold every set of the tests and refuse one step beyond', () => {
    for (const params of PARAM_SETS) expect(() => checkParams(params)).not.toThrow()
    expect(() => checkParams({ ...PLAIN_PARAMS, latency: WAD / 10_000n - 1n })).toThrow(ParameterOutOfBoundsError)
    expect(() => checkParams({ ...PLAIN_PARAMS, rate: -WAD / 2n - 1n })).toThrow(ParameterOutOfBoundsError)
    expect(() => checkParams({ ...PLAIN_PARAMS, tenorFactors: [0n, 0n, 0n, 10n * WAD + 1n] })).toThrow('tenorFactors')
    expect(() => checkParams({ ...PLAIN_PARAMS, tenorKnots: [1, 2, 2, 3] })).toThrow(KnotsNotAscendingError)
    expect(() => checkParams({ ...PLAIN_PARAMS, tenorKnots: [0, 1, 2, 3] })).toThrow(KnotsNotAscendingError)
  })
})
