// AssemblyScript: see simd.as. A block of 64 paths goes through each time step together, pass by pass. Normal draws and hedge ratios are
// rows of Taylor coefficients (src/simulate/tables.ts), so that a step costs one exponential and no other division.

import { constant, expModerate } from './simd'

/** Bytes of one column of the block; columns lie at the start of memory. */
const COLUMN: usize = 512
const X: usize = 0
const PRICE: usize = COLUMN
const HELD: usize = 2 * COLUMN
const GAIN: usize = 3 * COLUMN
const TRADED: usize = 4 * COLUMN
const SQUARES: usize = 5 * COLUMN
const TRADES: usize = 6 * COLUMN
const CARRIED: usize = 7 * COLUMN
const DRAW: usize = 8 * COLUMN
/** Generator words, 4 bytes each: a, b, c, d. */
const WORDS: usize = 9 * COLUMN
const WORD_COLUMN: usize = 256

/** Rows of the draw's table, and the bytes of a row's address. */
const DRAW_ROWS: usize = 512
const ROW_SHIFT: i32 = 6

/** All steps of a block whose X, PRICE and generator words are set and whose other columns are zero. */
export function hedge(
  tables: usize,
  schedule: usize,
  steps: i32,
  strike: f64,
  step: f64,
  deviation: f64,
  offset: f64,
  band: f64,
): void {
  const ratios = tables + (DRAW_ROWS << ROW_SHIFT)
  for (let i = 0; i < steps; i++) {
    const inverse = load<f64>(schedule + (<usize>i << 3))
    const half = load<f64>(schedule + (<usize>(steps + i) << 3))
    draws(tables)
    trade(ratios, inverse, half, offset, band)
    advance(strike, step, deviation)
  }
}

@inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by))
}

/** Coefficients j of two rows side by side. */
@inline
function pair(first: usize, second: usize, j: usize): v128 {
  return v128.load_lane<f64>(second + (j << 3), v128.load64_zero(first + (j << 3)), 1)
}

@inline
function next(sum: v128, t: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(sum, t), c)
}

/** xoshiro128**, one word a path, and the normal draw each word stands for. */
function draws(table: usize): void {
  for (let i: usize = 0; i < WORD_COLUMN; i += 16) {
    const at = WORDS + i
    let a = v128.load(at)
    let b = v128.load(at + WORD_COLUMN)
    let c = v128.load(at + 2 * WORD_COLUMN)
    let d = v128.load(at + 3 * WORD_COLUMN)
    const scaled = i32x4.add(b, i32x4.shl(b, 2))
    const turned = rotate(scaled, 7)
    const word = i32x4.add(turned, i32x4.shl(turned, 3))
    const shifted = i32x4.shl(b, 9)
    c = v128.xor(c, a)
    d = v128.xor(d, b)
    b = v128.xor(b, c)
    a = v128.xor(a, d)
    c = v128.xor(c, shifted)
    d = rotate(d, 11)
    v128.store(at, a)
    v128.store(at + WORD_COLUMN, b)
    v128.store(at + 2 * WORD_COLUMN, c)
    v128.store(at + 3 * WORD_COLUMN, d)
    v128.store(DRAW + 2 * i, draw(table, f64x2.convert_low_i32x4_s(word)))
    const high = i8x16.shuffle(word, word, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)
    v128.store(DRAW + 2 * i + 16, draw(table, f64x2.convert_low_i32x4_s(high)))
  }
}

/** The normal draw of two words, taken as signed: the row is the top of the double |word + ½|, its centre the same with the next bit set. */
@inline
function draw(table: usize, word: v128): v128 {
  const signed = f64x2.add(word, constant(0.5))
  const q = f64x2.abs(signed)
  const top = i64x2.shr_u(q, 48)
  const centre = v128.or(i64x2.shl(top, 48), i64x2.splat(1 << 47))
  const t = f64x2.sub(q, centre)
  const rows = i64x2.shl(i64x2.sub(top, i64x2.splat(0x3fe0)), ROW_SHIFT)
  const first = table + <usize>i64x2.extract_lane(rows, 0)
  const second = table + <usize>i64x2.extract_lane(rows, 1)
  let z = pair(first, second, 6)
  z = next(z, t, pair(first, second, 5))
  z = next(z, t, pair(first, second, 4))
  z = next(z, t, pair(first, second, 3))
  z = next(z, t, pair(first, second, 2))
  z = next(z, t, pair(first, second, 1))
  z = next(z, t, pair(first, second, 0))
  return v128.xor(z, v128.and(signed, i64x2.splat(1 << 63)))
}

/** Φ(d₁): the row is the nearest sixteenth, which adding 1.5·2⁵² leaves in the low bits. */
@inline
function ratio(table: usize, d1: v128): v128 {
  const x = f64x2.pmin(constant(8.5), f64x2.pmax(constant(-8.5), d1))
  const shifted = f64x2.add(f64x2.mul(x, constant(16)), constant(6755399441055880))
  const t = f64x2.sub(x, f64x2.mul(f64x2.sub(shifted, constant(6755399441055880)), constant(0.0625)))
  const first = table + (<usize>i32x4.extract_lane(shifted, 0) << ROW_SHIFT)
  const second = table + (<usize>i32x4.extract_lane(shifted, 2) << ROW_SHIFT)
  let p = pair(first, second, 7)
  p = next(p, t, pair(first, second, 6))
  p = next(p, t, pair(first, second, 5))
  p = next(p, t, pair(first, second, 4))
  p = next(p, t, pair(first, second, 3))
  p = next(p, t, pair(first, second, 2))
  p = next(p, t, pair(first, second, 1))
  return next(p, t, pair(first, second, 0))
}

/** Brings each hedge back to the edge of its band. */
function trade(table: usize, inverse: f64, half: f64, offset: f64, band: f64): void {
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const d1 = f64x2.add(f64x2.mul(v128.load(X + i), constant(inverse)), constant(half))
    const target = f64x2.add(ratio(table, d1), constant(offset))
    const held = v128.load(HELD + i)
    const low = f64x2.sub(target, constant(band))
    const high = f64x2.add(target, constant(band))
    const hedged = f64x2.pmin(f64x2.pmax(held, low), high)
    const price = v128.load(PRICE + i)
    const units = f64x2.abs(f64x2.sub(hedged, held))
    const amount = f64x2.mul(units, price)
    const trade = v128.and(f64x2.gt(units, constant(0)), constant(1))
    v128.store(TRADED + i, f64x2.add(v128.load(TRADED + i), amount))
    v128.store(SQUARES + i, f64x2.add(v128.load(SQUARES + i), f64x2.mul(units, amount)))
    v128.store(TRADES + i, f64x2.add(v128.load(TRADES + i), trade))
    v128.store(CARRIED + i, f64x2.add(v128.load(CARRIED + i), f64x2.mul(hedged, price)))
    v128.store(HELD + i, hedged)
  }
}

/** Log-prices are held within ±230, where nothing overflows. */
function advance(strike: f64, step: f64, deviation: f64): void {
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const move = f64x2.add(constant(step), f64x2.mul(constant(deviation), v128.load(DRAW + i)))
    const moved = f64x2.add(v128.load(X + i), move)
    const x = f64x2.pmin(constant(230), f64x2.pmax(constant(-230), moved))
    const price = f64x2.mul(constant(strike), expModerate(x))
    const change = f64x2.mul(v128.load(HELD + i), f64x2.sub(price, v128.load(PRICE + i)))
    v128.store(X + i, x)
    v128.store(GAIN + i, f64x2.add(v128.load(GAIN + i), change))
    v128.store(PRICE + i, price)
  }
}
