import { spawn } from 'node:child_process'
import { withBinaries } from './bootstrap/environment.mjs'
import { root } from './root.ts'

export type Outcome = { readonly code: number; readonly output: string }

/** Runs a program from the root and keeps all it printed. With `live` it is also shown at once. */
export function runProgram(command: string, options: runProgram.Options): Promise<Outcome> {
  const { args, env = {}, live = false } = options
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...withBinaries({ env: process.env, root }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const chunks: Buffer[] = []
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        if (live) to.write(chunk)
      })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}

export declare namespace runProgram {
  type Options = {
    readonly args: readonly string[]
    readonly env?: Readonly<Record<string, string>>
    readonly live?: boolean
  }
}
