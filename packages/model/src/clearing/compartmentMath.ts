import { larger, smaller } from '../math/word.ts'

/**
 * What a compartment holds after a trade, base units: see CompartmentMath.sol.
 *
 * @param c `before` and `left` are lots short before and after; `demanded` is what the market asks of those left.
 */
export const afterTrade = (c: {
  readonly held: bigint
  readonly demanded: bigint
  readonly before: bigint
  readonly left: bigint
}): bigint => {
  const { held, demanded, before, left } = c
  if (left === 0n) return 0n
  if (left > before) return larger(held, demanded)
  return smaller((held * left + before - 1n) / before, demanded)
}
