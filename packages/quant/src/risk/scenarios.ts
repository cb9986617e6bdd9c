import { type BlackInputs, black76Price } from '../black/black76.ts'

/** One position of a book in options of one expiry and strike. */
export interface ScenarioLeg extends BlackInputs {
  /** Options held, negative when short. */
  readonly size: number
}

/** What is revalued. */
export interface ScenarioBook {
  /** Each with its own forward and the volatility of its strike. */
  readonly legs: readonly ScenarioLeg[]
  /** Value of the hedge held, units × price, negative when short: it earns the forward's move. Default 0. */
  readonly hedgeValue?: number
}

/** How the world may look. */
export interface Scenario {
  /** Move of every forward as a share: −0.3 is a fall of 30 %. Above −1. */
  readonly forwardMove: number
  /** Move of every volatility as a share of itself: 0.5 takes 60 % to 90 %. −1 or more. Default 0. */
  readonly volatilityMove?: number
  /** Time that passes, years of 365 days; legs that expire meanwhile are worth intrinsic. Default 0. */
  readonly years?: number
}

/** Every combination of moves of forward and volatility, after one length of time, forward moves slowest; empty when there are none. */
export function scenarioGrid(moves: scenarioGrid.Parameters): readonly Scenario[] {
  const { forwardMoves, volatilityMoves = [0], years = 0 } = moves
  return forwardMoves.flatMap((forwardMove) =>
    volatilityMoves.map((volatilityMove) => ({ forwardMove, volatilityMove, years })),
  )
}

export declare namespace scenarioGrid {
  interface Parameters {
    /** As in {@link Scenario}. Empty gives no scenarios. */
    readonly forwardMoves: readonly number[]
    /** As in {@link Scenario}. Default 0 alone. */
    readonly volatilityMoves?: readonly number[]
    /** As in {@link Scenario}, the same for all. Default 0. */
    readonly years?: number
  }
  type ReturnType = readonly Scenario[]
}

/**
 * Profit of a book under each scenario by full revaluation with Black-76, quote currency; losses are negative. The discount factor is held,
 * a forward moves by the same share for every expiry.
 *
 * @returns one profit per scenario, `NaN` where a leg or a move is outside its domain
 */
export function scenarioProfits(book: ScenarioBook, scenarios: readonly Scenario[]): Float64Array {
  const { legs, hedgeValue = 0 } = book
  const before = legs.map((leg) => black76Price(leg))
  return Float64Array.from(scenarios, ({ forwardMove, volatilityMove = 0, years = 0 }) => {
    let profit = hedgeValue * forwardMove
    for (let i = 0; i < legs.length; i++) {
      const leg = legs[i]!
      const after = black76Price({
        ...leg,
        forward: leg.forward * (1 + forwardMove),
        volatility: leg.volatility * (1 + volatilityMove),
        years: leg.years - years,
      })
      profit += leg.size * (after - before[i]!)
    }
    return profit
  })
}
