// Every test: the contracts under forge, TypeScript under vitest, one tally at the end.
//   npm test                          all, the arithmetic also as built for chains without CLZ
//   npm test -- forge [arguments]     contracts only; arguments go to `forge test`
//   npm test -- ts [arguments]        TypeScript only; arguments go to `vitest run`
//   npm test -- scenario              the long walks of both
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findGasDrift, readSnapshots } from './gasDrift.ts'
import { runProgram } from './process.ts'
import { root } from './root.ts'
import { addTallies, forgeTally, type Tally, vitestTally } from './tally.ts'

type Run = { readonly tally: Tally; readonly closing: readonly string[]; readonly held: string }

const REPORT = '.cache/vitest.json'
const SCENARIO = { forge: ['--match-path', 'contracts/test/scenario/**'], ts: ['scenario', '--passWithNoTests'] }

const inCi = Boolean(process.env.CI)
/** Gas measured in this run, to be held to what is committed. */
const MEASURED = '.cache/gas'
const measuring: Readonly<Record<string, string>> = inCi
  ? { FORGE_SNAPSHOT_EMIT: 'true', FOUNDRY_SNAPSHOTS: MEASURED }
  : {}
const forgeEnv: Readonly<Record<string, string>> = inCi
  ? { FOUNDRY_PROFILE: process.env.FOUNDRY_PROFILE ?? 'ci', ...measuring }
  : {}

/** The arithmetic once more, for chains without the CLZ opcode, and what it costs there. */
const PORTABLE: Readonly<Record<string, string>> = { FOUNDRY_PROFILE: 'portable', ...measuring }

/** What the whole run measured, beside the snapshots; one sentence a failure. */
function gas(): Run {
  const committed = readSnapshots(join(root, 'contracts/snapshots'))
  const found = findGasDrift({ committed, measured: readSnapshots(join(root, MEASURED)) })
  return { tally: { passed: 0, failed: found.length }, closing: found, held: '' }
}

async function build(): Promise<Tally | undefined> {
  const { code } = await runProgram('forge', { args: ['build'], env: forgeEnv, live: true })
  return code === 0 ? undefined : { passed: 0, failed: 1 }
}

async function forge(args: readonly string[], env = forgeEnv): Promise<Run> {
  const { code, output } = await runProgram('forge', { args: ['test', ...args], env, live: true })
  const { tally, closing } = forgeTally({ code, output })
  return { tally, closing, held: '' }
}

/** `held` is its output when it ran beside forge and was kept back, so that the two do not mix. */
async function vitest({ args, live }: { readonly args: readonly string[]; readonly live: boolean }): Promise<Run> {
  mkdirSync(join(root, '.cache'), { recursive: true })
  rmSync(join(root, REPORT), { force: true })
  const script = join(root, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${join(root, REPORT)}`]
  const { code, output } = await runProgram(process.execPath, { args: [script, 'run', ...reporters, ...args], live })
  const { tally, closing } = vitestTally({ code, output, report: readReport() })
  return { tally, closing, held: live ? '' : output }
}

function readReport(): string | undefined {
  try {
    return readFileSync(join(root, REPORT), 'utf8')
  } catch {
    return undefined // vitest stopped before it could write one
  }
}

async function contractsAndTypeScript(args: { readonly forge: readonly string[]; readonly ts: readonly string[] }) {
  rmSync(join(root, MEASURED), { recursive: true, force: true })
  const unbuilt = await build()
  // The compiler already uses every core; the runners wait for each other's slowest test and gain from overlapping.
  const beside = vitest({ args: args.ts, live: unbuilt !== undefined })
  const contracts = unbuilt
    ? { tally: unbuilt, closing: ['The contracts do not compile.'], held: '' }
    : await forge(args.forge)
  const portable = args.forge.length === 0 ? [await forge([], PORTABLE)] : []
  return [contracts, ...portable, ...(inCi && args.forge.length === 0 ? [gas()] : []), await beside]
}

const [part, ...rest] = process.argv.slice(2)
const parts: Readonly<Record<string, () => Promise<readonly Run[]>>> = {
  forge: async () => [await forge(rest)],
  ts: async () => [await vitest({ args: rest, live: true })],
  scenario: () => contractsAndTypeScript(SCENARIO),
}
const chosen = part === undefined ? () => contractsAndTypeScript({ forge: [], ts: [] }) : parts[part]

if (!chosen) {
  console.error(`There is no part called ${part}. There are: ${Object.keys(parts).join(', ')}; without one, all run.`)
  process.exitCode = 2
} else {
  const runs = await chosen()
  for (const { held } of runs) process.stdout.write(held)
  const total = addTallies(runs.map(({ tally }) => tally))
  console.log(`\n${runs.flatMap(({ closing }) => closing).join('\n')}`)
  if (total.passed + total.failed === 0) console.log('No test ran.')
  console.log(`${total.passed} passed, ${total.failed} failed`)
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1
}
