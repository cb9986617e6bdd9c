import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Artifact, buildArtifacts } from './artifacts.ts'
import { AREAS } from './generate.config.ts'
import { generatedFiles } from './generated.ts'
import { root } from './root.ts'
import { readSources } from './sources.ts'

export type Drift = {
  readonly path: string /** What it should hold; undefined: it should not be there. */
  readonly text: string | undefined
}

export async function freshlyGenerated(): Promise<{
  readonly artifacts: readonly Artifact[]
  readonly files: ReadonlyMap<string, string>
}> {
  const artifacts = await buildArtifacts(AREAS.map(({ from }) => from))
  return { artifacts, files: generatedFiles(artifacts) }
}

/** What `npm run generate` would change. */
export function findDrift(files: ReadonlyMap<string, string>): readonly Drift[] {
  const present = readSources(root, { dir: 'contracts/generated', endings: ['.ts'] })
  const left = present.filter(({ path }) => !files.has(path)).map(({ path }) => ({ path, text: undefined }))
  const changed = [...files]
    .filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text)
    .map(([path, text]) => ({ path, text }))
  return [...left, ...changed]
}
