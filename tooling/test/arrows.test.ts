import { describe, expect, test } from 'vitest'
import { findWrongArrows } from '../arrows.ts'

const manifests = {
  '.': { devDependencies: { vitest: '1' } },
  contracts: { name: '@keel/contracts' },
  'packages/model': { name: '@keel/model' },
  'packages/quant': { name: '@keel/quant', dependencies: { '@keel/model': '1' } },
  'packages/sdk': { name: '@keel/sdk', dependencies: { '@keel/contracts': '1', '@keel/model': '1', viem: '1' } },
  'packages/keepers': { name: '@keel/keepers' },
  'packages/lab': { name: '@keel/lab', dependencies: { '@keel/contracts': '1' } },
  'apps/cli': { name: '@keel/cli' },
  'apps/web': { name: '@keel/web' },
}

const typescript = (path: string, text: string) =>
  findWrongArrows({ manifests, solidity: [], typescript: [{ path, text }] })

describe('TypeScript imports', () => {
  test.each([
    ['packages/quant/src/a.ts', '@keel/model'],
    ['packages/sdk/src/a.ts', '@keel/contracts/generated'],
    ['packages/sdk/src/a.ts', 'viem/chains'],
    ['packages/lab/src/a.ts', '@keel/contracts/generated/local'],
    ['packages/lab/src/a.ts', '@keel/keepers'],
    ['apps/cli/src/a.ts', '@keel/lab'],
    ['apps/web/src/a.tsx', '@keel/quant'],
    ['packages/sdk/src/deep/a.ts', '../b.ts'],
    ['packages/sdk/test/a.test.ts', '@keel/contracts/generated/local/bytecode'],
    ['packages/model/test/a.test.ts', 'vitest'],
    ['packages/quant/src/a.ts', 'node:fs'],
  ])('%s may import %s', (path, to) => {
    expect(typescript(path, `import { x } from '${to}'`)).toEqual([])
  })

  test.each([
    ['packages/model/src/a.ts', 'node:fs'],
    ['packages/model/src/a.ts', 'viem'],
    ['packages/sdk/src/a.ts', '@keel/quant'],
    ['packages/quant/src/a.ts', '@keel/sdk'],
    ['packages/keepers/src/a.ts', '@keel/lab'],
    ['packages/keepers/src/a.ts', '@keel/contracts/generated'],
    ['packages/lab/src/a.ts', '@keel/contracts/generated'],
    ['packages/sdk/src/a.ts', '@keel/contracts/generated/local'],
    ['packages/lab/src/a.ts', '@keel/cli'],
    ['packages/quant/src/a.ts', '@keel/model/src/index.ts'],
    ['packages/quant/src/a.ts', '../../model/src/index.ts'],
    ['packages/quant/src/a.ts', 'viem'],
    ['packages/sdk/src/a.ts', 'vitest'],
    ['packages/unknown/src/a.ts', '@keel/model'],
  ])('%s may not import %s', (path, to) => {
    expect(typescript(path, `import { x } from '${to}'`)).toHaveLength(1)
  })

  test.each([
    ['a dynamic import', "await import('@keel/quant')"],
    ['a re-export', "export { x } from '@keel/quant'"],
    ['an import for its effect', "import '@keel/quant'"],
    ['a type', "import type { X } from '@keel/quant'"],
    ['an import over lines', "import {\n  x,\n  y,\n} from '@keel/quant'"],
  ])('%s counts', (_, text) => {
    expect(typescript('packages/sdk/src/a.ts', text)).toHaveLength(1)
  })

  test('a comment does not', () => {
    expect(typescript('packages/sdk/src/a.ts', "// import x from '@keel/quant'\n/* import '@keel/quant' */")).toEqual(
      [],
    )
  })

  test('names the file and the line', () => {
    const [complaint] = typescript('packages/sdk/src/a.ts', "const y = 1\nimport x from '@keel/quant'")
    expect(complaint).toMatch(/^packages\/sdk\/src\/a\.ts:2: /)
  })
})

describe('manifests', () => {
  const withDependencies = (dir: string, dependencies: Readonly<Record<string, string>>) =>
    findWrongArrows({ manifests: { [dir]: { dependencies } }, typescript: [], solidity: [] })

  test('declare no package against the arrows', () => {
    expect(withDependencies('packages/sdk', { '@keel/quant': '1' })).toHaveLength(1)
    expect(withDependencies('packages/sdk', { '@keel/model': '1', viem: '1' })).toEqual([])
  })

  test('of model declare nothing', () => {
    expect(withDependencies('packages/model', { viem: '1' })).toHaveLength(1)
  })

  test('of a workspace without arrows are refused', () => {
    expect(withDependencies('apps/new', {})).toHaveLength(1)
  })
})

describe('Solidity imports', () => {
  const files = {
    'contracts/src/types/Wad.sol': 'type Wad is uint256;',
    'contracts/src/math/Exp.sol': 'library Exp {}',
    'contracts/src/interfaces/IVault.sol': 'interface IVault {}',
    'contracts/src/oracle/SpotOracle.sol': '/// @dev a contract like no other\ncontract SpotOracle {}',
    'contracts/src/oracle/Base.sol': 'abstract contract Base {}',
    'contracts/src/oracle/Ring.sol': '// contract Ring was a contract once\nlibrary Ring {}',
    'contracts/local/Token.sol': 'contract Token {}',
  }
  const importing = (path: string, to: string) =>
    findWrongArrows({
      manifests: {},
      typescript: [],
      solidity: [...Object.entries({ ...files, [path]: `import {X} from "${to}";\ncontract A {}` })].map(
        ([each, text]) => ({
          path: each,
          text,
        }),
      ),
    })

  test.each([
    '../types/Wad.sol',
    '../math/Exp.sol',
    '../interfaces/IVault.sol',
    '../oracle/Ring.sol',
    '@openzeppelin/contracts/A.sol',
  ])('an area may import %s', (to) => {
    expect(importing('contracts/src/vault/A.sol', to)).toEqual([])
  })

  test.each(['../oracle/SpotOracle.sol', '../oracle/Base.sol', '../../local/Token.sol'])(
    'an area may not import %s',
    (to) => {
      expect(importing('contracts/src/vault/A.sol', to)).toHaveLength(1)
    },
  )

  test('its own contracts it may', () => {
    expect(importing('contracts/src/oracle/A.sol', './SpotOracle.sol')).toEqual([])
  })
})
