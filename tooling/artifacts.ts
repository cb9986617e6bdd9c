// What the compiler made of each contract, read from a build of its own: via-IR bytecode can depend on which files are
// compiled together, so an incremental build with tests in it is no source for committed files.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from './process.ts'
import { root } from './root.ts'
import { readSources } from './sources.ts'

export type AbiItem = {
  readonly type: string
  readonly name?: string
  readonly inputs?: readonly { readonly type: string }[]
}

export type Artifact = {
  readonly name: string
  readonly source: string
  readonly abi: readonly AbiItem[]
  /** Undefined for interfaces, libraries and abstract contracts. */
  readonly bytecode: `0x${string}` | undefined
  readonly runtimeBytes: number
}

export class BuildFailedError extends TypeError {
  override readonly name = 'Tooling.BuildFailedError'
  constructor(output: string) {
    super(`The contracts do not compile. Mend this and run again:\n${output}`)
  }
}

export class UnlinkedBytecodeError extends TypeError {
  override readonly name = 'Tooling.UnlinkedBytecodeError'
  constructor(name: string) {
    super(`${name} calls a library that must be linked. Make the library's functions internal.`)
  }
}

type RawArtifact = {
  readonly abi?: readonly AbiItem[]
  readonly bytecode?: { readonly object: `0x${string}` }
  readonly deployedBytecode?: { readonly object: string }
  readonly metadata?: { readonly settings: { readonly compilationTarget: Readonly<Record<string, string>> } }
}

/** Compiles the given directories, nothing else, and reads every artifact. */
export async function buildArtifacts(
  dirs: readonly string[],
  { folder, env }: buildArtifacts.Options = { folder: '.cache/generate', env: {} },
): Promise<readonly Artifact[]> {
  const present = dirs.filter((dir) => existsSync(join(root, dir)))
  if (present.length === 0) return []
  const out = `${folder}/out`
  const args = ['build', '--force', '--out', out, '--cache-path', `${folder}/cache`, ...present]
  const { code, output } = await runProgram('forge', { args, env })
  if (code !== 0) throw new BuildFailedError(output)
  return readSources(join(root, out), { dir: '.', endings: ['.json'] })
    .filter(({ path }) => !path.startsWith('build-info/'))
    .flatMap(({ text }) => toArtifact(JSON.parse(text)))
}

export declare namespace buildArtifacts {
  /** `folder` is where the build lies, `env` what forge is told beside the environment. */
  type Options = { readonly folder: string; readonly env: Readonly<Record<string, string>> }
}

function toArtifact(raw: RawArtifact): readonly Artifact[] {
  const [target] = Object.entries(raw.metadata?.settings.compilationTarget ?? {})
  if (!target) return []
  const [source, name] = target
  const object = raw.bytecode?.object ?? '0x'
  const isLibrary = new RegExp(`^\\s*library\\s+${name}\\b`, 'm').test(readFileSync(join(root, source), 'utf8'))
  const deployable = object !== '0x' && !isLibrary
  if (deployable && object.includes('__$')) throw new UnlinkedBytecodeError(name)
  const runtimeBytes = ((raw.deployedBytecode?.object.length ?? 2) - 2) / 2
  return [{ name, source, abi: raw.abi ?? [], bytecode: deployable ? object : undefined, runtimeBytes }]
}
