// Relative links in Markdown must lead to a file that is there.
import { posix } from 'node:path'
import { lineOf, type Source } from './sources.ts'

const LINK = /\]\((?![a-z]+:|#)([^)\s#]+)(?:#[^)\s]*)?\)/g
const FENCED = /^```[\s\S]*?^```/gm

/** Sentences about links that lead nowhere, each beginning with the place; empty when all is well. */
export function findBrokenLinks(
  sources: readonly Source[],
  { exists }: { readonly exists: (path: string) => boolean },
): readonly string[] {
  return sources.flatMap(({ path, text }) => {
    const prose = text.replaceAll(FENCED, (block) => block.replaceAll(/[^\n]/g, ' '))
    return [...prose.matchAll(LINK)].flatMap((match) => {
      const target = posix.join(posix.dirname(path), decodeURI(match[1] ?? ''))
      return exists(target) ? [] : [`${path}:${lineOf(prose, match.index)}: links to ${target}, which is not there.`]
    })
  })
}
