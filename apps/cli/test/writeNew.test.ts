import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UnwritableFileError } from '../src/chain/errors.ts'
import { isThere, writeNew } from '../src/files/writeNew.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keel-new-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('writes a file where there is none, and leaves nothing else', () => {
  const path = join(folder, 'deeper/one.json')
  expect(isThere(path)).toBe(false)
  expect(writeNew({ path, text: '1' })).toBe(true)
  expect(isThere(path)).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe('1')
  expect(readdirSync(join(folder, 'deeper'))).toEqual(['one.json'])
})

test('leaves what is there: a file, a folder, a link to nothing', () => {
  const [file, link] = [join(folder, 'file'), join(folder, 'link')]
  writeFileSync(file, 'old')
  symlinkSync(join(folder, 'nothing'), link)
  for (const path of [file, link]) {
    expect(isThere(path)).toBe(true)
    expect(writeNew({ path, text: 'new' })).toBe(false)
  }
  expect(readFileSync(file, 'utf8')).toBe('old')
  expect(readdirSync(folder).sort()).toEqual(['file', 'link'])
})

test('says what it cannot write', () => {
  writeFileSync(join(folder, 'plain'), '')
  expect(() => writeNew({ path: join(folder, 'plain/one.json'), text: '1' })).toThrow(UnwritableFileError)
  expect(readdirSync(folder)).toEqual(['plain'])
})
