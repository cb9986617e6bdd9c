// Who may import whom. The arrows are the architecture; this file is the only place that spells them out for a machine.
import { posix } from 'node:path'
import { lineOf, type Source, withoutComments } from './sources.ts'

const ABI = ['@keel/contracts/generated', '@keel/contracts/generated/bytecode']
/** Deploying is its own entrance, so that whoever only uses a deployment pulls no bytecode. */
const SDK = ['@keel/sdk', '@keel/sdk/deploy']
const LOCAL_ABI = ['@keel/contracts/generated/local', '@keel/contracts/generated/local/bytecode']

/** Per workspace: what of this repository it may import. Whoever is missing here may import nothing. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  'packages/model': [],
  'packages/quant': ['@keel/model'],
  'packages/sdk': ['@keel/model', ...ABI],
  'packages/keepers': ['@keel/model', '@keel/quant', ...SDK],
  'packages/lab': ['@keel/model', '@keel/quant', ...SDK, '@keel/keepers', ...LOCAL_ABI],
  'apps/cli': ['@keel/model', '@keel/quant', ...SDK, '@keel/keepers', '@keel/lab', ...ABI, ...LOCAL_ABI],
  'apps/web': ['@keel/model', '@keel/quant', ...SDK, ...ABI],
  'apps/indexer': ['@keel/model', ...SDK, ...ABI],
}

/** Tests deploy what they test, so they may also import any artifact. */
const TESTS_MAY_IMPORT = [...ABI, ...LOCAL_ABI]

/** Imports nothing at all, not even what Node brings along. */
const PURE = 'packages/model'

/** Solidity areas that hold no contract by definition are open to all; elsewhere the file decides. */
const SOLIDITY_ROOT = 'contracts/src/'

export type Manifest = {
  readonly name?: string
  readonly exports?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** Sentences about imports against the arrows, each beginning with the place; empty when all is well. */
export function findWrongArrows(input: findWrongArrows.Input): readonly string[] {
  return [
    ...wrongManifests(input),
    ...input.typescript.flatMap((source) => wrongImports(source, input)),
    ...wrongSolidity(input.solidity),
  ]
}

export declare namespace findWrongArrows {
  type Input = {
    readonly typescript: readonly Source[]
    readonly solidity: readonly Source[]
    /** By workspace directory; the root's is '.'. */
    readonly manifests: Readonly<Record<string, Manifest>>
  }
}

function wrongManifests({ manifests }: findWrongArrows.Input): readonly string[] {
  return Object.entries(manifests).flatMap(([dir, manifest]) => {
    if (dir === '.') return []
    const where = `${dir}/package.json`
    const arrows = ARROWS[dir]
    if (!arrows) return [`${where}: this workspace has no arrows. Add it to ARROWS in tooling/arrows.ts.`]
    const wrong = Object.keys(manifest.dependencies ?? {})
      .filter((name) => name.startsWith('@keel/') && !arrows.some((arrow) => packageOf(arrow) === name))
      .map((name) => `${where}: depends on ${name}, which ${dir} may not import.`)
    const extra = dir === PURE ? Object.keys(manifest.dependencies ?? {}) : []
    return [...wrong, ...extra.map((name) => `${where}: depends on ${name}, but ${PURE} depends on nothing.`)]
  })
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)(["'])([\w@.:/-]+)\1/g

function importsOf({ text }: Source): readonly { readonly to: string; readonly line: number }[] {
  const code = withoutComments(text)
  return [...code.matchAll(IMPORT)].map((match) => ({ to: match[2] ?? '', line: lineOf(code, match.index) }))
}

function wrongImports(source: Source, { manifests }: findWrongArrows.Input): readonly string[] {
  const dir = source.path
    .split('/')
    .slice(0, source.path.startsWith('contracts/') ? 1 : 2)
    .join('/')
  const inSrc = source.path.startsWith(`${dir}/src/`)
  const arrows = [...(ARROWS[dir] ?? []), ...(inSrc ? [] : TESTS_MAY_IMPORT)]
  const declared = declaredBy({ manifests, dir, inSrc })
  return importsOf(source).flatMap(({ to, line }) => {
    const complain = (what: string) => [`${source.path}:${line}: ${what}`]
    if (to.startsWith('.')) {
      const target = posix.normalize(posix.join(posix.dirname(source.path), to))
      return target.startsWith(`${dir}/`) ? [] : complain(`reaches into ${target}. Import the package by its name.`)
    }
    if (to === manifests[dir]?.name) return []
    if (to.startsWith('@keel/')) {
      if (arrows.includes(to)) return []
      const known = arrows.some((arrow) => packageOf(arrow) === packageOf(to))
      return complain(
        known ? `imports ${to}, which is no public entry for it.` : `imports ${to}, which ${dir} may not.`,
      )
    }
    if (dir === PURE && inSrc) return complain(`imports ${to}, but ${PURE} imports nothing.`)
    if (to.startsWith('node:') || declared.has(packageOf(to))) return []
    return complain(`imports ${to}, which ${dir}/package.json does not declare.`)
  })
}

function declaredBy({
  manifests,
  dir,
  inSrc,
}: {
  manifests: findWrongArrows.Input['manifests']
  dir: string
  inSrc: boolean
}) {
  const own = manifests[dir]
  const published = [own?.dependencies, own?.peerDependencies]
  const forTests = inSrc ? [] : [own?.devDependencies, manifests['.']?.devDependencies]
  return new Set([...published, ...forTests].flatMap((fields) => Object.keys(fields ?? {})))
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const DECLARES_CONTRACT = /^\s*(?:abstract\s+)?contract\s+\w/m

function wrongSolidity(sources: readonly Source[]): readonly string[] {
  const withContract = new Set(
    sources.filter(({ text }) => DECLARES_CONTRACT.test(withoutComments(text))).map(({ path }) => path),
  )
  return sources
    .filter(({ path }) => path.startsWith(SOLIDITY_ROOT))
    .flatMap((source) =>
      importsOf(source).flatMap(({ to, line }) => {
        if (!to.startsWith('.')) return []
        const target = posix.normalize(posix.join(posix.dirname(source.path), to))
        const place = `${source.path}:${line}`
        if (!target.startsWith(SOLIDITY_ROOT)) return [`${place}: imports ${target}, but src stands alone.`]
        if (areaOf(target) === areaOf(source.path) || !withContract.has(target)) return []
        return [
          `${place}: imports the contract in ${target}. Another area's contract is reached through its interface.`,
        ]
      }),
    )
}

const areaOf = (path: string): string => path.slice(SOLIDITY_ROOT.length).split('/').slice(0, -1)[0] ?? ''
