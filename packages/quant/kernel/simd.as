// AssemblyScript (a dialect of TypeScript): two doubles at a time, operation for operation the functions in src/math.
// `npm run generate -w packages/quant` compiles it into src/kernel/code.ts.

/**
 * Both lanes the same. Where x is a literal, `generate.mjs` puts it into a table and this becomes one load: engines otherwise build
 * each constant anew from integer registers, which costs more than the arithmetic it is for.
 */
@inline
export function constant(x: f64): v128 {
  return f64x2.splat(x)
}

@inline
function step(sum: v128, x: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(sum, x), c)
}

@inline
export function select(mask: v128, yes: v128, no: v128): v128 {
  return v128.bitselect(yes, no, mask)
}

/** e^r, r what remains of x once n·ln 2 is taken off; `shifted` holds n in its low bits. */
@inline
function reduced(x: v128, shifted: v128): v128 {
  const n = f64x2.sub(shifted, constant(6755399441055744))
  const high = f64x2.sub(x, f64x2.mul(n, constant(0.6931471803691238)))
  const low = f64x2.mul(n, constant(1.9082149292705877e-10))
  const r = f64x2.sub(high, low)
  const t = f64x2.mul(r, r)
  let p = constant(4.1437096880780196e-8)
  p = f64x2.add(constant(-1.6534058842837582e-6), f64x2.mul(t, p))
  p = f64x2.add(constant(6.613756470855508e-5), f64x2.mul(t, p))
  p = f64x2.add(constant(-0.0027777777777562864), f64x2.mul(t, p))
  p = f64x2.add(constant(0.1666666666666666), f64x2.mul(t, p))
  const c = f64x2.sub(r, f64x2.mul(t, p))
  return f64x2.sub(
    constant(1),
    f64x2.sub(f64x2.sub(low, f64x2.div(f64x2.mul(r, c), f64x2.sub(constant(2), c))), high),
  )
}

@inline
function shiftedExponent(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, constant(1.4426950408889634)), constant(6755399441055744))
}

/** e^x for x ≤ 700. */
@inline
export function expAny(x0: v128): v128 {
  const x = f64x2.pmax(constant(-746), x0)
  const shifted = shiftedExponent(x)
  const y = reduced(x, shifted)
  // The low words of `shifted` hold n; only the low 12 bits of each lane survive the shift by 52.
  const half = i32x4.shr_s(shifted, 1)
  const rest = i64x2.sub(shifted, half)
  const bias = i64x2.splat(1023)
  const first = i64x2.shl(i64x2.add(half, bias), 52)
  const second = i64x2.shl(i64x2.add(rest, bias), 52)
  return f64x2.mul(f64x2.mul(y, first), second)
}

/** e^x for |x| ≤ 700, where one power of two is enough: the bits are the same. */
@inline
export function expModerate(x: v128): v128 {
  const shifted = shiftedExponent(x)
  return f64x2.mul(reduced(x, shifted), i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52))
}

/** Biased exponent of each lane once its fraction is rounded up past √2. */
@inline
function biasedExponent(x: v128): v128 {
  return i64x2.shr_u(i64x2.add(x, i64x2.splat(0x95f64 << 32)), 52)
}

/** Small biased exponents as doubles, without the bias. */
@inline
function toDouble(biased: v128): v128 {
  return f64x2.sub(i64x2.add(biased, i64x2.splat(0x4338000000000000 - 1023)), constant(6755399441055744))
}

/** z·P(z), the tail of 2·atanh. */
@inline
function atanhTail(z: v128): v128 {
  let p = constant(0.1461916613488797)
  p = f64x2.add(constant(0.1533150161114533), f64x2.mul(z, p))
  p = f64x2.add(constant(0.18182895750119193), f64x2.mul(z, p))
  p = f64x2.add(constant(0.22222211043776857), f64x2.mul(z, p))
  p = f64x2.add(constant(0.2857142862653362), f64x2.mul(z, p))
  p = f64x2.add(constant(0.3999999999989827), f64x2.mul(z, p))
  p = f64x2.add(constant(0.666666666666667), f64x2.mul(z, p))
  return f64x2.mul(z, p)
}

/** ln x for x in [1e-300, 1e300]. */
@inline
export function log(x: v128): v128 {
  const biased = biasedExponent(x)
  const n = toDouble(biased)
  // 2^−n has the biased exponent 2046 − biased.
  const inverse = i64x2.shl(i64x2.sub(i64x2.splat(2046), biased), 52)
  const f = f64x2.sub(f64x2.mul(x, inverse), constant(1))
  const s = f64x2.div(f, f64x2.add(constant(2), f))
  const tail = atanhTail(f64x2.mul(s, s))
  const halfSquare = f64x2.mul(f64x2.mul(constant(0.5), f), f)
  const inner = f64x2.add(f64x2.mul(s, f64x2.add(halfSquare, tail)), f64x2.mul(n, constant(1.9082149292705877e-10)))
  return f64x2.sub(f64x2.mul(n, constant(0.6931471803691238)), f64x2.sub(f64x2.sub(halfSquare, inner), f))
}

/** ln(a/b), given the quotient in [1e-300, 1e300]. */
@inline
export function logRatio(a: v128, b: v128, quotient: v128): v128 {
  const biased = biasedExponent(quotient)
  const n = toDouble(biased)
  const scaled = f64x2.mul(b, i64x2.shl(biased, 52))
  const s = f64x2.div(f64x2.sub(a, scaled), f64x2.add(a, scaled))
  const tail = atanhTail(f64x2.mul(s, s))
  const inner = f64x2.add(f64x2.mul(s, tail), f64x2.mul(n, constant(1.9082149292705877e-10)))
  return f64x2.add(f64x2.mul(n, constant(0.6931471803691238)), f64x2.add(f64x2.mul(constant(2), s), inner))
}

/** Mills ratio for 0 ≤ x ≤ 1e9. */
@inline
export function mills(x: v128): v128 {
  let p = constant(7.935928384543904e-7)
  let q = constant(7.935928384543904e-7)
  p = step(p, x, constant(2.349252043903252e-5))
  q = step(q, x, constant(2.3492520439032542e-5))
  p = step(p, x, constant(0.0003439325430947345))
  q = step(q, x, constant(0.0003447261359331769))
  p = step(p, x, constant(0.0032307148288639154))
  q = step(q, x, constant(0.0032542073493054993))
  p = step(p, x, constant(0.021383090749118133))
  q = step(q, x, constant(0.021725436106258347))
  p = step(p, x, constant(0.10370949958013412))
  q = step(q, x, constant(0.10689322938619154))
  p = step(p, x, constant(0.37256505313148214))
  q = step(q, x, constant(0.3932682139475951))
  p = step(p, x, constant(0.9795749622515483))
  q = step(q, x, constant(1.077057980795958))
  p = step(p, x, constant(1.8109533667238085))
  q = step(q, x, constant(2.144132315209109))
  p = step(p, x, constant(2.1432589021083794))
  q = step(q, x, constant(2.9459924983954857))
  p = step(p, x, constant(1.2533141373155003))
  q = step(q, x, constant(2.5079577485984417))
  q = step(q, x, constant(1))
  return f64x2.div(p, q)
}

/** Rows of a block, and the bytes of one scratch column; scratch begins at address 0. */
export const BLOCK: i32 = 128
export const COLUMN: usize = 1024

/** Forwards, and their ratio to the strike, outside this range are left to the reference. */
@inline
export function inRange(x: v128): v128 {
  return v128.and(f64x2.ge(x, constant(1e-300)), f64x2.le(x, constant(1e300)))
}

