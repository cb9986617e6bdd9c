import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../bin/keel.mjs', import.meta.url))

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

export type KeelOptions = {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Starts `keel` as a process of its own. */
export function startKeel(args: readonly string[], { cwd, env }: KeelOptions = {}) {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...process.env, KEEL_DEBUG: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const finished = new Promise<Finished>((resolve) => {
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, finished }
}

export function keel(args: readonly string[], options?: KeelOptions): Promise<Finished> {
  return startKeel(args, options).finished
}
