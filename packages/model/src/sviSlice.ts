/** The kernel's `SviSlice`: five fields of 48 bits with 40 fraction bits: a, b, rho, m, sigma from the high end. */
export type PackedSlice = bigint

/** Raw SVI parameters as Q40 integers, `w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2))`. */
export type SviFields = {
  readonly a: bigint
  readonly b: bigint
  readonly rho: bigint
  readonly m: bigint
  readonly sigma: bigint
}

export const SVI_ONE = 1n << 40n

export class SliceFieldOutOfRangeError extends Error {
  override readonly name = 'SliceFieldOutOfRangeError'
  constructor(field: string, value: bigint) {
    super(`Slice field ${field} = ${value} does not fit 48 bits. Fields are Q40 numbers within ±128.`)
  }
}

function pack(name: string, value: bigint): bigint {
  if (BigInt.asIntN(48, value) !== value) throw new SliceFieldOutOfRangeError(name, value)
  return BigInt.asUintN(48, value)
}

export function packSlice({ a, b, rho, m, sigma }: SviFields): PackedSlice {
  return (
    (pack('a', a) << 192n) |
    (pack('b', b) << 144n) |
    (pack('rho', rho) << 96n) |
    (pack('m', m) << 48n) |
    pack('sigma', sigma)
  )
}

export function unpackSlice(slice: PackedSlice): SviFields {
  const field = (shift: bigint) => BigInt.asIntN(48, slice >> shift)
  return { a: field(192n), b: field(144n), rho: field(96n), m: field(48n), sigma: field(0n) }
}
