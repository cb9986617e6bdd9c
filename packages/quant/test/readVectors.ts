import { existsSync, readFileSync } from 'node:fs'

export type Row = Readonly<Record<string, string>>

/** Rows of a committed table in `test/vectors`: `#` lines are its source and tolerance, then a header, then values. */
export function readVectors(name: string): readonly Row[] {
  return parse(readFileSync(new URL(`./vectors/${name}`, import.meta.url), 'utf8'))
}

/**
 * Rows of a larger table kept beside the repository (directory `KEEL_VECTORS`, or `shared/vectors` next to it), or
 * `undefined` when it is not there: the committed rows then stand alone.
 */
export function readOuterVectors(name: string): readonly Row[] | undefined {
  const candidates = [process.env.KEEL_VECTORS, '../../../../shared/vectors', '../../../../../shared/vectors']
  for (const directory of candidates) {
    if (directory === undefined) continue
    const url = new URL(`${directory.replace(/\/$/, '')}/${name}`, import.meta.url)
    if (existsSync(url)) return parse(readFileSync(url, 'utf8'))
  }
  return undefined
}

function parse(text: string): readonly Row[] {
  const [header, ...lines] = text
    .trim()
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
  const names = header!.split(',')
  return lines.map((line) => {
    const values = line.split(',')
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']))
  })
}
