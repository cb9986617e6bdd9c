import { exp } from '../math/exp.ts'
import { seedState } from '../random/seed.ts'
import { DRAW_ROWS, FIRST_DRAW_ROW, FURTHEST, hedgeTables, MIDDLE_RATIO_ROW, PER_UNIT, ROW } from './tables.ts'

/** |ln(forward/strike)| is held to this, far beyond any price, so that nothing overflows. */
export const MOST_LOG_MONEYNESS = 230
const ROUND_TO_INTEGER = 6755399441055744 // 1.5·2^52: adding and subtracting it rounds to the nearest integer

const BUFFER = /* @__PURE__ */ new ArrayBuffer(8)
const DOUBLE = /* @__PURE__ */ new Float64Array(BUFFER)
const WORDS = /* @__PURE__ */ new Int32Array(BUFFER)
const HIGH = /* @__PURE__ */ (() => (new Int32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1))()

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
  /** Amount traded, Σ units·price, before the hedge is closed; the same of units²·price; and the number of trades. */
  readonly traded: Float64Array
  readonly squares: Float64Array
  readonly trades: Float64Array
  /** Value of the hedge at the start of each step, added up. */
  readonly carried: Float64Array
  /** Hedge held at the end. */
  readonly held: Float64Array
  /** Forward at the end. */
  readonly end: Float64Array
}

/** Every path, in plain TypeScript: the reference the kernel is held to, bit for bit. */
export function walkPaths(move: HedgeMove, schedule: HedgeSchedule, { seed, paths }: HedgePaths): WalkedPaths {
  const out = emptyPaths(paths)
  for (let i = 0; i < paths; i++) walk(move, schedule, seedState(seed, i), out, i)
  return out
}

/** Columns of a length, zeroed. */
export function emptyPaths(length: number): WalkedPaths {
  const column = (): Float64Array => new Float64Array(length)
  return {
    gain: column(),
    traded: column(),
    squares: column(),
    trades: column(),
    carried: column(),
    held: column(),
    end: column(),
  }
}

/** One path. The generator is written out (xoshiro128**, one word a step) because the loop lives on it; scalars, as it is hot. */
function walk(
  { strike, start, step, deviation, offset, band }: HedgeMove,
  { inverse, half }: HedgeSchedule,
  state: readonly [number, number, number, number],
  out: WalkedPaths,
  path: number,
): void {
  const tables = hedgeTables()
  let [a, b, c, d] = state
  let x = start
  let price = strike * exp(x)
  let held = 0
  let gain = 0
  let traded = 0
  let squares = 0
  let trades = 0
  let carried = 0
  for (let i = 0; i < inverse.length; i++) {
    const scaled = Math.imul(b, 5)
    const word = Math.imul((scaled << 7) | (scaled >>> 25), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)

    const target = ratio(tables, x * inverse[i]! + half[i]!) + offset
    const hedge = clamp(held, target - band, target + band)
    const units = Math.abs(hedge - held)
    traded += units * price
    squares += units * (units * price)
    trades += units > 0 ? 1 : 0
    carried += hedge * price
    held = hedge

    x = clamp(x + (step + deviation * draw(tables, word)), -MOST_LOG_MONEYNESS, MOST_LOG_MONEYNESS)
    const next = strike * exp(x)
    gain += held * (next - price)
    price = next
  }
  out.gain[path] = gain
  out.traded[path] = traded
  out.squares[path] = squares
  out.trades[path] = trades
  out.carried[path] = carried
  out.held[path] = held
  out.end[path] = price
}

/** Comparisons and not Math.min and max: they are one instruction each in the kernel, equal for numbers, and turn `NaN` into a bound. */
function clamp(x: number, low: number, high: number): number {
  // biome-ignore lint/complexity/useMathMinMax: as above
  const raised = low < x ? x : low
  // biome-ignore lint/complexity/useMathMinMax: as above
  return raised < high ? raised : high
}

/** The normal draw a signed word stands for: its sign, and −Φ⁻¹ of |word + ½|/2³². */
function draw(tables: Float64Array, word: number): number {
  DOUBLE[0] = Math.abs(word + 0.5)
  const q = DOUBLE[0]
  const top = WORDS[HIGH]! >>> 16
  WORDS[HIGH] = (top << 16) | 0x8000
  WORDS[1 - HIGH] = 0
  const t = q - DOUBLE[0]
  const at = ROW * (top - FIRST_DRAW_ROW)
  let z = tables[at + 6]!
  for (let j = 5; j >= 0; j--) z = z * t + tables[at + j]!
  return word < 0 ? -z : z
}

/** Φ(d₁) from the nearest row. */
function ratio(tables: Float64Array, d1: number): number {
  const x = clamp(d1, -FURTHEST, FURTHEST)
  const n = x * PER_UNIT + ROUND_TO_INTEGER - ROUND_TO_INTEGER
  const t = x - n / PER_UNIT
  const at = ROW * (DRAW_ROWS + MIDDLE_RATIO_ROW + n)
  let p = tables[at + 7]!
  for (let j = 6; j >= 0; j--) p = p * t + tables[at + j]!
  return p
}
