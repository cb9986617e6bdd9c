/** Eight signed positions of whole lots in one word, positive when the vault is long, each within 31 bits: see Lots.sol. */

/** Words of lots per board. */
export const LOT_WORDS = 4
const NODES_PER_WORD = 4
const LANE_BITS = 32n
/** A position is at least its negative and below it: what the market's storage can hold of a lane. */
export const POSITION_LIMIT = 1n << 30n
const LANE_MASK = (1n << LANE_BITS) - 1n

export class PositionOutOfRangeError extends Error {
  override readonly name = 'PositionOutOfRangeError'
  constructor(lots: bigint) {
    super(`A position of ${lots} lots does not fit 31 bits. Split it over several series.`)
  }
}

/** The word of a node, counted from its board's first. */
export const wordOf = (node: number): number => Math.floor(node / NODES_PER_WORD)

/** The position of one series. */
export const getLots = (word: bigint, series: { readonly node: number; readonly call: boolean }): bigint =>
  BigInt.asIntN(32, word >> shift(series))

/** The word with the position of one series replaced. */
export const setLots = (
  word: bigint,
  series: { readonly node: number; readonly call: boolean; readonly lots: bigint },
): bigint => {
  if (series.lots < -POSITION_LIMIT || series.lots >= POSITION_LIMIT) throw new PositionOutOfRangeError(series.lots)
  const by = shift(series)
  return (word & ~(LANE_MASK << by)) | (BigInt.asUintN(32, series.lots) << by)
}

/** Call and put of a node at once. */
export const pairOfLots = (word: bigint, node: number): { readonly calls: bigint; readonly puts: bigint } => ({
  calls: getLots(word, { node, call: true }),
  puts: getLots(word, { node, call: false }),
})

/** Sum of |position| over a word. */
export const sumOfMagnitudes = (word: bigint): bigint => {
  let sum = 0n
  for (let rest = word; rest !== 0n; rest >>= LANE_BITS) {
    const lots = BigInt.asIntN(32, rest)
    sum += lots < 0n ? -lots : lots
  }
  return sum
}

const shift = ({ node, call }: { readonly node: number; readonly call: boolean }): bigint =>
  BigInt((node % NODES_PER_WORD) * 2 + (call ? 0 : 1)) * LANE_BITS
