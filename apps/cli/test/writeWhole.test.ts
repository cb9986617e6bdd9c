import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UnwritableFileError } from '../src/chain/errors.ts'
import { requireWritable, writeWhole } from '../src/files/writeWhole.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keel-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('writes all files, into folders that are not there yet, over old ones', () => {
  const [one, two] = [join(folder, 'deep/er/one.json'), join(folder, 'two.html')]
  writeFileSync(two, 'old')
  writeWhole([
    { path: one, text: '1' },
    { path: two, text: '2' },
  ])
  expect(readFileSync(one, 'utf8')).toBe('1')
  expect(readFileSync(two, 'utf8')).toBe('2')
  expect(readdirSync(folder).sort()).toEqual(['deep', 'two.html'])
})

test('leaves what was there, and nothing else, when one of them cannot be written', () => {
  const one = join(folder, 'one.json')
  writeFileSync(one, 'old')
  writeFileSync(join(folder, 'plain'), '')
  const files = [
    { path: one, text: 'new' },
    { path: join(folder, 'plain/two.html'), text: '2' },
  ]
  expect(() => writeWhole(files)).toThrow(UnwritableFileError)
  expect(readFileSync(one, 'utf8')).toBe('old')
  expect(readdirSync(folder).sort()).toEqual(['one.json', 'plain'])
})

test('knows before the work what could not be written after it', () => {
  mkdirSync(join(folder, 'there'))
  writeFileSync(join(folder, 'plain'), '')
  expect(() => requireWritable(join(folder, 'there'))).toThrow('it is a folder')
  expect(() => requireWritable(join(folder, 'plain/x.json'))).toThrow(UnwritableFileError)
  expect(() => requireWritable('/proc/keel/x.json')).toThrow(UnwritableFileError)
  requireWritable(join(folder, 'not/yet/there.json'))
  expect(readdirSync(folder).sort()).toEqual(['plain', 'there'])
})
