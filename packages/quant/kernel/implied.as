// AssemblyScript: see simd.as. Each pass is one short loop over a block of rows, so that the processor overlaps
// many rows where one long loop body would wait for its own divisions.

import { BLOCK, COLUMN, constant, inRange, log, logRatio, mills, select } from './simd'

/** Writes one row by the scalar reference: at or next to a bound, or nonsense. */
@external('env', 'impliedRow')
declare function impliedRow(row: i32): void

/** Volatilities of `rows` undiscounted prices. Columns of `stride` bytes: sign, forward, strike, years, price; then the result. */
export function implied(base: usize, stride: usize, rows: i32): void {
  for (let row = 0; row < rows; row += BLOCK) {
    impliedBlock(base + (<usize>row << 3), stride, row, min(BLOCK, rows - row))
  }
}

// Scratch columns of the inversion.
const X: usize = 0
const BETA: usize = COLUMN
const ROOM: usize = 2 * COLUMN
const S: usize = 3 * COLUMN
const RATIO: usize = 4 * COLUMN
const ACTIVE: usize = 5 * COLUMN
const TAKEN: usize = 6 * COLUMN
const H: usize = 7 * COLUMN
const OUTER: usize = 8 * COLUMN
const INNER: usize = 9 * COLUMN

function impliedBlock(at: usize, stride: usize, firstRow: i32, rows: i32): void {
  const bytes = <usize>rows << 3
  const unusual = normalise(at, stride, bytes)
  guess(bytes)
  for (let round = 0; round < 8; round++) {
    tails(bytes)
    ratios(bytes)
    if (!householder(bytes)) break
  }
  for (let i: usize = 0; i < bytes; i += 16) {
    const years = v128.load(at + 3 * stride + i)
    v128.store(at + 5 * stride + i, f64x2.mul(v128.load(S + i), f64x2.div(constant(1), f64x2.sqrt(years))))
  }
  if (!unusual) return
  for (let i = 0; i < rows; i++) if (load<i64>(TAKEN + (<usize>i << 3)) === 0) impliedRow(firstRow + i)
}

/** Log-moneyness, normalised price and room of each row; whether any row is left to the reference. */
function normalise(at: usize, stride: usize, bytes: usize): bool {
  const zero = constant(0)
  const one = constant(1)
  let unusual = zero
  for (let i: usize = 0; i < bytes; i += 16) {
    const sign = v128.load(at + i)
    const forward = v128.load(at + stride + i)
    const strike = v128.load(at + 2 * stride + i)
    const years = v128.load(at + 3 * stride + i)
    const given = v128.load(at + 4 * stride + i)
    const moneyness = f64x2.mul(sign, f64x2.sub(forward, strike))
    const price = select(f64x2.gt(moneyness, zero), f64x2.sub(given, moneyness), given)
    const scale = f64x2.div(one, f64x2.sqrt(f64x2.mul(forward, strike)))
    const quotient = f64x2.div(forward, strike)
    const beta = f64x2.mul(price, scale)
    const room = f64x2.mul(f64x2.sub(f64x2.min(forward, strike), price), scale)
    const taken = v128.and(
      v128.and(inRange(quotient), v128.and(inRange(forward), f64x2.gt(years, zero))),
      v128.and(
        v128.and(f64x2.gt(beta, constant(1e-300)), f64x2.eq(f64x2.abs(sign), one)),
        f64x2.ge(room, f64x2.mul(constant(0.1), beta)),
      ),
    )
    v128.store(X + i, f64x2.abs(logRatio(forward, strike, quotient)))
    v128.store(BETA + i, beta)
    v128.store(ROOM + i, room)
    v128.store(ACTIVE + i, taken)
    v128.store(TAKEN + i, taken)
    unusual = v128.or(unusual, v128.not(taken))
  }
  return v128.any_true(unusual)
}

/** First guesses; prices and rooms become their logarithms. */
function guess(bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const x = v128.load(X + i)
    const beta = v128.load(BETA + i)
    const centre = f64x2.mul(constant(3.01877799), beta)
    const spread = f64x2.add(constant(5.02812324), f64x2.div(f64x2.mul(constant(0.00156283711), x), beta))
    const wing = f64x2.div(x, f64x2.sqrt(f64x2.mul(constant(2), log(spread))))
    const middle = f64x2.mul(constant(0.77444808), f64x2.sqrt(f64x2.mul(centre, wing)))
    v128.store(S + i, f64x2.add(f64x2.add(centre, wing), middle))
  }
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(BETA + i, log(v128.load(BETA + i)))
    v128.store(ROOM + i, log(v128.load(ROOM + i)))
  }
}

@inline
function isNear(s: v128, x: v128): v128 {
  return v128.and(f64x2.lt(s, constant(0.5)), f64x2.lt(x, constant(0.7)))
}

/** Mills ratios that the ratios below are made of: near the money R(h) alone, else R(h + t) and R(|h − t|). */
function tails(bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    if (!v128.any_true(v128.load(ACTIVE + i))) continue
    const s = v128.load(S + i)
    const x = v128.load(X + i)
    const h = f64x2.div(x, s)
    const t = f64x2.mul(constant(0.5), s)
    const near = isNear(s, x)
    v128.store(H + i, h)
    v128.store(OUTER + i, mills(f64x2.pmin(constant(1e9), select(near, h, f64x2.add(h, t)))))
    if (!i64x2.all_true(near)) v128.store(INNER + i, mills(f64x2.pmin(constant(1e9), f64x2.abs(f64x2.sub(t, h)))))
  }
}

