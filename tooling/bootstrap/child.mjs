import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { withBinaries, withoutNpm } from './environment.mjs'

/** Ctrl-C reaches us from the terminal and again from npm; the child must not take the second for impatience. */
const SAME_SIGNAL_MS = 500

/** A terminated npm takes its shell along but not us, so under npm the shell's end counts as a signal. */
const PARENT_POLL_MS = 500

const followParent = new URL('./follow-parent.mjs', import.meta.url).href

/** Runs Node with `args` and resolves with its exit code. The child leads its own process group, and none of it stays behind. */
export function runChild({ root, node, args }) {
  const env = { ...withBinaries({ env: withoutNpm(process.env), root }), KEEL_PARENT: String(process.pid) }
  const child = spawn(node, ['--import', followParent, ...args], { stdio: 'inherit', detached: true, env })
  const killGroup = (signal) => {
    try {
      process.kill(-child.pid, signal)
    } catch {} // nobody left in it
  }
  const passedAt = new Map()
  const pass = (signal) => {
    if (Date.now() - (passedAt.get(signal) ?? 0) < SAME_SIGNAL_MS) return
    passedAt.set(signal, Date.now())
    child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass)
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event && process.ppid !== parent) pass('SIGTERM')
  }, PARENT_POLL_MS)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearInterval(watch)
      killGroup('SIGTERM')
      resolve(code ?? 128 + constants.signals[signal])
    })
  })
}
