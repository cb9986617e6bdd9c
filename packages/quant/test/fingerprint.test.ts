import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as quant from '../src/index.ts'
import { bundle } from './bundle.ts'
import { digests } from './digest.ts'

/**
 * What the fixed grids of digest.ts gave once. A change of any of these is a change of results that users see: say so in the
 * changelog.
 */
const DIGESTS = {
  numerics: '512a7720e0a64240',
  prices: 'e3bacc03bb88e309',
  'implied volatility': '2adaf6d70e5f3bf5',
  batches: '07846230e9aae7b0',
  paths: 'b565b305bff95bd3',
  hedging: 'b831bbe4e9eb2e64',
  venues: '786594c03c3cd0a8',
  'a surface': '5f7056689972e520',
  models: 'a21ea75dc1a4f267',
  history: 'd4b95f468e82394e',
}

const PROGRAM = `import * as quant from '../src/index.ts'
import { digests } from './digest.ts'
export const found = { digests: digests(quant), engine: quant.createBlackBatch(1).engine }`

test('results have the bits they had when they were written down', () => {
  expect(digests(quant)).toEqual(DIGESTS)
})

/** This Node, the one on the path, and those named in `KEEL_NODES` (paths of executables, separated as in `PATH`). */
function nodes(): readonly (readonly [version: string, path: string])[] {
  const byVersion = new Map<string, string>()
  for (const path of [process.execPath, 'node', ...(process.env.KEEL_NODES?.split(delimiter) ?? [])]) {
    try {
      byVersion.set(execFileSync(path, ['--version'], { encoding: 'utf8' }).trim(), path)
    } catch {
      // No such Node here.
    }
  }
  return [...byVersion]
}

describe('the same bits in other engines', () => {
  const directory = mkdtempSync(join(tmpdir(), 'quant-digest-'))
  const file = join(directory, 'digest.cjs')
  let script = ''
  beforeAll(async () => {
    script = await bundle(PROGRAM)
    writeFileSync(file, `${script}\nconsole.log(JSON.stringify(bundled.found))`)
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  test.each(nodes())('Node %s', (_, path) => {
    const found = JSON.parse(execFileSync(path, [file], { encoding: 'utf8' }))
    expect(found).toEqual({ digests: DIGESTS, engine: 'wasm-simd' })
  })

  test('a context with nothing of Node in it, and no base64: then in plain TypeScript', () => {
    const context = createContext({})
    const found = runInContext(`${script}; JSON.stringify(bundled.found)`, context) as string
    expect(JSON.parse(found)).toEqual({ digests: DIGESTS, engine: 'typescript' })
  })

  const browser = [process.env.KEEL_CHROMIUM, '/usr/bin/chromium'].find(
    (path) => path !== undefined && existsSync(path),
  )
  // Without a browser the bare context above stands for it.
  test.skipIf(browser === undefined)('Chromium', async () => {
    const running = await chromium.launch({
      executablePath: browser!,
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-first-run'],
    })
    try {
      const page = await running.newPage()
      await page.addScriptTag({ content: script })
      const found = await page.evaluate('JSON.stringify(bundled.found)')
      expect(JSON.parse(String(found))).toEqual({ digests: DIGESTS, engine: 'wasm-simd' })
    } finally {
      await running.close()
    }
  })
})
