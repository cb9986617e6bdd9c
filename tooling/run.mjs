// Every root script enters here, on whatever Node the machine has: installs when needed, then runs the task on Node 24.
// Plain JavaScript without dependencies, because it runs before there are any.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runChild } from './bootstrap/child.mjs'
import { ensureInstalled } from './bootstrap/install.mjs'
import { nodePath } from './bootstrap/node.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const TASKS = {
  start: ['apps/cli/bin/keel.mjs', 'up'],
  keel: ['apps/cli/bin/keel.mjs'],
  test: ['tooling/test.ts'],
  check: ['tooling/check.ts'],
  bench: ['tooling/bench.ts'],
  portable: ['tooling/portable.ts'],
  generate: ['tooling/generate.ts'],
}

const [task, ...args] = process.argv.slice(2)

if (task === undefined || !Object.hasOwn(TASKS, task)) {
  console.error(`usage: node tooling/run.mjs <${Object.keys(TASKS).join('|')}> [arguments]`)
  process.exitCode = 2
} else {
  try {
    await ensureInstalled(root)
    const [script, ...first] = TASKS[task]
    process.exitCode = await runChild({ root, node: nodePath(root), args: [join(root, script), ...first, ...args] })
  } catch (error) {
    if (error.name !== 'BootstrapError') throw error
    console.error(`keel: ${error.message}`)
    process.exitCode = 1
  }
}
