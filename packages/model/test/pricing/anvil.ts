import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A bare local chain for one test file, behind an IPC path of its own. */
export type Chain = { readonly ipcPath: string; readonly stop: () => Promise<void> }

/** Kills the chain when its own standard input closes, so that it cannot outlive the test. */
const GUARD =
  'exec 3<&0; "$0" "$@" </dev/null & pid=$!; { cat <&3; kill -9 $pid; } >/dev/null 2>&1 & exec 3<&-; wait $pid'
const START_TRIES = 600
const PAUSE_MS = 50

export class ChainNotStartedError extends Error {
  override readonly name = 'ChainNotStartedError'
  constructor(reason: string) {
    super(`The local chain did not start: ${reason}. Run \`npm ci\` and try again.`)
  }
}

const binary = (): string => {
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch
  const from = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'))
  return join(dirname(from.resolve(`@foundry-rs/anvil-${process.platform}-${cpu}/package.json`)), 'bin', 'anvil')
}

/** The rules of a chain with CLZ, and of one without. */
export type Hardfork = 'osaka' | 'cancun'

export const startChain = async (hardfork: Hardfork = 'osaka'): Promise<Chain> => {
  const folder = mkdtempSync(join(tmpdir(), 'keel-model-'))
  const ipcPath = join(folder, 'anvil.ipc')
  const args = ['--port', '0', '--ipc', ipcPath, '--cache-path', folder, '--hardfork', hardfork, '--accounts', '1']
  args.push('--prune-history', '--no-request-size-limit', '--gas-limit', '1000000000', '--threads', '1', '--silent')
  const child = spawn('/bin/sh', ['-c', GUARD, binary(), ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.on('error', () => {})
  let gone = false
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      gone = true
      child.stdin.end()
      resolve()
    }
    child.once('error', end)
    child.once('exit', end)
  })
  const stop = async () => {
    child.stdin.end()
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
  for (let tries = 0; !existsSync(ipcPath); tries++) {
    if (gone || tries > START_TRIES) {
      await stop()
      throw new ChainNotStartedError(gone ? 'it exited at once' : 'no answer in time')
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  return { ipcPath, stop }
}
