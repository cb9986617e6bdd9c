import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where packages come from is the machine's choice; everything else npm exports was meant for the outer command. */
const KEPT = new Set(['registry', 'userconfig', 'globalconfig', 'cache', 'cafile', 'proxy', 'https_proxy', 'noproxy'])

/** The environment without what an outer `npm run` added to it: `npm run --workspace x` must not become `npm ci --workspace x`. */
export function withoutNpm(env) {
  const kept = Object.entries(env).filter(([name]) => {
    const config = name.match(/^npm_config_(.*)$/i)
    return config ? KEPT.has(config[1].toLowerCase()) : !/^npm_(lifecycle|package|command)/i.test(name)
  })
  return Object.fromEntries(kept)
}

const ARCH = { x64: 'amd64', arm64: 'arm64' }

/**
 * Where forge, anvil and cast really are. The scripts of these names in node_modules/.bin start them but exit with 0
 * whatever happens, so a failing `forge test` would pass.
 */
export function foundryDirs(root) {
  return ['forge', 'anvil', 'cast']
    .map((tool) =>
      join(root, 'node_modules', '@foundry-rs', `${tool}-${process.platform}-${ARCH[process.arch]}`, 'bin'),
    )
    .filter((dir) => existsSync(dir))
}

/** Tasks find forge, anvil, biome and Node 24 by name. */
export function withBinaries({ env, root }) {
  const dirs = [...foundryDirs(root), join(root, 'node_modules', '.bin'), env.PATH]
  return { ...env, PATH: dirs.filter(Boolean).join(delimiter) }
}
