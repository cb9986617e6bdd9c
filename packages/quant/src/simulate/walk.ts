import { exp } from '../math/exp.ts'
import { inverseNormalCdf } from '../math/inverseNormal.ts'
import { millsRatio } from '../math/mills.ts'
import { seedState } from '../random/seed.ts'

const INVERSE_SQRT_TWO_PI = 0.3989422804014327
const PER_WORD = 2.3283064365386963e-10 // 2^−32

/** How a forward moves and how its hedge follows. */
export interface HedgeMove {
  readonly strike: number
  /** ln(forward/strike) at the start. */
  readonly start: number
  /** Mean and deviation of each step of ln(forward). */
  readonly step: number
  readonly deviation: number
  /** Added to a call's delta: 0, or −1 for a put. */
  readonly offset: number
  readonly band: number
}

/** For each step 1/(σ√τ) and ½σ√τ at its start. */
export interface HedgeSchedule {
  readonly inverse: Float64Array
  readonly half: Float64Array
}

export interface HedgePaths {
  readonly seed: number
  readonly paths: number
}

/** Where each path ended. */
export interface WalkedPaths {
  /** Gain of the hedge, before cost. */
  readonly gain: Float64Array
  /** Amount traded, before the hedge is closed. */
  readonly traded: Float64Array
  /** Hedge held at the end. */
  readonly held: Float64Array
  /** Forward at the end. */
  readonly end: Float64Array
}

/** Every path, in plain TypeScript: the reference the kernel is held to, bit for bit. */
export function walkPaths(move: HedgeMove, schedule: HedgeSchedule, { seed, paths }: HedgePaths): WalkedPaths {
  const column = (): Float64Array => new Float64Array(paths)
  const out = { gain: column(), traded: column(), held: column(), end: column() }
  for (let i = 0; i < paths; i++) walk(move, schedule, seedState(seed, i), out, i)
  return out
}

/** One path. The generator is written out (xoshiro128**, one word a step) because the loop lives on it; scalars, as it is hot. */
function walk(
  { strike, start, step, deviation, offset, band }: HedgeMove,
  { inverse, half }: HedgeSchedule,
  state: readonly [number, number, number, number],
  out: WalkedPaths,
  path: number,
): void {
  let [a, b, c, d] = state
  let x = start
  let price = strike * exp(x)
  let held = 0
  let gain = 0
  let traded = 0
  for (let i = 0; i < inverse.length; i++) {
    const scaled = Math.imul(b, 5)
    const word = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)

    const d1 = x * inverse[i]! + half[i]!
    const tail = INVERSE_SQRT_TWO_PI * exp(-0.5 * d1 * d1) * millsRatio(Math.abs(d1))
    const target = (d1 < 0 ? tail : 1 - tail) + offset
    const low = target - band
    const high = target + band
    // Comparisons and not Math.min: they are one instruction each in the kernel, and equal for numbers.
    // biome-ignore lint/complexity/useMathMinMax: as above
    const raised = held < low ? low : held
    // biome-ignore lint/complexity/useMathMinMax: as above
    const hedge = high < raised ? high : raised
    traded += Math.abs(hedge - held) * price
    held = hedge

    x += step + deviation * inverseNormalCdf((word + 0.5) * PER_WORD)
    const next = strike * exp(x)
    gain += held * (next - price)
    price = next
  }
  out.gain[path] = gain
  out.traded[path] = traded
  out.held[path] = held
  out.end[path] = price
}
