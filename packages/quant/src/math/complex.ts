/** A complex number re + i·im. */
export interface Complex {
  /** Real part. */
  readonly re: number
  /** Imaginary part. */
  readonly im: number
}

export const complex = (re: number, im = 0): Complex => ({ re, im })
export const add = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im })
export const subtract = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im })
export const scale = (a: Complex, by: number): Complex => ({ re: a.re * by, im: a.im * by })

export const multiply = (a: Complex, b: Complex): Complex => ({
  re: a.re * b.re - a.im * b.im,
  im: a.re * b.im + a.im * b.re,
})

export function divide(a: Complex, b: Complex): Complex {
  const size = b.re * b.re + b.im * b.im
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size }
}

export function complexExp(a: Complex): Complex {
  const size = Math.exp(a.re)
  return { re: size * Math.cos(a.im), im: size * Math.sin(a.im) }
}

/** Principal logarithm. */
export const complexLog = (a: Complex): Complex => ({
  re: Math.log(Math.hypot(a.re, a.im)),
  im: Math.atan2(a.im, a.re),
})

/** Principal square root: its real part is never negative. */
export function complexSqrt(a: Complex): Complex {
  const size = Math.hypot(a.re, a.im)
  const re = Math.sqrt(0.5 * (size + Math.abs(a.re)))
  const im = re === 0 ? 0 : a.im / (2 * re)
  if (a.re >= 0) return { re, im }
  return { re: Math.abs(im), im: a.im < 0 ? -re : re }
}
