/** Numbers with 18 decimals and their rounding words: see Wad.sol. Operands are in [0, 2^128), so no product leaves its word. */

/** 1.0 */
export const WAD = 1_000_000_000_000_000_000n

/** Product of two wads, rounded down. */
export const mulDown = (x: bigint, y: bigint): bigint => (x * y) / WAD

/** Product of two wads, rounded up. */
export const mulUp = (x: bigint, y: bigint): bigint => (x * y + (WAD - 1n)) / WAD

/** Quotient of two wads, rounded down. Throws on a zero divisor. */
export const divDown = (x: bigint, y: bigint): bigint => (x * WAD) / y

/** Quotient of two wads, rounded up. Throws on a zero divisor. */
export const divUp = (x: bigint, y: bigint): bigint => (x * WAD + (y - 1n)) / y
