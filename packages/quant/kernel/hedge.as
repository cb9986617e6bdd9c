// AssemblyScript: see simd.as. A block of 64 paths goes through each time step together, pass by pass.

import { constant, expAny, log, mills, select } from './simd'

/** Bytes of one column of the block; columns lie at the start of memory. */
const COLUMN: usize = 512
const X: usize = 0
const PRICE: usize = COLUMN
const HELD: usize = 2 * COLUMN
const GAIN: usize = 3 * COLUMN
const TRADED: usize = 4 * COLUMN
const DRAW: usize = 5 * COLUMN
const DENSITY: usize = 6 * COLUMN
/** Generator words, 4 bytes each: a, b, c, d. */
const WORDS: usize = 7 * COLUMN
const WORD_COLUMN: usize = 256

/** All steps of a block whose X, PRICE and generator words are set and whose other columns are zero. */
export function hedge(
  schedule: usize,
  steps: i32,
  strike: f64,
  step: f64,
  deviation: f64,
  offset: f64,
  band: f64,
): void {
  for (let i = 0; i < steps; i++) {
    const inverse = load<f64>(schedule + (<usize>i << 3))
    const half = load<f64>(schedule + (<usize>(steps + i) << 3))
    uniforms()
    normals()
    densities(inverse, half)
    trade(inverse, half, offset, band)
    advance(strike, step, deviation)
  }
}

@inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by))
}

/** (word + ½)/2³² of two unsigned words: signed conversion is one instruction, and the sum is exact. */
@inline
function toUniform(word: v128): v128 {
  const signed = f64x2.convert_low_i32x4_s(v128.xor(word, i32x4.splat(0x80000000)))
  return f64x2.mul(f64x2.add(signed, constant(2147483648.5)), constant(2.3283064365386963e-10))
}

/** xoshiro128**, one word a path. */
function uniforms(): void {
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
    v128.store(DRAW + 2 * i, toUniform(word))
    v128.store(DRAW + 2 * i + 16, toUniform(i8x16.shuffle(word, word, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)))
  }
}

@inline
function next(sum: v128, r: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(sum, r), c)
}

/** Inverse normal distribution function of a uniform of 32 bits: its √−ln never exceeds 5, so two of the three branches do. */
function normals(): void {
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const p = v128.load(DRAW + i)
    const q = f64x2.sub(p, constant(0.5))
    const central = f64x2.le(f64x2.abs(q), constant(0.425))
    let z = constant(0)
    if (v128.any_true(central)) z = centre(q)
    if (!i64x2.all_true(central)) {
      const left = f64x2.lt(q, constant(0))
      const outer = shoulder(select(left, p, f64x2.sub(constant(1), p)))
      z = select(central, z, select(left, f64x2.neg(outer), outer))
    }
    v128.store(DRAW + i, z)
  }
}

@inline
function centre(q: v128): v128 {
  const r = f64x2.sub(constant(0.180625), f64x2.mul(q, q))
  let top = constant(2509.0809287301227)
  let bottom = constant(5226.495278852546)
  top = next(top, r, constant(33430.57558358813))
  bottom = next(bottom, r, constant(28729.085735721943))
  top = next(top, r, constant(67265.7709270087))
  bottom = next(bottom, r, constant(39307.89580009271))
  top = next(top, r, constant(45921.95393154987))
  bottom = next(bottom, r, constant(21213.794301586597))
  top = next(top, r, constant(13731.69376550946))
  bottom = next(bottom, r, constant(5394.196021424751))
  top = next(top, r, constant(1971.5909503065513))
  bottom = next(bottom, r, constant(687.1870074920579))
  top = next(top, r, constant(133.14166789178438))
  bottom = next(bottom, r, constant(42.31333070160091))
  top = next(top, r, constant(3.3871328727963665))
  bottom = next(bottom, r, constant(1))
  return f64x2.div(f64x2.mul(q, top), bottom)
}

@inline
function shoulder(p: v128): v128 {
  const r = f64x2.sub(f64x2.sqrt(f64x2.neg(log(p))), constant(1.6))
  let top = constant(7.745450142783414e-4)
  let bottom = constant(1.0507500716444169e-9)
  top = next(top, r, constant(0.022723844989269184))
  bottom = next(bottom, r, constant(5.475938084995345e-4))
  top = next(top, r, constant(0.2417807251774506))
  bottom = next(bottom, r, constant(0.015198666563616457))
  top = next(top, r, constant(1.2704582524523684))
  bottom = next(bottom, r, constant(0.14810397642748008))
  top = next(top, r, constant(3.6478483247632045))
  bottom = next(bottom, r, constant(0.6897673349851))
  top = next(top, r, constant(5.769497221460691))
  bottom = next(bottom, r, constant(1.6763848301838038))
  top = next(top, r, constant(4.630337846156546))
  bottom = next(bottom, r, constant(2.053191626637759))
  top = next(top, r, constant(1.4234371107496835))
  bottom = next(bottom, r, constant(1))
  return f64x2.div(top, bottom)
}

@inline
function d1Of(i: usize, inverse: f64, half: f64): v128 {
  return f64x2.add(f64x2.mul(v128.load(X + i), constant(inverse)), constant(half))
}

function densities(inverse: f64, half: f64): void {
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const d1 = d1Of(i, inverse, half)
    const power = expAny(f64x2.mul(f64x2.mul(constant(-0.5), d1), d1))
    v128.store(DENSITY + i, f64x2.mul(constant(0.3989422804014327), power))
  }
}

/** Brings each hedge back to the edge of its band. */
function trade(inverse: f64, half: f64, offset: f64, band: f64): void {
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const d1 = d1Of(i, inverse, half)
    const tail = f64x2.mul(v128.load(DENSITY + i), mills(f64x2.pmin(constant(1e9), f64x2.abs(d1))))
    const delta = select(f64x2.lt(d1, constant(0)), tail, f64x2.sub(constant(1), tail))
    const target = f64x2.add(delta, constant(offset))
    const held = v128.load(HELD + i)
    const low = f64x2.sub(target, constant(band))
    const high = f64x2.add(target, constant(band))
    const hedged = f64x2.pmin(f64x2.pmax(held, low), high)
    const amount = f64x2.mul(f64x2.abs(f64x2.sub(hedged, held)), v128.load(PRICE + i))
    v128.store(TRADED + i, f64x2.add(v128.load(TRADED + i), amount))
    v128.store(HELD + i, hedged)
  }
}

function advance(strike: f64, step: f64, deviation: f64): void {
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const move = f64x2.add(constant(step), f64x2.mul(constant(deviation), v128.load(DRAW + i)))
    const x = f64x2.add(v128.load(X + i), move)
    const price = f64x2.mul(constant(strike), expAny(x))
    const change = f64x2.mul(v128.load(HELD + i), f64x2.sub(price, v128.load(PRICE + i)))
    v128.store(X + i, x)
    v128.store(GAIN + i, f64x2.add(v128.load(GAIN + i), change))
    v128.store(PRICE + i, price)
  }
}
