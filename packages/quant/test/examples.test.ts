import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'

const EXAMPLES = new URL('../examples/', import.meta.url)

afterEach(() => vi.restoreAllMocks())

test.each(readdirSync(EXAMPLES))('examples/%s runs and prints', async (name) => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {})
  await import(new URL(name, EXAMPLES).href)
  expect(print.mock.calls.length).toBeGreaterThan(0)
  expect(print.mock.calls.flat().join(' ')).not.toMatch(/NaN|undefined/)
})

test('the library has no I/O, no clock, no chance and no dependencies', () => {
  const sources = readdirSync(new URL('../src/', import.meta.url), { recursive: true, encoding: 'utf8' })
  for (const name of sources.filter((file) => file.endsWith('.ts'))) {
    const text = readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8')
    expect(text, name).not.toMatch(/from '(?!\.)|Date\.now|Math\.random|console\.|process\.|fetch\(|node:/)
  }
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as object & {
    dependencies?: unknown
  }
  expect(dependencies).toBeUndefined()
})

test('what is promised bit-identical uses no engine-dependent function', () => {
  const promised = [
    'math/exp',
    'math/log',
    'math/logRatio',
    'math/mills',
    'math/normal',
    'math/inverseNormal',
    'black/black76',
  ]
  const more = [
    'implied/impliedDeviation',
    'implied/impliedVolatility',
    'random/random',
    'random/poisson',
    'svi/fit',
    'svi/slice',
  ]
  const rest = [
    'svi/checks',
    'svi/objective',
    'svi/start',
    'svi/wings',
    'chain/fitChain',
    'chain/fitSmile',
    'chain/smile',
  ]
  const engineDependent =
    /Math\.(exp|log|pow|sin|cos|tan|atan|atan2|sinh|cosh|tanh|cbrt|hypot|expm1|log1p|log2|log10)\b|\*\*/
  for (const name of [
    ...promised,
    ...more,
    ...rest,
    'processes/jumpDiffusion',
    'fit/levenbergMarquardt',
    'fit/cholesky',
  ]) {
    const text = readFileSync(new URL(`../src/${name}.ts`, import.meta.url), 'utf8').replace(/\/\*\*?[\s\S]*?\*\//g, '')
    expect(text, name).not.toMatch(engineDependent)
  }
})
