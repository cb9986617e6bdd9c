/** Numbers of options with 18 decimals, traded in whole lots: see Size.sol. */

/** 0.001 option. */
export const LOT = 1_000_000_000_000_000n

/** |x|. */
export const magnitude = (size: bigint): bigint => (size < 0n ? -size : size)

export const isWholeLots = (size: bigint): boolean => size % LOT === 0n

/** Whole lots in a size, truncated towards zero. */
export const toLots = (size: bigint): bigint => size / LOT

/** So many lots as a size. */
export const sizeOfLots = (lots: bigint): bigint => lots * LOT
