import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as quant from '../src/index.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** A name that leaves the package, with its declaration and the comment before it. */
interface Exported {
  readonly name: string
  readonly docblock: string
  readonly kind: string
  /** The declaration's own text, and that of the namespace of its name. */
  readonly text: string
}

function exported(): readonly Exported[] {
  return [...read('../src/index.ts').matchAll(/export (?:type )?\{([^}]*)\} from '\.\/([^']+)'/g)].flatMap(
    ([, names, path]) => {
      const source = read(`../src/${path}`)
      return names!
        .split(',')
        .map((name) => name.trim().replace(/^type /, ''))
        .filter((name) => name !== '')
        .map((name) => declaration(source, name))
    },
  )
}

function declaration(source: string, name: string): Exported {
  const found = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?export (function|const|interface|type|class) ${name}\\b`,
  ).exec(source)
  if (found === null) return { name, docblock: '', kind: 'missing', text: '' }
  const space = new RegExp(`export declare namespace ${name} \\{[\\s\\S]*?\\n\\}`).exec(source)?.[0] ?? ''
  const body = source.slice(found.index + (found[1]?.length ?? 0))
  const end = /\n\}/.exec(body)?.index ?? body.length
  return { name, docblock: found[1] ?? '', kind: found[2]!, text: `${body.slice(0, end)}\n${space}` }
}

/** Fields declared without a comment on the line above. */
function bareFields({ kind, text }: Exported): readonly string[] {
  const declared = kind === 'interface' ? text : text.slice(text.indexOf('export declare namespace'))
  if (kind !== 'interface' && !text.includes('export declare namespace')) return []
  const lines = declared.split('\n')
  return lines.filter((line, i) => /^ +(?:readonly )?\w+\??: /.test(line) && !/\*\/$/.test(lines[i - 1]!.trim()))
}

const ALL = exported()

describe('every export', () => {
  test('is found in its source, and the list is the one a program sees', () => {
    expect(ALL.filter(({ kind }) => kind === 'missing').map(({ name }) => name)).toEqual([])
    const values = ALL.filter(({ kind }) => kind !== 'interface' && kind !== 'type').map(({ name }) => name)
    expect(values.sort()).toEqual(Object.keys(quant).sort())
  })

  test.each(ALL.map((one) => [one.name, one] as const))('%s is documented, each field too', (_, one) => {
    const prose = one.docblock.replace(/[/*\s]+/g, ' ').trim()
    expect(prose.length).toBeGreaterThan(15)
    expect(bareFields(one)).toEqual([])
  })

  test.each(ALL.filter(({ text }) => /type ErrorType = \w/.test(text)).map((one) => [one.name, one] as const))(
    '%s names the errors it throws',
    (_, { text, docblock }) => {
      const errors = /type ErrorType = ([\w |]+)/
        .exec(text)![1]!
        .split('|')
        .map((error) => error.trim())
      expect(docblock).toContain('@throws')
      for (const error of errors) expect(docblock).toContain(error)
    },
  )

  test('functions say what they give, or throw, outside their domain', () => {
    const silent = ALL.filter(({ kind }) => kind === 'function').filter(
      ({ docblock }) => !/@throws|NaN|[Nn]ever throws|`undefined`|[Ee]mpty when/.test(docblock),
    )
    expect(silent.map(({ name }) => name)).toEqual([])
  })

  test('functions whose source throws say so', () => {
    const silent = ALL.filter(({ kind, text }) => kind === 'function' && /\bthrow new (\w+)/.test(text)).filter(
      ({ docblock }) => !docblock.includes('@throws'),
    )
    expect(silent.map(({ name }) => name)).toEqual([])
  })
})

describe('the index page', () => {
  const page = read('../../../docs/quant.md')
  const index = page.slice(page.indexOf('## Index'), page.indexOf('## How a surface is made'))
  const named = new Set([...index.matchAll(/`(\w+)`/g)].map(([, name]) => name!))

  test('names every export', () => {
    expect(ALL.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([])
  })

  test('names nothing that is not exported', () => {
    const names = new Set(ALL.map(({ name }) => name))
    expect([...named].filter((name) => !names.has(name))).toEqual([])
  })
})
