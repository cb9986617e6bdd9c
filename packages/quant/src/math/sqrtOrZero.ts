/** √x, and 0 for a negative x; `NaN` stays `NaN`. */
export function sqrtOrZero(x: number): number {
  return x < 0 ? 0 : Math.sqrt(x)
}
