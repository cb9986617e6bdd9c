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

/** Tasks find forge, biome and Node 24 by name. */
export function withBinaries({ env, root }) {
  return { ...env, PATH: [join(root, 'node_modules', '.bin'), env.PATH].filter(Boolean).join(delimiter) }
}
