import type { BlackGreeks } from '../black/black76.ts'

/** How the world moved over a period. */
export interface MarketMove {
  /** Change of the forward, quote currency per underlying. */
  readonly forward: number
  /** Change of the volatility at the option's strike, decimal (0.01 is one point). */
  readonly volatility: number
  /** Time passed, years of 365 days. */
  readonly years: number
}

/** Flows that are not the option's: each positive when received. */
export interface HedgeFlows {
  /** Mark-to-market of the hedge. */
  readonly hedge?: number
  /** Fees, spread and slippage paid on the hedge: zero or negative. */
  readonly hedgeCost?: number
  /** Funding of a perpetual hedge. */
  readonly funding?: number
  /** Fees collected from traders. */
  readonly fees?: number
  /** Premium collected above fair value. */
  readonly skew?: number
}

/** A period's profit taken apart. The parts sum to `total`. */
export interface Attribution extends Required<HedgeFlows> {
  /** From the move of the forward. */
  readonly delta: number
  /** From its square; positive for a long position. */
  readonly gamma: number
  /** From the move of volatility. */
  readonly vega: number
  /** From time; negative for a long position. */
  readonly theta: number
  /** What no part explains: cross and higher-order terms. Shown, never spread over the others. */
  readonly residual: number
  /** Sum of all parts, the residual included. */
  readonly total: number
}

/**
 * Attributes the profit of a position over a period to first- and second-order sensitivities taken at its start. All parts are in quote
 * currency, positive when earned.
 *
 * Total on numbers: whatever the Greeks do not explain is the residual. A `NaN` in gives a `NaN` in every part it touches.
 *
 * @param position `size` options (negative when short), their Greeks at the start, their value per option at the end
 */
export function attributeProfit(
  position: { size: number; greeks: BlackGreeks; endPrice: number },
  { move, flows = {} }: { move: MarketMove; flows?: HedgeFlows },
): Attribution {
  const { size, greeks, endPrice } = position
  const { hedge = 0, hedgeCost = 0, funding = 0, fees = 0, skew = 0 } = flows
  const delta = size * greeks.forwardDelta * move.forward
  const gamma = size * 0.5 * greeks.forwardGamma * move.forward * move.forward
  const vega = size * greeks.vegaPerUnitVol * move.volatility
  const theta = size * greeks.thetaPerYear * move.years
  const option = size * (endPrice - greeks.price)
  const residual = option - delta - gamma - vega - theta
  const total = option + hedge + hedgeCost + funding + fees + skew
  return { delta, gamma, vega, theta, hedge, hedgeCost, funding, fees, skew, residual, total }
}

/** Sums attributions part by part, e.g. over the legs of a book or the days of a month: all zero for none, `NaN` in a part that holds one. */
export function sumAttributions(parts: readonly Attribution[]): Attribution {
  const sum = (of: (part: Attribution) => number): number => parts.reduce((total, part) => total + of(part), 0)
  return {
    delta: sum((p) => p.delta),
    gamma: sum((p) => p.gamma),
    vega: sum((p) => p.vega),
    theta: sum((p) => p.theta),
    hedge: sum((p) => p.hedge),
    hedgeCost: sum((p) => p.hedgeCost),
    funding: sum((p) => p.funding),
    fees: sum((p) => p.fees),
    skew: sum((p) => p.skew),
    residual: sum((p) => p.residual),
    total: sum((p) => p.total),
  }
}
