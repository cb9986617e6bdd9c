import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyOf, openCache } from '../solc/cache.cjs'
import { compileInShares } from '../solc/compile.cjs'
import { merge, split } from '../solc/shares.cjs'
import { VERSION } from '../solc/version.cjs'

const require = createRequire(import.meta.url)

let cacheDir = ''
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'keel-solc-'))
})
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }))

const OUTPUTS = { '*': ['abi', 'evm.bytecode.object', 'evm.bytecode.sourceMap', 'metadata'], '': ['ast'] }

/** Four contracts over a library in another file; padded, so that they are worth splitting. */
function input() {
  const padding = `// ${'x'.repeat(20_000)}\n`
  const contract = (name: string, base = '') =>
    `${padding}pragma solidity ^0.8.30;\nimport {L} from "./L.sol";\n${base}contract ${name} { function f(uint256 x) external pure returns (uint256) { return L.twice(x) + ${name.length}; } }`
  const sources = {
    'src/L.sol': {
      content:
        'pragma solidity ^0.8.30;\nlibrary L { function twice(uint256 x) internal pure returns (uint256) { return 2 * x; } }',
    },
    'src/One.sol': { content: contract('One') },
    'src/Three.sol': { content: contract('Three') },
    'src/Fives.sol': {
      content: contract(
        'Fives',
        'import {One} from "./One.sol";\ncontract Makes { function g() external returns (One) { return new One(); } }\n',
      ),
    },
  }
  const outputSelection = Object.fromEntries(Object.keys(sources).map((file) => [file, OUTPUTS]))
  return { language: 'Solidity', sources, settings: { viaIR: true, optimizer: { enabled: true }, outputSelection } }
}

describe('the compiler in shares', () => {
  test('gives what one compiler gives', async () => {
    const text = JSON.stringify(input())
    const plain = JSON.parse(require('solc').compile(text))
    expect(split(input(), 2)).toHaveLength(2)
    const shared = JSON.parse(await compileInShares({ input: text, cacheDir, workers: 2 }))
    expect(shared.contracts).toEqual(plain.contracts)
    expect(shared.sources).toEqual(plain.sources)
    const messages = (output: { errors: { formattedMessage: string }[] }) =>
      output.errors.map((each) => each.formattedMessage).sort()
    expect(messages(shared)).toEqual(messages(plain))
  })

  test('answers from disk when it knows the input', async () => {
    const text = JSON.stringify(input())
    const shares = split(input(), 2).map((share: unknown) => JSON.stringify(share))
    openCache(cacheDir).write(keyOf({ version: VERSION, input: shares.join('\n') }), 'as kept')
    expect(await compileInShares({ input: text, cacheDir, workers: 2 })).toBe('as kept')
  })

  test('knows its version without asking the compiler', () => {
    expect(require('solc').version()).toBe(VERSION)
  })

  test('has the stack for a deep syntax tree', async () => {
    const sum = Array.from({ length: 12_000 }, () => 'a').join('+')
    const content = `pragma solidity ^0.8.30; contract X { function f(uint256 a) external pure returns (uint256) { return ${sum}; } }`
    const settings = { outputSelection: { '*': { '*': ['abi'] } } }
    const text = JSON.stringify({ language: 'Solidity', sources: { 'X.sol': { content } }, settings })
    const output = JSON.parse(await compileInShares({ input: text, cacheDir }))
    expect(output.contracts['X.sol'].X.abi).toHaveLength(1)
  })
})

describe('shares', () => {
  test('give each file to one compiler and every source to each', () => {
    const shares = split(input(), 2)
    const files = shares.flatMap((share: ReturnType<typeof input>) => Object.keys(share.settings.outputSelection))
    expect(files.sort()).toEqual(Object.keys(input().sources).sort())
    for (const share of shares) expect(share.sources).toEqual(input().sources)
  })

  test('take the older pipeline for tests, and for nothing that is measured or deployed', () => {
    const text = (name: string, from: string) => ({
      content: `// ${'x'.repeat(40_000)}\nimport {L} from "${from}L.sol";\ncontract ${name} {}`,
    })
    const sources = {
      'contracts/src/math/L.sol': { content: 'library L {}' },
      'contracts/src/Vault.sol': text('Vault', './math/'),
      'contracts/test/unit/vault/Vault.t.sol': text('VaultTest', '../../../src/math/'),
      'contracts/test/unit/vault/VaultGas.t.sol': text('VaultGasTest', '../../../src/math/'),
      'contracts/test/utils/mocks/vault/MockToken.sol': text('MockToken', '../../'),
      'contracts/test/unit/math/L.t.sol': text('LTest', '../../../src/math/'),
      'contracts/test/gas/BookGas.t.sol': text('BookGasTest', '../utils/'),
      'contracts/test/utils/L.sol': { content: 'library L {}' },
    }
    const outputSelection = Object.fromEntries(Object.keys(sources).map((file) => [file, OUTPUTS]))
    const shares = split({ language: 'Solidity', sources, settings: { viaIR: true, outputSelection } }, 2)
    const older = shares.filter(({ settings }: ReturnType<typeof input>) => !settings.viaIR)
    expect(
      older.flatMap((share: ReturnType<typeof input>) => Object.keys(share.settings.outputSelection)).sort(),
    ).toEqual(['contracts/test/unit/vault/Vault.t.sol', 'contracts/test/unit/vault/VaultGas.t.sol'])
  })

  test('leave a small input whole', () => {
    const small = { ...input(), sources: { 'src/L.sol': input().sources['src/L.sol'] } }
    expect(split(small, 2)).toEqual([small])
  })

  test('name a warning once', () => {
    const error = { severity: 'warning', formattedMessage: 'w' }
    expect(merge([{ errors: [error] }, { errors: [error, { ...error, formattedMessage: 'v' }] }]).errors).toHaveLength(
      2,
    )
  })
})

test('the cache drops what was used least lately', async () => {
  const cache = openCache(cacheDir, { maxBytes: 70 })
  for (const key of ['a', 'b', 'c']) {
    cache.write(key, `text of ${key}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
    cache.read('a')
  }
  expect(cache.read('a')).toBe('text of a')
  expect(cache.read('b')).toBeUndefined()
  expect(readdirSync(cacheDir).length).toBeLessThan(3)
})
