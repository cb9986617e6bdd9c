import { powerOfTwo } from './powerOfTwo.ts'

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

const BUFFER = /* @__PURE__ */ new ArrayBuffer(8)
const DOUBLE = /* @__PURE__ */ new Float64Array(BUFFER)
const WORDS = /* @__PURE__ */ new Int32Array(BUFFER)
const HIGH = /* @__PURE__ */ (() => (new Int32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1))()

/**
 * Natural logarithm from additions, multiplications and one division only, so every engine returns the same bits.
 *
 * Error below 1 ulp. Domain: x ≥ 0, subnormals included; `log(0)` is `-Infinity`, a negative x or `NaN` gives `NaN`.
 *
 * Method: x = 2^n·m with m in [√½, √2), s = (m − 1)/(m + 1), ln m = 2·atanh(s) with the tail of the series
 * fitted at Chebyshev nodes in 50 digits (error of the fit 1e-17 of s), summed around m − 1 so that nothing cancels near 1.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  let n = 0
  if (x < 1e-300) {
    x *= 18014398509481984 // 2^54
    n = -54
  } else if (x > 1e300) {
    x *= 5.551115123125783e-17 // 2^−54
    n = 54
  }
  DOUBLE[0] = x
  // 0x95f64 rounds the top bits of the fraction up so that m lands in [√½, √2).
  const shift = ((WORDS[HIGH]! + 0x95f64) >> 20) - 1023
  n += shift
  const f = x * powerOfTwo(-shift) - 1
  const s = f / (2 + f)
  const z = s * s
  const tail =
    z *
    (0.666666666666667 +
      z *
        (0.3999999999989827 +
          z *
            (0.2857142862653362 +
              z *
                (0.22222211043776857 + z * (0.18182895750119193 + z * (0.1533150161114533 + z * 0.1461916613488797))))))
  const halfSquare = 0.5 * f * f
  return n * LN2_HIGH - (halfSquare - (s * (halfSquare + tail) + n * LN2_LOW) - f)
}
