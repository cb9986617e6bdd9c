// Rules a formatter cannot know. Each is a pattern in a kind of file and a sentence that says what to do instead.
import { lineOf, type Source, withoutComments } from './sources.ts'

const README_LINES = 150
const PACKAGE_README_LINES = 60

type Rule = {
  readonly files: RegExp
  readonly pattern: RegExp
  readonly say: string
  /** Look at comments too. */
  readonly comments?: true
  /** A comment on the line, or on the line above, that gives the reason lifts the rule. */
  readonly unlessReasoned?: true
}

const CODE = /\.(ts|tsx|mjs|cjs)$/
const TEST = /\.test\.tsx?$/

const RULES: readonly Rule[] = [
  {
    files: CODE,
    pattern: /\bthrow new Error\(/g,
    say: 'bare Error. Throw a class of its own whose text says what to do.',
  },
  { files: TEST, pattern: /\b(?:describe|test|it|suite)\.only\(/g, say: '.only leaves the other tests out.' },
  {
    files: TEST,
    pattern: /\b(?:describe|test|it|suite)\.skip\(/g,
    say: 'skipped without a reason. Say why in a comment.',
    unlessReasoned: true,
  },
  {
    files: /./,
    pattern: /(?<![\w.@/-])\/(?:home|Users|root|work|workspace)\/\w|\b[A-Z]:\\\\?Users\b/g,
    say: 'absolute path of one machine. Start from the repository.',
    comments: true,
  },
]

/** Sentences about what breaks the house rules, each beginning with the place; empty when all is well. */
export function findBrokenRules(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => [...RULES.flatMap((rule) => broken(rule, source)), ...tooLong(source)])
}

function broken(rule: Rule, { path, text }: Source): readonly string[] {
  if (!rule.files.test(path)) return []
  const searched = rule.comments ? text : withoutComments(text)
  const lines = text.split('\n')
  return [...searched.matchAll(rule.pattern)].flatMap((match) => {
    const line = lineOf(searched, match.index)
    const reasoned = [lines[line - 1], lines[line - 2]].some((each) => /\/\/\s*\S|\*\s*\S/.test(each ?? ''))
    return rule.unlessReasoned && reasoned ? [] : [`${path}:${line}: ${rule.say}`]
  })
}

function tooLong({ path, text }: Source): readonly string[] {
  const most = path === 'README.md' ? README_LINES : /(^|\/)README\.md$/.test(path) ? PACKAGE_README_LINES : undefined
  const lines = text.trimEnd().split('\n').length
  return most !== undefined && lines > most ? [`${path}: ${lines} lines, at most ${most}. Move detail to docs/.`] : []
}
