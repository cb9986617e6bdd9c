import { readdirSync, readFileSync } from 'node:fs'
import { format } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'

const EXAMPLES = new URL('../examples/', import.meta.url)

afterEach(() => vi.restoreAllMocks())

/** What an example prints, run as a program would be. */
async function printed(name: string): Promise<string> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {})
  await import(new URL(name, EXAMPLES).href)
  const text = print.mock.calls.map((line) => line.map((part) => format('%o', part).replace(/^'|'$/g, '')).join(' '))
  return text.join('\n')
}

/** The number that follows a word in a text. */
const after = (word: string, text: string): number => Number(new RegExp(`${word} +(-?[\\d.]+)`).exec(text)?.[1])

/** Mean of a payoff of a lognormal forward by the midpoint rule, apart from anything the library does. */
function expected(
  payoff: (price: number) => number,
  { forward, deviation }: { forward: number; deviation: number },
): number {
  const [n, width] = [200_000, 24]
  let sum = 0
  for (let i = 0; i < n; i++) {
    const z = -width / 2 + (width * (i + 0.5)) / n
    sum += payoff(forward * Math.exp(deviation * z - 0.5 * deviation ** 2)) * Math.exp(-0.5 * z * z)
  }
  return (sum * width) / n / Math.sqrt(2 * Math.PI)
}

test('every example has a test here', () => {
  expect(readdirSync(EXAMPLES).sort()).toEqual(['batch.ts', 'forecast.ts', 'hedge.ts', 'price.ts', 'surface.ts'])
})

test('examples/price.ts prints the price and Greeks that integration gives', async () => {
  const text = await printed('price.ts')
  const put = (change: { forward?: number; volatility?: number; days?: number }): number => {
    const { forward = 2450, volatility = 0.72, days = 30 } = change
    return expected((price) => Math.max(0, 2200 - price), { forward, deviation: volatility * Math.sqrt(days / 365) })
  }
  expect(after('price', text)).toBeCloseTo(put({}), 3)
  expect(after('delta', text)).toBeCloseTo((put({ forward: 2451 }) - put({ forward: 2449 })) / 2, 4)
  expect(after('vega', text)).toBeCloseTo((put({ volatility: 0.73 }) - put({ volatility: 0.71 })) / 2, 2)
  expect(after('theta', text)).toBeCloseTo((put({ days: 29.5 }) - put({ days: 30.5 })) / 1, 2)
  expect(after('back', text)).toBeCloseTo(0.72, 13)
})

test('examples/surface.ts prints the smile its chain was made with, and what it left out', async () => {
  const text = await printed('surface.ts')
  const lines = [...text.matchAll(/([\d.]+) % ([\d.]+) % ([\d.]+) % from (\d+) quotes/g)]
  expect(lines).toHaveLength(3)
  for (const [, low, atm, high] of lines) {
    expect(Math.abs(Number(low) - 61)).toBeLessThan(0.3)
    expect(Math.abs(Number(atm) - 60)).toBeLessThan(0.3)
    expect(Math.abs(Number(high) - 61)).toBeLessThan(0.3)
  }
  expect(text).toMatch(/'out-of-bounds', 1/)
  const used = lines.reduce((sum, line) => sum + Number(line[4]), 0)
  expect(used + 1 + Number(/'in-the-money', (\d+)/.exec(text)?.[1])).toBe(60)
})

test('examples/forecast.ts measures the volatility simulated, and a gain over the random walk', async () => {
  const text = await printed('forecast.ts')
  // Diffusion, and 30 jumps a year of mean −0.01 and deviation 0.04.
  const simulated = Math.sqrt(0.55 ** 2 + 30 * (0.04 ** 2 + 0.01 ** 2))
  expect(Math.abs(after('realised volatility', text) / simulated - 1)).toBeLessThan(0.02)
  expect(after('QLIKE', text)).toBeLessThan(0)
  expect(after('p', text)).toBeLessThan(0.05)
})

test('examples/batch.ts sums the vega that integration over its strikes gives', async () => {
  const text = await printed('batch.ts')
  const deviation = 0.7 * Math.sqrt(0.25)
  let mean = 0
  for (let strike = 1000.5; strike < 3000; strike++) {
    const d1 = Math.log(2000 / strike) / deviation + deviation / 2
    mean += (2000 * Math.sqrt(0.25) * Math.exp(-0.5 * d1 * d1)) / Math.sqrt(2 * Math.PI) / 2000
  }
  const rows = Math.ceil(1_000_000 / 4096) * 4096
  expect(Math.abs(after('total vega', text) / (rows * mean) - 1)).toBeLessThan(2e-3)
  expect(text).toMatch(/wasm-simd/)
})

test('examples/hedge.ts prints a premium of the model, costs that fall with the band and noise that rises', async () => {
  const text = await printed('hedge.ts')
  const lines = [...text.matchAll(/band ([\d.]+): premium ([\d.]+), profit (-?[\d.]+) ± ([\d.]+), cost ([\d.]+)/g)]
  const [tight, best, wide] = lines.map((line) => line.slice(1).map(Number)) as [number[], number[], number[]]
  const deviation = 0.72 * Math.sqrt(30 / 365)
  const premium = expected((price) => Math.max(0, price - 2600), { forward: 2450, deviation })
  for (const [, sold, profit, noise, cost] of [tight, best, wide] as unknown as number[][]) {
    expect(Math.abs(sold! - premium)).toBeLessThan(0.006)
    expect(Math.abs(profit! + cost!)).toBeLessThan((4 * noise!) / Math.sqrt(4000))
  }
  expect(tight[4]).toBeGreaterThan(2 * best[4]!)
  expect(best[4]).toBeGreaterThan(wide[4]!)
  expect(tight[3]).toBeLessThan(best[3]!)
  expect(best[3]).toBeLessThan(wide[3]!)
})

test('the library has no I/O, no clock, no chance, no dependencies and no globals but those of the language', () => {
  const sources = readdirSync(new URL('../src/', import.meta.url), { recursive: true, encoding: 'utf8' })
  for (const name of sources.filter((file) => file.endsWith('.ts'))) {
    const text = readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8').replace(
      /\/\*[\s\S]*?\*\/|\/\/.*/g,
      '',
    )
    expect(text, name).not.toMatch(
      /from '(?!\.)|Date\.now|new Date\(\)|Math\.random|console\.|\bprocess\.|fetch\(|node:/,
    )
    expect(text, name).not.toMatch(/\bBuffer\b|\bsetTimeout|\brequire\(|\bperformance\b|\bwindow\.|\bdocument\b/)
  }
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as object & {
    dependencies?: unknown
  }
  expect(dependencies).toBeUndefined()
})

/** Heston's engine and what it alone rests on: 1e-12 is promised there, not the bits. */
const NOT_TO_THE_BIT = ['engines/hestonEngine.ts', 'math/complex.ts', 'math/integrate.ts']

test('nothing but the Heston engine uses a function that ECMAScript leaves to the engine', () => {
  const engineDependent =
    /Math\.(exp|log|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot|expm1|log1p|log2|log10)\b|\*\*/
  const names = readdirSync(new URL('../src/', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.replaceAll('\\', '/'))
  expect(names).toEqual(expect.arrayContaining(NOT_TO_THE_BIT))
  for (const name of names.filter((one) => !NOT_TO_THE_BIT.includes(one))) {
    const text = readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8').replace(
      /\/\*[\s\S]*?\*\/|\/\/.*/g,
      '',
    )
    expect(text, name).not.toMatch(engineDependent)
    expect(text, name).not.toMatch(/import [^']*from '[^']*(complex|integrate)\.ts'/)
  }
})
