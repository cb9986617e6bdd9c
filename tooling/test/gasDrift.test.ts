import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findGasDrift, readSnapshots } from '../gasDrift.ts'

const of = (figures: Record<string, string>) => new Map([['market', figures]])

describe('gas beside its snapshot', () => {
  test('some units more or less are nothing', () => {
    expect(findGasDrift({ committed: of({ buy: '250000' }), measured: of({ buy: '252499' }) })).toEqual([])
    expect(findGasDrift({ committed: of({ buy: '250000' }), measured: of({ buy: '247501' }) })).toEqual([])
  })

  test('more than a hundredth is said, either way', () => {
    for (const now of ['252501', '247499']) {
      const [sentence] = findGasDrift({ committed: of({ buy: '250000' }), measured: of({ buy: now }) })
      expect(sentence).toContain(`market, buy: ${now} gas, 250000 committed`)
    }
  })

  test('a figure on one side alone is said', () => {
    const found = findGasDrift({ committed: of({ sell: '1' }), measured: of({ buy: '2' }) })
    expect(found).toHaveLength(2)
    expect(found.join()).toMatch(/buy: measured 2 and not committed.*sell: committed and no longer measured/)
  })

  test('a committed group that no test measured is said once, whatever it holds', () => {
    const committed = new Map([...of({ buy: '1' }), ['math-cancun', { exp: '192', ln: '386' }]])
    expect(findGasDrift({ committed, measured: of({ buy: '1' }) })).toEqual([
      'math-cancun: committed and measured by no test. Measure it again, or remove the snapshot.',
    ])
    expect(findGasDrift({ committed, measured: new Map() })).toHaveLength(2)
  })

  test('a measured group that is not committed is said figure by figure', () => {
    const found = findGasDrift({ committed: new Map(), measured: of({ buy: '1', sell: '2' }) })
    expect(found).toHaveLength(2)
    expect(found.join()).toContain('market, buy: measured 1 and not committed')
  })

  test('sizes are not gas, and a folder that is not there holds nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gas-'))
    writeFileSync(join(folder, 'sizes.json'), '{"Market": 1}')
    writeFileSync(join(folder, 'market.json'), '{"buy": "7"}')
    expect([...readSnapshots(folder)]).toEqual([['market', { buy: '7' }]])
    rmSync(folder, { recursive: true })
    expect(readSnapshots(folder).size).toBe(0)
  })
})
