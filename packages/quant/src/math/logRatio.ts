import { powerOfTwo } from './powerOfTwo.ts'

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

const BUFFER = /* @__PURE__ */ new ArrayBuffer(8)
const DOUBLE = /* @__PURE__ */ new Float64Array(BUFFER)
const WORDS = /* @__PURE__ */ new Int32Array(BUFFER)
const HIGH = /* @__PURE__ */ (() => (new Int32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1))()

/**
 * ln(a/b) to full relative precision also where a is close to b, where `log(a / b)` would only see the rounding of the
 * quotient. Bit-identical on every engine.
 *
 * Domain: a and b positive, normal and finite, with a/b in [2^−1021, 2^1021]; otherwise `NaN`. Relative error below 3 ulp.
 *
 * Method: scale b by 2^n until a/b lies in [√½, √2); then a − b is exact and ln(a/b) = n·ln 2 + 2·atanh((a − b)/(a + b)).
 */
export function logRatio(a: number, b: number): number {
  DOUBLE[0] = a / b
  const high = WORDS[HIGH]! + 0x95f64
  const n = (high >> 20) - 1023
  const scaled = b * powerOfTwo(n)
  const s = (a - scaled) / (a + scaled)
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
  return n * LN2_HIGH + (2 * s + (s * tail + n * LN2_LOW))
}
