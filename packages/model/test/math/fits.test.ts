import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { larger, smaller } from '../../src/math/word.ts'

/** What the contracts and the model carry of each fit, and the errors it comes to: vectors/math-fits.json, 70 digits. */

type Fit = { readonly [name in 'names' | 'values' | 'best' | 'x' | 'truth' | 'weight']: readonly string[] } & {
  readonly extremes: string
}
type Evaluated = { readonly value: bigint; readonly leastDenominator: bigint }

const ROOT = new URL('../../../../', import.meta.url)
const textOf = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')
const fits: Readonly<Record<string, Fit>> = JSON.parse(textOf('vectors/math-fits.json'))

const SCALE = 200n
const ONE = 1n << SCALE
const times = (a: bigint, b: bigint): bigint => (a * b) >> SCALE
const over = (a: bigint, b: bigint): bigint => (a << SCALE) / b
const size = (x: bigint): bigint => (x < 0n ? -x : x)
const least = (xs: readonly bigint[]): bigint => xs.map(size).reduce(smaller)
const largest = (xs: readonly bigint[]): bigint => xs.map(size).reduce(larger)

/** a0/(x + c0 + a1/(x + c1 + …)), a and c alternating, and the least of its denominators. */
const jacobi = (pairs: readonly bigint[], x: bigint): Evaluated => {
  const denominators: bigint[] = []
  let value = 0n
  for (let i = pairs.length - 2; i >= 0; i -= 2) {
    denominators.push(x + pairs[i + 1]! + value)
    value = over(pairs[i]!, denominators.at(-1)!)
  }
  return { value, leastDenominator: least(denominators) }
}

/** t·(a0 + a1/(c1 − u − a2/(c2 − u − a3/(c3 − u)))) */
const logarithm = ([a0, ...rest]: readonly bigint[], t: bigint): Evaluated => {
  const { value, leastDenominator } = jacobi(
    rest.map((each) => -each),
    times(t, t),
  )
  return { value: times(t, a0! + value), leastDenominator }
}

/** (g + f)/(g − f) with g = b0 − b1/(u + d1 − b2/(u + d2)) */
const power = ([b0, b1, d1, b2, d2]: readonly bigint[], f: bigint): Evaluated => {
  const { value, leastDenominator } = jacobi([-b1!, d1!, -b2!, d2!], times(f, f))
  const g = b0! + value
  return { value: over(g + f, g - f), leastDenominator: smaller(leastDenominator, g - f) }
}
/** The constants `NAME = digits` of a text, what is called MINUS_… or begins with a minus being below zero. */
const constantsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/\b(MINUS_)?([ABCD]\d) = (-?\d+)/g)].map(([, minus, name, digits]) => [
      name!,
      `${minus ? '-' : ''}${digits}`,
    ]),
  )

type Said = {
  readonly files: readonly [contract: string, model: string]
  readonly evaluate: (coefficients: readonly bigint[], x: bigint) => Evaluated
  /** Binary digits below the point, of one place after the other. */
  readonly bits: readonly bigint[]
  /** What the comment in the contract allows the error, and how near to zero a denominator comes, both over 10^24. */
  readonly error: bigint
  readonly denominator: bigint
}

const SAID: Readonly<Record<string, Said>> = {
  ln: {
    files: ['contracts/src/math/Ln.sol', 'packages/model/src/math/ln.ts'],
    evaluate: logarithm,
    bits: [96n, 192n, 96n, 192n, 96n, 192n, 96n],
    error: 45_000n, // 4.5e-20 at the last m, before it 4.2e-20
    denominator: 127n * 10n ** 22n,
  },
  exp: {
    files: ['contracts/src/math/ExpCoefficients.sol', 'packages/model/src/math/exp.ts'],
    evaluate: power,
    bits: [64n, 128n, 64n, 128n, 64n],
    error: 845_000n, // 8.45e-19, in the comment 8.4e-19
    denominator: 23n * 10n ** 23n,
  },
  mills: {
    files: ['contracts/src/math/MillsCoefficients.sol', 'packages/model/src/math/normalCdf.ts'],
    evaluate: jacobi,
    bits: [128n, 64n],
    error: 46_500_000n, // 4.65e-17, in the comment 4.7e-17
    denominator: 76n * 10n ** 22n,
  },
}
const UNIT = 10n ** 24n

describe.each(Object.entries(SAID))('the fit of %s', (name, said) => {
  const { names, values, best, x, truth, weight, extremes } = fits[name]!
  const scaled = (integers: readonly string[]): bigint[] =>
    integers.map((integer, i) => BigInt(integer) << (SCALE - said.bits[i % said.bits.length]!))
  const points = x.map(BigInt)
  const errorsOf = (coefficients: readonly bigint[]): bigint[] =>
    points.map((point, i) => times(BigInt(weight[i]!), said.evaluate(coefficients, point).value - BigInt(truth[i]!)))
  const carried = scaled(values)

  it.each(said.files)('stands in %s to the last digit', (file) => {
    const found = constantsOf(textOf(file))
    expect(names.map((each) => found.get(each))).toEqual(values)
  })

  it('is as close as its comment says, and no denominator comes near to zero', () => {
    expect((largest(errorsOf(carried)) * UNIT) / ONE).toBeLessThan(said.error)
    const denominators = points.map((point) => said.evaluate(carried, point).leastDenominator)
    expect((least(denominators) * UNIT) / ONE).toBeGreaterThan(said.denominator)
  })

  it('has its greatest errors in turn above and below, level within 1 %', () => {
    const greatest = errorsOf(carried).slice(0, Number(extremes))
    greatest.forEach((error, i) => {
      if (i > 0) expect(error < 0n).toBe(greatest[i - 1]! > 0n)
    })
    expect(least(greatest) * 100n).toBeGreaterThan(largest(greatest) * 99n)
  })

  it('is no closer than the best of its form', () => {
    const greatest = (coefficients: bigint[]): bigint => largest(errorsOf(coefficients).slice(0, Number(extremes)))
    expect(greatest(scaled(best))).toBeLessThan(greatest(carried))
  })
})

describe('the fit of ln as wad', () => {
  const DOWN = 12n // from Q96 and Q192 to Q84 and Q180
  const WAD = 10n ** 18n

  it.each(SAID.ln!.files)('is in %s the one in plain numbers', (file) => {
    const wads = [...textOf(file).matchAll(/\bWAD_(A\d) = (\d+)/g)]
    const rounded = wads.map(([, name, digits]) => [name, String(((BigInt(digits!) << DOWN) + WAD / 2n) / WAD)])
    const plain = constantsOf(textOf(file))
    expect(rounded).toEqual(['A0', 'A1'].map((name) => [name, plain.get(name)]))
  })
})
