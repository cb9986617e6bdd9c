import { inverseNormalCdf } from '../math/inverseNormal.ts'
import { normalCdf, normalPdf } from '../math/normal.ts'

/** Coefficients of one row, lowest power first: 64 bytes, one line of a processor's cache. */
export const ROW = 8

/** Rows an octave of the normal draw's argument is split into. */
const PER_OCTAVE = 16
/** Octaves of |word + ½|, from ½ to below 2³¹. */
const OCTAVES = 32
/** First row's number as the top 16 bits of its doubles say it: sign, exponent, four bits of fraction. */
export const FIRST_DRAW_ROW = 0x3fe0
export const DRAW_ROWS = PER_OCTAVE * OCTAVES

/** Rows of the hedge ratio per unit of d₁, and the |d₁| beyond which it is 0 or 1 to rounding. */
export const PER_UNIT = 16
export const FURTHEST = 8.5
/** The row that belongs to d₁ = 0. */
export const MIDDLE_RATIO_ROW = PER_UNIT * FURTHEST
export const RATIO_ROWS = 2 * MIDDLE_RATIO_ROW + 1

let built: Float64Array | undefined

/**
 * Taylor rows of −Φ⁻¹(q/2³²) on each sixteenth of an octave of q, and after them those of Φ on each sixteenth of its argument. Built once,
 * from this library's own functions, so with the same bits everywhere.
 *
 * Errors: 4e-12 in the draw (the words themselves are 6e-10 apart there), 3e-16 in the ratio.
 */
export function hedgeTables(): Float64Array {
  if (built !== undefined) return built
  const tables = new Float64Array(ROW * (DRAW_ROWS + RATIO_ROWS))
  for (let row = 0; row < DRAW_ROWS; row++) tables.set(drawRow(row), ROW * row)
  for (let row = 0; row < RATIO_ROWS; row++) {
    tables.set(ratioRow((row - MIDDLE_RATIO_ROW) / PER_UNIT), ROW * (DRAW_ROWS + row))
  }
  built = tables
  return tables
}

/**
 * Derivatives of the quantile by its own value: x′ = 1/φ(x), x⁽ⁿ⁺¹⁾ from x⁽ⁿ⁾ by differentiating again. Source: Steinbrecher and Shaw 2008,
 * "Quantile mechanics", European J. Applied Mathematics 19, 87–112, §3.
 */
function drawRow(row: number): readonly number[] {
  let octave = 0.5
  for (let i = row; i >= PER_OCTAVE; i -= PER_OCTAVE) octave *= 2
  const centre = octave * (1 + ((row % PER_OCTAVE) + 0.5) / PER_OCTAVE)
  const x = -inverseNormalCdf(centre / 4294967296)
  const xx = x * x
  // Step of the quantile per unit of q; −Φ⁻¹ falls.
  const u = -1 / (4294967296 * normalPdf(x))
  // x is −Φ⁻¹, so odd derivatives of Φ⁻¹ keep their polynomial and even ones turn with x, as they do here.
  const p2 = x
  const p3 = 1 + 2 * xx
  const p4 = x * (7 + 6 * xx)
  const p5 = 7 + xx * (46 + 24 * xx)
  const p6 = x * (127 + xx * (326 + 120 * xx))
  const u2 = u * u
  const u3 = u2 * u
  return [x, u, (u2 * p2) / 2, (u3 * p3) / 6, (u3 * u * p4) / 24, (u3 * u2 * p5) / 120, (u3 * u3 * p6) / 720, 0]
}

/** Φ⁽ⁿ⁾ = (−1)ⁿ⁻¹·Heₙ₋₁·φ with Hermite's polynomials. */
function ratioRow(x: number): readonly number[] {
  const density = normalPdf(x)
  const row = [normalCdf(x), density]
  let [before, hermite, factorial] = [1, x, 1]
  for (let n = 2; n < ROW; n++) {
    factorial *= n
    row.push(((n % 2 === 0 ? -density : density) * hermite) / factorial)
    const next = x * hermite - (n - 1) * before
    before = hermite
    hermite = next
  }
  return row
}
