import { describe, expect, test } from 'vitest'
import type { Deployment } from '../src/index.ts'
import { CORE_CONTRACTS, formatDeployment, KeelError, MalformedDeploymentError, parseDeployment } from '../src/index.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'

/** The sample with the field at a dotted path replaced; `undefined` removes it. */
function withField(path: string, value: unknown): string {
  const root = JSON.parse(formatDeployment(DEPLOYMENT))
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '')
  let at = root
  for (const key of keys.slice(0, -1)) at = at[key]
  at[keys.at(-1)!] = value
  return JSON.stringify(root)
}

function messageOf(json: string): string {
  try {
    parseDeployment(json)
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedDeploymentError)
    expect(error).toBeInstanceOf(KeelError)
    return (error as Error).message
  }
  return 'nothing was thrown'
}

describe('parseDeployment', () => {
  test('reads what formatDeployment writes', () => {
    expect(parseDeployment(formatDeployment(DEPLOYMENT))).toEqual(DEPLOYMENT)
    const empty: Deployment = { ...DEPLOYMENT, markets: [] }
    expect(parseDeployment(formatDeployment(empty))).toEqual(empty)
  })

  test('gives addresses with their checksum, however they were written', () => {
    const parsed = parseDeployment(withField('asset.address', addressOf(0xabcdef).toLowerCase()))
    expect(parsed.asset.address).toBe(addressOf(0xabcdef))
  })

  const addresses = [
    ...CORE_CONTRACTS.map((name) => `contracts.${name}`),
    'asset.address',
    'markets[0].underlying',
    'markets[0].feed',
    'markets[0].reactors[0]',
    'markets[0].reactors[1]',
  ]
  const naturals = ['chainId', 'asset.decimals', 'markets[0].id', 'markets[0].underlyingDecimals']
  const texts = ['asset.symbol', 'markets[0].symbol']
  const lists = ['markets', 'markets[0].reactors']
  const objects = ['contracts', 'asset', 'markets[0]']
  const cases: readonly (readonly [string, string, readonly unknown[]])[] = [
    ...addresses.map(
      (path) => [path, 'an address', [undefined, null, 1, '', '0x', '0x12', `${addressOf(1)}00`, {}]] as const,
    ),
    ...naturals.map((path) => [path, 'a natural number', [undefined, null, '1', -1, 1.5, 2 ** 53, []]] as const),
    ...texts.map((path) => [path, 'a text', [undefined, null, '', 1, {}]] as const),
    ...lists.map((path) => [path, 'a list', [undefined, null, '', 1, {}]] as const),
    ...objects.map((path) => [path, 'an object', [undefined, null, '', 1, []]] as const),
  ]

  test.each(cases)('names %s when it is not %s', (path, expected, bad) => {
    for (const value of bad) expect(messageOf(withField(path, value))).toContain(`${path} is not ${expected}`)
  })

  test('refuses an address whose checksum does not match', () => {
    const wrong = addressOf(0xabcdef)
      .replace(/[a-f]/g, (digit) => digit.toUpperCase())
      .replace('0X', '0x')
    const mixed = `${wrong.slice(0, -1)}${wrong.at(-1)!.toLowerCase()}`
    expect(mixed).not.toBe(addressOf(0xabcdef))
    expect(messageOf(withField('asset.address', mixed))).toContain('asset.address is not an address')
  })

  test.each(['', '{', 'undefined'])('says that %j is not JSON', (text) => {
    expect(messageOf(text)).toContain('the file is not JSON')
  })

  test.each(['null', '[]', '1', '"x"'])('says that %s is not an object', (text) => {
    expect(messageOf(text)).toContain('the file is not an object')
  })
})
