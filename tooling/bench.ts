// Runs every packages/*/bench/*.bench.ts, or those whose path contains one of the arguments. Each exports `run()`.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './root.ts'

const wanted = process.argv.slice(2)
const files = globSync('{packages,apps}/*/bench/*.bench.ts', { cwd: root })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort()

if (files.length === 0) {
  console.error(`No bench matches ${wanted.join(', ') || 'packages/*/bench/*.bench.ts'}.`)
  process.exitCode = 1
}

for (const file of files) {
  console.log(`\n${file}`)
  const bench: { readonly run?: () => Promise<void> } = await import(pathToFileURL(join(root, file)).href)
  if (bench.run) await bench.run()
  else {
    console.error(`${file} exports no run(). Export an async function that prints its rows.`)
    process.exitCode = 1
  }
}