/** b/(s·b′), or (cap − b)/(s·b′) above the inflection, of each pair of rows still moving. */
function ratios(bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    if (!v128.any_true(v128.load(ACTIVE + i))) continue
    const s = v128.load(S + i)
    const h = v128.load(H + i)
    const t = f64x2.mul(constant(0.5), s)
    const near = isNear(s, v128.load(X + i))
    const outer = v128.load(OUTER + i)
    let ratio = nearMoneyRatio(outer, h, f64x2.mul(t, t))
    if (!i64x2.all_true(near)) {
      const signed = select(f64x2.le(f64x2.sub(t, h), constant(0)), f64x2.neg(outer), outer)
      ratio = select(near, ratio, f64x2.div(f64x2.add(v128.load(INNER + i), signed), s))
    }
    v128.store(RATIO + i, ratio)
  }
}

/** One step for each pair still moving; whether any moves on. */
function householder(bytes: usize): bool {
  const one = constant(1)
  let moving = constant(0)
  for (let i: usize = 0; i < bytes; i += 16) {
    const active = v128.load(ACTIVE + i)
    if (!v128.any_true(active)) continue
    const s = v128.load(S + i)
    const x = v128.load(X + i)
    const ratio = v128.load(RATIO + i)
    const h = v128.load(H + i)
    const t = f64x2.mul(constant(0.5), s)
    const hh = f64x2.mul(h, h)
    const tt = f64x2.mul(t, t)
    const lnDensity = f64x2.sub(f64x2.mul(constant(-0.5), f64x2.add(hh, tt)), constant(0.9189385332046728))
    const second = f64x2.sub(hh, tt)
    const third = f64x2.sub(f64x2.sub(f64x2.mul(second, second), f64x2.mul(f64x2.mul(constant(3), h), h)), tt)
    const lower = v128.or(isNear(s, x), f64x2.le(f64x2.sub(t, h), constant(0)))
    const lnRatio = log(f64x2.mul(ratio, s))
    const below = f64x2.sub(f64x2.sub(v128.load(BETA + i), lnRatio), lnDensity)
    const above = f64x2.sub(f64x2.add(lnRatio, lnDensity), v128.load(ROOM + i))
    const newton = f64x2.mul(select(lower, below, above), ratio)
    const curve = f64x2.div(select(lower, constant(-1), one), ratio)
    const halley = f64x2.add(second, curve)
    const cubic = f64x2.add(
      third,
      f64x2.mul(curve, f64x2.add(f64x2.mul(constant(3), second), f64x2.mul(constant(2), curve))),
    )
    const top = f64x2.mul(newton, f64x2.add(one, f64x2.mul(f64x2.mul(constant(0.5), halley), newton)))
    const sixth = f64x2.mul(f64x2.mul(cubic, newton), constant(1.0 / 6.0))
    const bottom = f64x2.add(one, f64x2.mul(newton, f64x2.add(halley, sixth)))
    const next = f64x2.mul(s, f64x2.add(one, f64x2.div(top, bottom)))
    const change = f64x2.abs(f64x2.sub(next, s))
    const settled = select(active, next, s)
    const still = v128.and(active, f64x2.gt(change, f64x2.mul(constant(1e-4), settled)))
    v128.store(S + i, settled)
    v128.store(ACTIVE + i, still)
    moving = v128.or(moving, still)
  }
  return v128.any_true(moving)
}

@inline
function term(n: v128, before: v128, h: v128, last: v128): v128 {
  return f64x2.sub(f64x2.mul(n, before), f64x2.mul(h, last))
}

@inline
function nearMoneyRatio(t0: v128, h: v128, u: v128): v128 {
  const t1 = f64x2.sub(constant(1), f64x2.mul(h, t0))
  const t2 = f64x2.sub(t0, f64x2.mul(h, t1))
  const t3 = term(constant(2), t1, h, t2)
  const t4 = term(constant(3), t2, h, t3)
  const t5 = term(constant(4), t3, h, t4)
  const t6 = term(constant(5), t4, h, t5)
  const t7 = term(constant(6), t5, h, t6)
  const t8 = term(constant(7), t6, h, t7)
  const t9 = term(constant(8), t7, h, t8)
  const t10 = term(constant(9), t8, h, t9)
  const t11 = term(constant(10), t9, h, t10)
  const t12 = term(constant(11), t10, h, t11)
  const t13 = term(constant(12), t11, h, t12)
  const t14 = term(constant(13), t12, h, t13)
  const t15 = term(constant(14), t13, h, t14)
  let sum = f64x2.mul(t15, constant(1.0 / 1307674368000.0))
  sum = f64x2.add(f64x2.mul(t13, constant(1.0 / 6227020800.0)), f64x2.mul(u, sum))
  sum = f64x2.add(f64x2.mul(t11, constant(1.0 / 39916800.0)), f64x2.mul(u, sum))
  sum = f64x2.add(f64x2.mul(t9, constant(1.0 / 362880.0)), f64x2.mul(u, sum))
  sum = f64x2.add(f64x2.mul(t7, constant(1.0 / 5040.0)), f64x2.mul(u, sum))
  sum = f64x2.add(f64x2.mul(t5, constant(1.0 / 120.0)), f64x2.mul(u, sum))
  sum = f64x2.add(f64x2.mul(t3, constant(1.0 / 6.0)), f64x2.mul(u, sum))
  return f64x2.add(t1, f64x2.mul(u, sum))
}
