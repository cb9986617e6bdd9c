import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wadFromFloat } from '../../src/fromFloat.ts'
import { price, YEAR } from '../../src/math/black76.ts'

type Row = Readonly<Record<string, string>>

const WAD = 10n ** 18n

/** Rows of a table beside the repository (directory `KEEL_VECTORS`, or `shared/vectors` next to it), if it is there. */
function readOuterVectors(name: string): readonly Row[] | undefined {
  const candidates = [process.env.KEEL_VECTORS, '../../../../../shared/vectors', '../../../../../../shared/vectors']
  for (const directory of candidates) {
    if (directory === undefined) continue
    const url = new URL(`${directory.replace(/\/$/, '')}/${name}`, import.meta.url)
    if (existsSync(url)) return parse(readFileSync(url, 'utf8'))
  }
  return undefined
}

function parse(text: string): readonly Row[] {
  const [header, ...lines] = text
    .trim()
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
  const names = header!.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [names[i]!, value])))
}

/** A decimal, with an exponent of any size, as a wad rounded down; never a float on the way. */
function wadFromText(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = BigInt(whole + fraction)
  const shift = 18 + Number(exponent) - fraction.length
  if (shift >= 0) return digits * 10n ** BigInt(shift)
  // What has no digit left in a wad need not be divided by ten to the millionth
  return -shift > (whole + fraction).length ? 0n : digits / 10n ** BigInt(-shift)
}

/** A year or a share of one, to the second. */
function seconds(text: string): bigint {
  const [top = '', bottom = '1'] = text.split('/')
  return (wadFromText(top) * YEAR) / wadFromText(bottom)
}

const size = (x: bigint): bigint => (x < 0n ? -x : x)

function table(name: string, run: (rows: readonly Row[]) => void): void {
  const rows = readOuterVectors(name)
  const what = rows ? 'every row' : 'not beside the repository, vectors/math-reference.json stands alone'
  // Larger and printed tables are not part of the repository; the test's name says when one was not beside it.
  it.skipIf(rows === undefined)(`${name}: ${what}`, () => run(rows ?? []))
}

describe('the price against tables beside the repository', () => {
  table('black76-high-precision.csv', (rows) => {
    expect(rows.length).toBeGreaterThan(80)
    const forward = 2000n * WAD
    for (const row of rows) {
      const strike = 2000n * wadFromText(row.k_over_f!)
      const volatility = wadFromText(row.sigma!)
      const found = price({ forward, strike, discount: WAD, volatility, tau: seconds(row.T_years!) })
      // 1e-14 of the greater price and 3 wei
      const tolerance = (forward > strike ? forward : strike) / 10n ** 14n + 3n
      for (const side of ['call', 'put'] as const) {
        const [got, expected] = [found[side], wadFromText(row[side]!)]
        const what = `${side}, K/F ${row.k_over_f}, T ${row.T_years}, vol ${row.sigma}: ${got} for ${expected}`
        expect(size(got - expected) <= tolerance, what).toBe(true)
      }
    }
  })

  table('haug-1998-european.csv', (rows) => {
    expect(rows).toHaveLength(43)
    for (const row of rows) {
      const years = Number(row.t)
      const found = price({
        forward: wadFromFloat(Number(row.spot) * Math.exp((Number(row.r) - Number(row.q)) * years)),
        strike: wadFromText(row.strike!),
        discount: wadFromFloat(Math.exp(-Number(row.r) * years)),
        volatility: wadFromText(row.vol!),
        tau: seconds(row.t!),
      })
      const got = row.type === 'Call' ? found.call : found.put
      const what = `${row.type} ${row.strike} at ${row.spot}, t ${row.t}, vol ${row.vol}: ${got} for ${row.value}`
      expect(size(got - wadFromText(row.value!)) <= wadFromText(row.tol!), what).toBe(true)
    }
  })
})
