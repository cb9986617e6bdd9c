import { terms, values } from '../math/black76.ts'
import { smaller } from '../math/word.ts'
import { WAD } from '../types/wad.ts'
import { type Context, totalVolatilityAt, type Unit } from './expiryContext.ts'
import { lnStrikeOf, strikeOf } from './node.ts'

/** What of an option's price counts where the vault buys it: see `ofStrikeBought` of SlicePrice.sol. */

const ONE_Q64 = 1n << 64n

/**
 * Undiscounted, wad. Out of the money, with a delta of at most `flatDelta` (wad), the lesser of the price on the smile and
 * that at the volatility at the money; from there to twice that delta the difference fades out in proportion.
 */
export const valueBought = (
  c: Context,
  option: { readonly node: bigint; readonly unit: Unit; readonly call: boolean },
  flatDelta: bigint,
): bigint => {
  const { node, unit, call } = option
  const value = call ? unit.call : unit.put
  const delta = call ? unit.delta : ONE_Q64 - unit.delta
  const whole = (flatDelta << 64n) / WAD
  const left = smaller(whole, 2n * whole - delta)
  const strike = strikeOf(node)
  if (left <= 0n || (call ? strike <= c.forward : strike >= c.forward)) return value
  const flat = values(c.forward, strike, terms(c.lnForward - lnStrikeOf(node), totalVolatilityAt(c, 0n) << 32n))
  const excess = value - (call ? flat.call : flat.put)
  return excess <= 0n ? value : value - (excess * left + whole - 1n) / whole
}
