// AssemblyScript: see simd.as. Each pass is one short loop over a block of rows, so that the processor overlaps
// many rows where one long loop body would wait for its own divisions.

import { BLOCK, COLUMN, constant, expAny, inRange, logRatio, mills, select } from './simd'

/** Writes one row by the scalar reference: no variance, or nonsense. */
@external('env', 'blackRow')
declare function blackRow(row: i32): void

/** Price and five Greeks of `rows` options. Columns of `stride` bytes from `base`: six inputs, then six results. */
export function black(base: usize, stride: usize, rows: i32): void {
  for (let row = 0; row < rows; row += BLOCK) {
    blackBlock(base + (<usize>row << 3), stride, row, min(BLOCK, rows - row))
  }
}

function blackBlock(at: usize, stride: usize, firstRow: i32, rows: i32): void {
  const zero = constant(0)
  const one = constant(1)
  const bytes = <usize>rows << 3
  let unusual = zero
  // Scratch: 0 deviation, 1 d1, 2 density, 3 tail of d1, 4 mask of rows taken.
  for (let i: usize = 0; i < bytes; i += 16) {
    const sign = v128.load(at + i)
    const forward = v128.load(at + stride + i)
    const strike = v128.load(at + 2 * stride + i)
    const years = v128.load(at + 3 * stride + i)
    const volatility = v128.load(at + 4 * stride + i)
    const deviation = f64x2.mul(volatility, f64x2.sqrt(years))
    const quotient = f64x2.div(forward, strike)
    const taken = v128.and(
      v128.and(inRange(forward), v128.and(f64x2.gt(deviation, zero), f64x2.lt(deviation, constant(1e100)))),
      v128.and(inRange(quotient), f64x2.eq(f64x2.abs(sign), one)),
    )
    const x = logRatio(forward, strike, quotient)
    v128.store(i, deviation)
    v128.store(COLUMN + i, f64x2.add(f64x2.div(x, deviation), f64x2.mul(constant(0.5), deviation)))
    v128.store(4 * COLUMN + i, taken)
    unusual = v128.or(unusual, v128.not(taken))
  }
  for (let i: usize = 0; i < bytes; i += 16) {
    const d1 = v128.load(COLUMN + i)
    const power = expAny(f64x2.mul(f64x2.mul(constant(-0.5), d1), d1))
    v128.store(2 * COLUMN + i, f64x2.mul(constant(0.3989422804014327), power))
  }
  for (let i: usize = 0; i < bytes; i += 16) {
    const d1 = v128.load(COLUMN + i)
    v128.store(3 * COLUMN + i, f64x2.mul(v128.load(2 * COLUMN + i), mills(f64x2.pmin(constant(1e9), f64x2.abs(d1)))))
  }
  for (let i: usize = 0; i < bytes; i += 16) {
    const sign = v128.load(at + i)
    const forward = v128.load(at + stride + i)
    const strike = v128.load(at + 2 * stride + i)
    const years = v128.load(at + 3 * stride + i)
    const volatility = v128.load(at + 4 * stride + i)
    const discount = v128.load(at + 5 * stride + i)
    const deviation = v128.load(i)
    const d1 = v128.load(COLUMN + i)
    const density = v128.load(2 * COLUMN + i)
    const tail1 = v128.load(3 * COLUMN + i)
    const out = at + 6 * stride + i

    const d2 = f64x2.sub(d1, deviation)
    const tail2 = f64x2.mul(f64x2.mul(density, mills(f64x2.pmin(constant(1e9), f64x2.abs(d2)))), forward)
    const delta = select(f64x2.lt(f64x2.mul(d1, sign), zero), tail1, f64x2.sub(one, tail1))
    const strikeLeg = select(f64x2.lt(f64x2.mul(d2, sign), zero), tail2, f64x2.sub(strike, tail2))
    const intrinsic = f64x2.max(zero, f64x2.mul(sign, f64x2.sub(forward, strike)))
    const value = f64x2.mul(sign, f64x2.sub(f64x2.mul(forward, delta), strikeLeg))
    const price = f64x2.mul(discount, f64x2.max(intrinsic, value))
    const width = f64x2.pmax(constant(1e-300), f64x2.mul(forward, deviation))
    const vega = f64x2.mul(discount, f64x2.mul(f64x2.mul(forward, density), f64x2.sqrt(years)))
    v128.store(out, price)
    v128.store(out + stride, f64x2.mul(discount, f64x2.mul(sign, delta)))
    v128.store(out + 2 * stride, f64x2.div(f64x2.mul(discount, density), width))
    v128.store(out + 3 * stride, vega)
    v128.store(out + 4 * stride, f64x2.div(f64x2.mul(f64x2.mul(constant(-0.5), vega), volatility), years))
    v128.store(out + 5 * stride, f64x2.mul(f64x2.neg(years), price))
  }
  if (!v128.any_true(unusual)) return
  for (let i = 0; i < rows; i++) if (load<i64>(4 * COLUMN + (<usize>i << 3)) === 0) blackRow(firstRow + i)
}

