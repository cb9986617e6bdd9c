import { createInterface } from 'node:readline/promises'
import { DeclinedError, NobodyToAskError } from './errors.ts'
import type { Io } from './io.ts'

const CLEAR_LINE = '\r\x1b[2K'

/** The process's own terminal. Progress goes to stderr, and only where somebody looks. */
export function terminal({ json, signal }: { readonly json: boolean; readonly signal: AbortSignal }): Io & {
  readonly clear: () => void
} {
  const live = process.stderr.isTTY === true && !json
  let shown = false
  const clear = () => {
    if (shown) process.stderr.write(CLEAR_LINE)
    shown = false
  }
  const progress = (line: string) => {
    if (!live) return
    const width = process.stderr.columns ?? 80
    process.stderr.write(`${CLEAR_LINE}${line.slice(0, width - 1)}`)
    shown = true
  }
  const print = (line: string) => {
    if (json) return
    clear()
    process.stdout.write(`${line}\n`)
  }
  const confirm = async (question: string) => {
    if (json || process.stdin.isTTY !== true || !live) throw new NobodyToAskError()
    clear()
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      const answer = await lines.question(`${question} [y/N] `, { signal })
      if (!/^y(es)?$/i.test(answer.trim())) throw new DeclinedError()
    } finally {
      lines.close()
    }
  }
  return { json, env: process.env, signal, print, progress, confirm, clear }
}
