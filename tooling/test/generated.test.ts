import { describe, expect, test } from 'vitest'
import type { Artifact } from '../artifacts.ts'
import { findTooLarge, generatedFiles } from '../generated.ts'

const artifact = (name: string, given: Partial<Artifact> = {}): Artifact => ({
  name,
  source: `contracts/src/${name}.sol`,
  abi: [
    { type: 'function', name: 'b', inputs: [] },
    { type: 'function', name: 'a', inputs: [{ type: 'uint256' }] },
  ],
  bytecode: '0x60',
  runtimeBytes: 1,
  ...given,
})

describe('generated files', () => {
  test('do not depend on the order of artifacts or of ABI items', () => {
    const [x, y] = [artifact('X'), artifact('Y')]
    expect([...generatedFiles([y, { ...x, abi: [...x.abi].reverse() }])]).toEqual([...generatedFiles([x, y])])
  })

  test('keep bytecode out of the ABI entry', () => {
    const files = generatedFiles([artifact('Market')])
    expect(files.get('contracts/generated/index.ts')).toContain("export { marketAbi } from './Market.ts'")
    expect(files.get('contracts/generated/index.ts')).not.toContain('Bytecode')
    expect(files.get('contracts/generated/MarketBytecode.ts')).toContain("'0x60'")
  })

  test('give an interface an ABI only, and a library without an ABI nothing', () => {
    const files = generatedFiles([
      artifact('IMarket', { bytecode: undefined }),
      artifact('L', { abi: [], bytecode: undefined }),
    ])
    expect(files.has('contracts/generated/IMarket.ts')).toBe(true)
    expect(files.has('contracts/generated/IMarketBytecode.ts')).toBe(false)
    expect(files.has('contracts/generated/L.ts')).toBe(false)
  })

  test('name variables after contracts', () => {
    const index = generatedFiles(['SpotOracle', 'IMarket', 'ERC20Token'].map((name) => artifact(name))).get(
      'contracts/generated/index.ts',
    )
    for (const name of ['spotOracleAbi', 'iMarketAbi', 'erc20TokenAbi']) expect(index).toContain(name)
  })

  test('refuse two contracts of one name', () => {
    expect(() => generatedFiles([artifact('X'), artifact('X', { source: 'contracts/src/other/X.sol' })])).toThrow(
      'Rename one',
    )
  })
})

test('a contract keeps a tenth of the size limit free', () => {
  expect(findTooLarge([artifact('Fits', { runtimeBytes: 22_118 })])).toEqual([])
  expect(findTooLarge([artifact('Large', { runtimeBytes: 22_119 })])).toHaveLength(1)
})
