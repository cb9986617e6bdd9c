import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const DEPENDENCY_FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'workspaces',
]

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** Directories of the workspaces; globs are of the form `name` or `name/*` only. */
export function workspaceDirs(root) {
  const { workspaces = [] } = readJson(join(root, 'package.json'))
  return workspaces
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern]
      const parent = pattern.slice(0, -2)
      if (!existsSync(join(root, parent))) return []
      return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
    })
    .filter((dir) => existsSync(join(root, dir, 'package.json')))
    .sort()
}

/** Changes when what should be installed changes, and not when a script or a description does. */
export function expectedStamp(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const dir of ['.', ...workspaceDirs(root)]) {
    const manifest = readJson(join(root, dir, 'package.json'))
    hash.update(JSON.stringify([dir, manifest.name, ...DEPENDENCY_FIELDS.map((field) => manifest[field] ?? null)]))
  }
  return hash.digest('hex')
}

/** True when npm itself already installed exactly the lockfile, as after a plain `npm ci` or `npm install`. */
export function installedMatchesLock(root) {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = readJson(record).packages
  const wanted = readJson(join(root, 'package-lock.json')).packages
  return Object.entries(wanted).every(([path, { version, link, optional }]) => {
    if (!path.startsWith('node_modules/')) return true
    const found = installed[path]
    if (!found) return optional === true
    return link ? existsSync(join(root, path)) : found.version === version
  })
}
