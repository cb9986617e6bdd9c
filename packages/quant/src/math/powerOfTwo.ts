const LOWEST = -1022
const TABLE = /* @__PURE__ */ (() => {
  const table = new Float64Array(2046)
  let value = 2.2250738585072014e-308
  for (let i = 0; i < table.length; i++) {
    table[i] = value
    value *= 2
  }
  return table
})()

/** 2^n exactly, for an integer n in [−1022, 1023]; `NaN` outside it. A table, since `2 ** n` may be inexact. */
export function powerOfTwo(n: number): number {
  return TABLE[n - LOWEST] ?? Number.NaN
}
