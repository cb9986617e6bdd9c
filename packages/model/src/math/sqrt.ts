import { clz } from './word.ts'

/** The square root: see Sqrt.sol. */

const WAD = 1_000_000_000_000_000_000n
const ROOT_2_255 = 240615969168004511545033772477625056927n
const CENTRED_HALF = 31813n

export class SqrtInputOutsideDomain extends Error {
  override readonly name = 'SqrtInputOutsideDomain'
  constructor(x: bigint) {
    super(`The square root is defined below 2^128 wad, not for ${x}.`)
  }
}

/** √x in wad. */
export const sqrtWad = (x: bigint): bigint => {
  if (x < 0n || x >> 128n !== 0n) throw new SqrtInputOutsideDomain(x)
  return nearSqrt(x * WAD)
}

/** √n, at most 6.6e-25 above the root and then rounded down. */
export const nearSqrt = (n: bigint): bigint => {
  let root = ROOT_2_255 >> (clz(n) >> 1n)
  for (let pair = 0; pair < 2; pair++) root = twoSteps(n, root)
  return (root + over(n, root)) >> 1n
}

/** √n within 4.5e-15 relative and one unit. */
export const closeSqrt = (n: bigint): bigint => {
  const first = ROOT_2_255 >> (clz(n) >> 1n)
  const root = twoSteps(n, ((first + over(n, first)) * CENTRED_HALF) >> 16n)
  return (root + over(n, root)) >> 1n
}

/** Two of Newton's steps towards √n. */
export const twoSteps = (n: bigint, root: bigint): bigint => {
  const twice = root + over(n, root)
  return (twice >> 2n) + over(n, twice)
}

const over = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : a / b)
