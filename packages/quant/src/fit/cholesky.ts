/**
 * Solves A·x = b for a symmetric positive definite A by Cholesky's method.
 *
 * @param matrix row-major n×n; only the lower triangle is read. Left as it was
 * @returns x, or `undefined` when A is not positive definite to working precision
 */
export function solveSymmetric(matrix: ArrayLike<number>, rightHandSide: ArrayLike<number>): Float64Array | undefined {
  const n = rightHandSide.length
  const factor = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!
      if (i !== j) factor[i * n + j] = sum / factor[j * n + j]!
      else if (sum > 0) factor[i * n + i] = Math.sqrt(sum)
      else return undefined
    }
  }
  const x = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = rightHandSide[i]!
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * x[k]!
    x[i] = sum / factor[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * x[k]!
    x[i] = sum / factor[i * n + i]!
  }
  return x
}
