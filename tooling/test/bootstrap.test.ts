import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withoutNpm } from '../bootstrap/environment.mjs'
import { withLock } from '../bootstrap/lock.mjs'
import { nodePath } from '../bootstrap/node.mjs'
import { expectedStamp, installedMatchesLock } from '../bootstrap/stamp.mjs'

let root = ''

const write = (path: string, value: unknown) => writeFileSync(join(root, path), JSON.stringify(value))
const lock = {
  packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', optional: true } },
}
const manifest = { name: 'x', workspaces: ['packages/*'], scripts: { test: 'a' } }

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keel-bootstrap-'))
  mkdirSync(join(root, 'packages/one'), { recursive: true })
  write('package.json', manifest)
  write('package-lock.json', lock)
  write('packages/one/package.json', { name: 'one', dependencies: { a: '1.0.0' } })
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the stamp', () => {
  test('stays when a script changes', () => {
    const before = expectedStamp(root)
    write('package.json', { ...manifest, scripts: { test: 'b' } })
    expect(expectedStamp(root)).toBe(before)
  })

  test('changes with the lockfile', () => {
    const before = expectedStamp(root)
    write('package-lock.json', { ...lock, name: 'y' })
    expect(expectedStamp(root)).not.toBe(before)
  })

  test('changes with a dependency of a workspace', () => {
    const before = expectedStamp(root)
    write('packages/one/package.json', { name: 'one', dependencies: { a: '1.0.1' } })
    expect(expectedStamp(root)).not.toBe(before)
  })

  test('changes with a new workspace', () => {
    const before = expectedStamp(root)
    cpSync(join(root, 'packages/one'), join(root, 'packages/two'), { recursive: true })
    expect(expectedStamp(root)).not.toBe(before)
  })
})

describe('an installation made by npm itself', () => {
  const installed = (packages: Readonly<Record<string, { version: string }>>) => {
    mkdirSync(join(root, 'node_modules'), { recursive: true })
    write('node_modules/.package-lock.json', { packages })
    return installedMatchesLock(root)
  }

  test('is taken over when it has every package but other platforms’', () => {
    expect(installed({ 'node_modules/a': { version: '1.0.0' } })).toBe(true)
  })

  test('is not when a version differs or a package lacks', () => {
    expect(installedMatchesLock(root)).toBe(false)
    expect(installed({ 'node_modules/a': { version: '1.0.1' } })).toBe(false)
    expect(installed({ 'node_modules/b': { version: '2.0.0' } })).toBe(false)
  })
})

describe('the lock', () => {
  const run = (dir: string, work: () => Promise<void>) => withLock(dir, { work, onWait: () => {} })

  test('lets one in at a time', async () => {
    const dir = join(root, 'install.lock')
    let inside = 0
    let most = 0
    const work = async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setTimeout(resolve, 20))
      inside -= 1
    }
    await Promise.all([run(dir, work), run(dir, work), run(dir, work)])
    expect(most).toBe(1)
    expect(readdirSync(root)).not.toContain('install.lock')
  })

  test('is taken from an owner that died', async () => {
    const dir = join(root, 'install.lock')
    mkdirSync(dir)
    // No process has this id: it is above the largest the kernel gives.
    write('install.lock/owner.json', { pid: 2 ** 30, started: '' })
    let ran = false
    await run(dir, async () => {
      ran = true
    })
    expect(ran).toBe(true)
  })

  test('is taken from a reused process id', async () => {
    const dir = join(root, 'install.lock')
    mkdirSync(dir)
    write('install.lock/owner.json', { pid: process.pid, started: 'long ago' })
    await run(dir, async () => {})
  })

  test('is given back after a failure', async () => {
    const dir = join(root, 'install.lock')
    await expect(run(dir, () => Promise.reject(new TypeError('npm failed')))).rejects.toThrow('npm failed')
    await run(dir, async () => {})
  })
})

describe('Node', () => {
  test('is the running one when new enough and none is installed', () => {
    expect(nodePath(root, { running: '24.1.0' })).toBe(process.execPath)
  })

  test('is asked for in one line otherwise', () => {
    expect(() => nodePath(root, { running: '20.1.0' })).toThrow(/^no Node 24 [^\n]* Install Node 24 [^\n]*$/)
  })
})

test('the environment keeps where packages come from and drops what the outer npm was told', () => {
  const env = {
    HOME: 'h',
    npm_config_registry: 'r',
    npm_config_workspace: 'w',
    npm_lifecycle_event: 'test',
    npm_package_name: 'x',
  }
  expect(withoutNpm(env)).toEqual({ HOME: 'h', npm_config_registry: 'r' })
})
