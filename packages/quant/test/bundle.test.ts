import { describe, expect, test } from 'vitest'
import * as quant from '../src/index.ts'
import { KERNEL_CODE } from '../src/kernel/code.ts'
import { bundle } from './bundle.ts'

const of = (names: string): Promise<string> => bundle(`export { ${names} } from '../src/index.ts'`)

describe('a bundle', () => {
  // Bytes, minified: ceilings a tenth above what was measured when they were set.
  test.each([
    ['black76', 2_800],
    ['impliedVolatility', 5_200],
    ['sviVolatility', 350],
    ['yangZhangVolatility', 3_200],
    ['fitChain', 22_000],
    ['fitSabr', 5_300],
    ['createBlackBatch', 19_000],
    ['simulateDeltaHedge', 24_500],
  ])('of %s alone stays below %d bytes', async (name, most) => {
    const { length } = await of(name)
    expect(length).toBeGreaterThan(200)
    expect(length).toBeLessThan(most)
  })

  test('carries the kernel for what runs in it, and for nothing else', async () => {
    const carriers: string[] = []
    for (const name of Object.keys(quant)) if ((await of(name)).includes(KERNEL_CODE.slice(0, 100))) carriers.push(name)
    expect(carriers.sort()).toEqual(['createBlackBatch', 'createImpliedBatch', 'simulateDeltaHedge'])
  })

  test('of nothing is nothing: no module does anything when it is loaded', async () => {
    expect((await bundle("import '../src/index.ts'")).length).toBeLessThan(100)
  })
})
