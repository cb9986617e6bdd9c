// Everything that can be said about the repository without running it. Arguments select checks by name.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findWrongArrows, type Manifest } from './arrows.ts'
import { findDrift, freshlyGenerated } from './drift.ts'
import { findTooLarge } from './generated.ts'
import { findBrokenRules } from './house.ts'
import { findBrokenLinks } from './links.ts'
import { runProgram } from './process.ts'
import { root } from './root.ts'
import { readSources } from './sources.ts'

type Check = () => Promise<readonly string[]>

const program =
  (command: string, ...args: readonly string[]): Check =>
  async () => {
    const { code, output } = await runProgram(command, { args })
    return code === 0 ? [] : [output.trimEnd()]
  }

const types: Check = async () => {
  const own = globSync('apps/*/tsconfig.json', { cwd: root }).sort()
  const outcomes = []
  for (const project of ['tsconfig.json', ...own]) outcomes.push(...(await program('tsc', '-p', project)()))
  return outcomes
}

const arrows: Check = async () => {
  const manifests = ['package.json', ...globSync('{contracts,packages/*,apps/*}/package.json', { cwd: root })]
  const dirOf = (path: string) => path.split('/').slice(0, -1).join('/') || '.'
  const read = (path: string): Manifest => JSON.parse(readFileSync(join(root, path), 'utf8'))
  return findWrongArrows({
    typescript: ['packages', 'apps'].flatMap((dir) =>
      readSources(root, { dir, endings: ['.ts', '.tsx', '.mts', '.mjs'] }),
    ),
    solidity: readSources(root, { dir: 'contracts/src', endings: ['.sol'] }),
    manifests: Object.fromEntries(manifests.map((path) => [dirOf(path), read(path)])),
  })
}

const house: Check = async () =>
  findBrokenRules(
    readSources(root, {
      dir: '.',
      endings: ['.ts', '.tsx', '.mjs', '.cjs', '.sol', '.md', '.json', '.toml', 'run', '.html', '.css'],
    }),
  )

const links: Check = async () =>
  findBrokenLinks(readSources(root, { dir: '.', endings: ['.md'] }), { exists: (path) => existsSync(join(root, path)) })

const generated: Check = async () => {
  const { artifacts, files } = await freshlyGenerated()
  const drift = findDrift(files).map(
    ({ path }) => `${path}: differs from the contracts. Run \`npm run generate\` and commit it.`,
  )
  return [...drift, ...findTooLarge(artifacts)]
}

const CHECKS: Readonly<Record<string, Check>> = {
  biome: program('biome', 'check', '.'),
  fmt: program('forge', 'fmt', '--check'),
  types,
  arrows,
  house,
  links,
  generated,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(CHECKS, name))
if (unknown.length > 0) {
  console.error(`No check is called ${unknown.join(', ')}. There are: ${Object.keys(CHECKS).join(', ')}.`)
  process.exitCode = 2
} else {
  for (const [name, check] of Object.entries(CHECKS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const start = performance.now()
    const complaints = await check()
    const secs = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${complaints.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${secs} s)`)
    for (const complaint of complaints) console.log(complaint)
    if (complaints.length > 0) process.exitCode = 1
  }
}
