import { YEAR } from '../math/black76.ts'
import { INVERSE_ROOT_2_PI } from '../math/normalCdf.ts'
import { WAD } from '../types/wad.ts'
import { type Context, type Unit, unitOf, vegaScaleOf } from './expiryContext.ts'
import type { UnitGreeks } from './priced.ts'
import type { LegInput, PricingInput } from './pricingInput.ts'
import { startBoard } from './tally.ts'

/** Mark and Greeks of single options: see SeriesGreeks.sol. */

const ONE_Q64 = 1n << 64n

const NOTHING: UnitGreeks = { mark: 0n, delta: 0n, gamma: 0n, vega: 0n, theta: 0n }

/** One option of each leg's series at mark, held; all zero for an expired board and for one beyond the terms. */
export const greeks = (input: PricingInput, legs: readonly LegInput[]): readonly UnitGreeks[] =>
  legs.map(({ board: index, node, call }) => {
    const board = input.terms.boards[Number(index)]
    if (board === undefined || board.expiry <= input.timestamp) return NOTHING
    const { context } = startBoard(input, Number(index), input.spot.mark)
    return greeksOfUnit(context, unitOf(context, board.nodes[Number(node)]!), {
      call,
      rate: input.terms.params.rate,
    })
  })

const greeksOfUnit = (
  c: Context,
  u: Unit,
  { call, rate }: { readonly call: boolean; readonly rate: bigint },
): UnitGreeks => {
  const once = (c.discount * c.deltaScale) / WAD
  const twice = (once * c.deltaScale) / WAD
  const mark = ((call ? u.call : u.put) * c.discount) / WAD
  const over = ((((u.gaussian << 32n) / u.volatility) >> 32n) * INVERSE_ROOT_2_PI) >> 64n
  const times = (((u.gaussian * u.volatility) >> 128n) * INVERSE_ROOT_2_PI) >> 64n
  const loss = (((times * c.forward) >> 64n) * c.discount) / WAD
  const carried = (rate * mark) / WAD
  return {
    mark,
    delta: ((u.delta - (call ? 0n : ONE_Q64)) * once) >> 64n,
    gamma: (((over * twice) >> 64n) * WAD) / c.forward,
    vega: (u.density * vegaScaleOf(c)) >> 64n,
    theta: c.decayTime === 0n ? carried : carried - (loss * (YEAR << 31n)) / c.decayTime,
  }
}
