import { QuantError } from '../errors.ts'
import { inverseNormalCdf } from '../math/inverseNormal.ts'
import { drawPoisson } from './poisson.ts'
import { seedState } from './seed.ts'

/** A seeded stream of random numbers. The one mutable thing in this library: every draw advances it. */
export interface Random {
  /** An integer, uniform on [0, 2³²). */
  readonly uint32: () => number
  /** A double, uniform on the open interval (0, 1), 53 bits. */
  readonly uniform: () => number
  /** A standard normal variate, by inversion of one `uniform`, so one draw costs exactly two `uint32`. */
  readonly normal: () => number
  /** A Poisson variate. Domain: 0 ≤ mean ≤ 700; cost is proportional to the mean; uses one `uniform`. */
  readonly poisson: (mean: number) => number
}

/**
 * A generator whose draws are bit-identical on every engine: xoshiro128** (Blackman and Vigna 2018) in 32-bit integer
 * arithmetic, period 2¹²⁸ − 1, its state filled from the seed by SplitMix-style mixing.
 *
 * @param seed any safe integer; its low and high words both count
 * @param stream distinguishes independent streams of one seed, e.g. one per path
 * @throws BadSeedError when either is not a safe integer
 */
export function createRandom(seed: number, stream = 0): Random {
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(stream)) throw new BadSeedError({ seed, stream })
  let [a, b, c, d] = seedState(seed, stream)

  const uint32 = (): number => {
    const scaled = Math.imul(b, 5)
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result
  }
  const uniform = (): number => {
    const high = uint32() >>> 5
    const low = uint32() >>> 6
    // The half keeps the value off 0; the sum stays below 2^53, so it is exact up to one rounding and never 1.
    return Math.min((high * 67108864 + low + 0.5) / 9007199254740992, 0.9999999999999999)
  }
  const normal = (): number => inverseNormalCdf(uniform())
  const poisson = (mean: number): number => drawPoisson(mean, uniform())
  return { uint32, uniform, normal, poisson }
}

/** The seed or stream given to {@link createRandom} cannot be represented exactly. */
export class BadSeedError extends QuantError {
  override readonly name = 'Quant.BadSeedError'
  constructor({ seed, stream }: { seed: number; stream: number }) {
    super(`Seed ${seed} and stream ${stream} must be safe integers. Round or hash them first.`)
  }
}
