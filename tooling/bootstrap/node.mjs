import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BootstrapError } from './error.mjs'

const MAJOR = 24

/** The Node that runs TypeScript as it is: the installed one, else the running one when it is new enough. */
export function nodePath(root, { running = process.versions.node } = {}) {
  const installed = join(root, 'node_modules', '.bin', 'node')
  if (existsSync(installed)) return installed
  if (Number.parseInt(running, 10) >= MAJOR) return process.execPath
  throw new BootstrapError(
    `no Node ${MAJOR} is packaged for ${process.platform}-${process.arch} and this is Node ${running}. Install Node ${MAJOR} and run the command with it.`,
  )
}
