/** The EVM's words, where bigint differs: how many bits stand before a number, and arithmetic that wraps. */

const WORD = 1n << 256n

/** Leading zero bits of a 256-bit word; 256 for zero. */
export const clz = (x: bigint): bigint => (x === 0n ? 256n : 256n - BigInt(x.toString(2).length))

/** A signed division as SDIV does it: towards zero, and zero over zero. */
export const sdiv = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : a / b)

/** The low 256 bits as an unsigned number. */
export const unsigned = (x: bigint): bigint => BigInt.asUintN(256, x)

/** The low 256 bits as a two's-complement number. */
export const signed = (x: bigint): bigint => BigInt.asIntN(256, x)

/** SHL: what leaves the word is lost. */
export const shl = (by: bigint, x: bigint): bigint => (by > 255n ? 0n : (x << by) % WORD)

/** The greater of two: Math.max takes no bigint. */
export const larger = (x: bigint, y: bigint): bigint => {
  return x < y ? y : x
}

/** The smaller of two. */
export const smaller = (x: bigint, y: bigint): bigint => {
  return y < x ? y : x
}
