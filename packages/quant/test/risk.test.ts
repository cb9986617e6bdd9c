import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  attributeProfit,
  black76,
  scenarioGrid,
  scenarioProfits,
  sumAttributions,
  whalleyWilmottBand,
  zakamoulineBand,
} from '../src/index.ts'

describe('attribution', () => {
  const start = { kind: 'call', forward: 2000, strike: 2100, years: 0.1, volatility: 0.7 } as const
  const greeks = black76(start)

  test('parts sum to the whole, flows included', () => {
    const unit = fc.double({ min: -1, max: 1, noNaN: true })
    fc.assert(
      fc.property(unit, unit, unit, unit, (a, b, c, d) => {
        const end = { ...start, forward: 2000 + 100 * a, volatility: 0.7 + 0.1 * b, years: 0.1 - 0.005 * (c + 1) }
        const position = { size: -3, greeks, endPrice: black76(end).price }
        const move = { forward: 100 * a, volatility: 0.1 * b, years: 0.005 * (c + 1) }
        const flows = { hedge: 40 * d, hedgeCost: -1, funding: 0.3, fees: 2, skew: 1.5 }
        const { total, ...parts } = attributeProfit(position, { move, flows })
        expect(Object.values(parts).reduce((x, y) => x + y, 0)).toBeCloseTo(total, 9)
        expect(total).toBeCloseTo(-3 * (position.endPrice - greeks.price) + 40 * d + 2.8, 9)
      }),
    )
  })

  test('the residual is of third order', () => {
    const residual = (h: number): number => {
      const end = { ...start, forward: 2000 + 40 * h }
      const move = { forward: 40 * h, volatility: 0, years: 0 }
      return attributeProfit({ size: 1, greeks, endPrice: black76(end).price }, { move }).residual
    }
    expect(residual(0.1) / residual(0.05)).toBeCloseTo(8, 0)
  })

  test('sums part by part', () => {
    const move = { forward: 10, volatility: 0.01, years: 0.001 }
    const one = attributeProfit({ size: 1, greeks, endPrice: 90 }, { move })
    const both = sumAttributions([one, one])
    expect(both.total).toBe(2 * one.total)
    expect(both.residual).toBe(2 * one.residual)
  })
})

describe('hedging bands', () => {
  const inputs = { spot: 100, gamma: -0.02, costRate: 0.01, riskAversion: 1 }

  test('Whalley–Wilmott by hand', () => {
    expect(whalleyWilmottBand(inputs).halfWidth).toBeCloseTo(Math.cbrt(1.5 * 0.01 * 100 * 0.0004), 14)
    expect(whalleyWilmottBand({ ...inputs, costRate: 0 }).halfWidth).toBe(0)
  })

  test('Zakamouline by hand', () => {
    const { halfWidth, varianceAdjustment } = zakamoulineBand(inputs, { volatility: 0.3, years: 0.5 })
    const minimum = 0.01 / (1 * 100 * 0.09 * 0.5)
    const curved = 1.12 * 0.01 ** 0.31 * 0.5 ** 0.05 * (1 / 0.3) ** 0.25 * 0.02 ** 0.5
    expect(halfWidth).toBeCloseTo(minimum + curved, 13)
    const k = ((4.76 * 0.01 ** 0.78) / 0.5 ** 0.02) * (1 / 0.3) ** 0.25 * (100 * 100 * 0.02) ** 0.15
    expect(varianceAdjustment).toBeCloseTo(k, 13)
    expect(zakamoulineBand({ ...inputs, gamma: 0.02 }, { volatility: 0.3, years: 0.5 }).varianceAdjustment).toBeCloseTo(
      -k,
      13,
    )
  })

  test('widen with cost and gamma, narrow with risk aversion', () => {
    const half = (change: object): number =>
      zakamoulineBand({ ...inputs, ...change }, { volatility: 0.6, years: 0.1 }).halfWidth
    expect(half({ costRate: 0.02 })).toBeGreaterThan(half({}))
    expect(half({ gamma: 0.05 })).toBeGreaterThan(half({}))
    expect(half({ riskAversion: 2 })).toBeLessThan(half({}))
  })
})

describe('scenarios', () => {
  const option = { strike: 2100, forward: 2000, years: 0.1, volatility: 0.7, discount: 0.98 } as const
  const call = { ...option, kind: 'call', size: 3 } as const
  const put = { ...option, kind: 'put', size: -3 } as const

  test('a call against a put earns the forward’s move, discounted, in every one of them', () => {
    const scenarios = scenarioGrid({ forwardMoves: [-0.9, -0.3, 0, 0.5], volatilityMoves: [-1, 0, 2], years: 0.05 })
    expect(scenarios).toHaveLength(12)
    const profits = scenarioProfits({ legs: [call, put] }, scenarios)
    scenarios.forEach(({ forwardMove }, i) => void expect(profits[i]).toBeCloseTo(3 * 0.98 * 2000 * forwardMove, 9))
    const hedged = scenarioProfits({ legs: [call, put], hedgeValue: -3 * 0.98 * 2000 }, scenarios)
    for (const profit of hedged) expect(profit).toBeCloseTo(0, 9)
  })

  test('small moves earn what the Greeks say, to second order', () => {
    const greeks = black76(call)
    const [profit] = scenarioProfits({ legs: [call] }, [{ forwardMove: 1e-3, volatilityMove: 1e-3, years: 1e-5 }])
    const { delta, gamma, vega, theta } = attributeProfit(
      { size: 3, greeks, endPrice: greeks.price + profit! / 3 },
      { move: { forward: 2, volatility: 7e-4, years: 1e-5 } },
    )
    expect(profit).toBeCloseTo(delta + gamma + vega + theta, 2)
  })

  test('a leg that expires meanwhile is worth intrinsic; nonsense is NaN', () => {
    const [over] = scenarioProfits({ legs: [call] }, [{ forwardMove: 0.1, years: 0.2 }])
    expect(over).toBeCloseTo(3 * (0.98 * 100 - black76(call).price), 9)
    for (const bad of [{ forwardMove: -1 }, { forwardMove: 0, volatilityMove: -2 }, { forwardMove: Number.NaN }]) {
      expect(scenarioProfits({ legs: [call] }, [bad])[0]).toBeNaN()
    }
    expect(scenarioProfits({ legs: [] }, [{ forwardMove: 0.1 }])).toEqual(Float64Array.of(0))
  })

  test('a short straddle loses most where the forward moves most', () => {
    const legs = [call, put].map((leg) => ({ ...leg, strike: 2000, size: -1 }))
    const profits = [...scenarioProfits({ legs }, scenarioGrid({ forwardMoves: [-0.6, -0.2, 0, 0.2, 0.6] }))]
    expect(profits.indexOf(Math.min(...profits)) % 4).toBe(0)
    expect(profits[2]).toBe(0)
  })
})
