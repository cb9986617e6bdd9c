#!/usr/bin/env node
// The command runs TypeScript as it is, which takes Node 24. An older one hands over to the repository's own start,
// which installs what is missing and runs this file again on the Node it brought along.
const MAJOR = 24

if (Number.parseInt(process.versions.node, 10) >= MAJOR) {
  const { main } = await import('../src/main.ts')
  await main(process.argv.slice(2))
} else {
  const start = new URL('../../../tooling/run.mjs', import.meta.url)
  process.argv.splice(1, 1, start.pathname, 'keel')
  await import(start.href)
}
