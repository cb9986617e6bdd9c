// Writes contracts/generated and the size snapshot, so that nobody has to compile in order to start or to import.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findDrift, freshlyGenerated } from './drift.ts'
import { root } from './root.ts'

const { files } = await freshlyGenerated()
const drift = findDrift(files)
for (const { path, text } of drift) {
  if (text === undefined) rmSync(join(root, path))
  else {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  console.log(`${text === undefined ? 'removed' : 'wrote'} ${path}`)
}
console.log(`${files.size} generated files, ${drift.length} changed`)
