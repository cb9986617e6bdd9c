import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the repository, by its path from the root with forward slashes. */
export type Source = { readonly path: string; readonly text: string }

/** Written by machines or by others. */
const SKIPPED = new Set(['node_modules', 'out', 'cache', 'dist', 'coverage'])

/** All files below `dir` whose name ends in one of `endings`, in a stable order. */
export function readSources(root: string, { dir, endings }: readSources.Options): readonly Source[] {
  if (!existsSync(join(root, dir))) return []
  return readdirSync(join(root, dir), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = dir === '.' ? entry.name : `${dir}/${entry.name}`
      if (entry.isDirectory()) {
        const hidden = entry.name.startsWith('.') && entry.name !== '.ci'
        return SKIPPED.has(entry.name) || hidden ? [] : readSources(root, { dir: path, endings })
      }
      if (!entry.isFile() || !endings.some((ending) => entry.name.endsWith(ending))) return []
      return [{ path, text: readFileSync(join(root, path), 'utf8') }]
    })
}

export declare namespace readSources {
  type Options = { readonly dir: string; readonly endings: readonly string[] }
}

/** The text with comments blanked, line numbers kept. Quoted text is kept, because import paths are quoted. */
export function withoutComments(text: string): string {
  return text.replace(/(["'`])(?:\\.|(?!\1)[^\\\n])*\1|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (match) =>
    match.startsWith('/') ? match.replace(/[^\n]/g, ' ') : match,
  )
}

export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
