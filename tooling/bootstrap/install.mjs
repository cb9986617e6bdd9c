import { spawn } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withoutNpm } from './environment.mjs'
import { BootstrapError } from './error.mjs'
import { withLock } from './lock.mjs'
import { expectedStamp, installedMatchesLock } from './stamp.mjs'

const stampPath = (root) => join(root, 'node_modules', '.keel-stamp')

function isInstalled({ root, stamp }) {
  return existsSync(stampPath(root)) && readFileSync(stampPath(root), 'utf8') === stamp
}

function writeStamp({ root, stamp }) {
  // A new file each time: an installation may share its files with another one through hard links.
  writeFileSync(`${stampPath(root)}.${process.pid}`, stamp)
  renameSync(`${stampPath(root)}.${process.pid}`, stampPath(root))
}

function npmCi(root) {
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm']
  const [command, ...args] = [...npm, 'ci', '--no-audit', '--no-fund']
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: withoutNpm(process.env), stdio: ['ignore', 2, 2] })
    const pass = (signal) => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass)
    child.once('error', () => reject(new BootstrapError('npm was not found. Install Node 20 or later with npm.')))
    child.once('exit', (code) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, pass)
      if (code === 0) resolve()
      else reject(new BootstrapError('`npm ci` failed; its own message is above. Mend that and run the command again.'))
    })
  })
}

/** Leaves node_modules as the lockfile says. Costs a few milliseconds when it already is. */
export async function ensureInstalled(root) {
  const stamp = expectedStamp(root)
  if (isInstalled({ root, stamp })) return
  await withLock(join(root, '.cache', 'install.lock'), {
    onWait: () => console.error('keel: another command is installing, waiting for it'),
    work: async () => {
      if (isInstalled({ root, stamp })) return
      if (!installedMatchesLock(root)) {
        console.error('keel: installing dependencies (npm ci)')
        await npmCi(root)
      }
      writeStamp({ root, stamp })
    },
  })
}
