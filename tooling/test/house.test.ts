import { describe, expect, test } from 'vitest'
import { findBrokenRules } from '../house.ts'

const broken = (path: string, text: string) => findBrokenRules([{ path, text }])

// Put together here, so that this file itself keeps the rules.
const bare = ['throw new', 'Error("x")'].join(' ')
const only = ['test.', 'only("x")'].join('')
const skipped = ['test.', 'skip("x")'].join('')
const home = ['', 'home', 'someone', 'keel'].join('/')

describe('house rules', () => {
  test.each([
    ['a bare error', 'packages/a/src/a.ts', bare],
    ['an only', 'packages/a/test/a.test.ts', only],
    ['a skip without a reason', 'packages/a/test/a.test.ts', skipped],
    ['a path of one machine', 'docs/a.md', `see ${home}`],
    ['a path of one machine in a comment', 'packages/a/src/a.ts', `// see ${home}`],
    ['a long README', 'README.md', 'line\n'.repeat(151)],
    ['a long README of a package', 'packages/a/README.md', 'line\n'.repeat(61)],
  ])('%s is found', (_, path, text) => {
    expect(broken(path, text)).toHaveLength(1)
  })

  test.each([
    ['a bare error in a comment', 'packages/a/src/a.ts', `// ${bare}`],
    ['a skip with its reason above', 'packages/a/test/a.test.ts', `// needs a network\n${skipped}`],
    ['a URL', 'docs/a.md', 'https://example.org/home/page'],
    ['a README at its limit', 'README.md', 'line\n'.repeat(150)],
  ])('%s passes', (_, path, text) => {
    expect(broken(path, text)).toEqual([])
  })
})
