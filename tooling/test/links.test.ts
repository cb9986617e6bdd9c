import { expect, test } from 'vitest'
import { findBrokenLinks } from '../links.ts'

const exists = (path: string) => ['README.md', 'docs/units.md', 'docs'].includes(path)
const find = (text: string, path = 'docs/a.md') => findBrokenLinks([{ path, text }], { exists })

test('links to files and folders that are there pass', () => {
  expect(find('[a](units.md) [b](../README.md#start) [c](../docs) [d](./units.md)')).toEqual([])
})

test('what is no relative link is left alone', () => {
  expect(find('[a](https://example.org/x) [b](#here) [c](mailto:a@b.c)\n```\n[d](gone.md)\n```\n')).toEqual([])
})

test('a link that leads nowhere is named with its line', () => {
  expect(find('one\n[a](gone.md)\n')).toEqual(['docs/a.md:2: links to docs/gone.md, which is not there.'])
  expect(find('```\nx\n```\n[a](units.md) [b](../gone)\n')).toEqual(['docs/a.md:4: links to gone, which is not there.'])
})
