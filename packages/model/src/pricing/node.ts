import { lnRatioQ96 } from '../math/ln.ts'
import { signed, unsigned } from '../math/word.ts'
import { WAD } from '../types/wad.ts'

/** A strike with its logarithm in one word: see Node.sol. */

const NODE_STRIKE_BITS = 112n
const STRIKE_MASK = (1n << NODE_STRIKE_BITS) - 1n

export class NodeStrikeOutOfRangeError extends Error {
  override readonly name = 'NodeStrikeOutOfRangeError'
  constructor(strike: bigint) {
    super(`A strike of ${strike} wad does not fit a node. Strikes are above 0 and below 2^112.`)
  }
}

/** The node of a strike in (0, 2^112), wad. */
export const nodeOf = (strike: bigint): bigint => {
  if (strike <= 0n || strike > STRIKE_MASK) throw new NodeStrikeOutOfRangeError(strike)
  return unsigned(lnRatioQ96(strike, WAD) << NODE_STRIKE_BITS) | strike
}

/** K, wad. */
export const strikeOf = (node: bigint): bigint => node & STRIKE_MASK

/** ln K, Q96. */
export const lnStrikeOf = (node: bigint): bigint => signed(node) >> NODE_STRIKE_BITS
