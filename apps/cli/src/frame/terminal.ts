import { createInterface } from 'node:readline'
import { DeclinedError, InterruptedError, NobodyToAskError } from './errors.ts'
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
    if (!/^y(es)?$/i.test(await ask(`${question} [y/N] `))) throw new DeclinedError()
  }
  return { json, env: process.env, signal, print, progress, confirm, clear }
}

/** One line from the terminal. Throws when its end is reached, or Ctrl-C is pressed, before there is one. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', (line) => resolve(line.trim()))
      lines.once('SIGINT', () => reject(new InterruptedError('nothing was sent.')))
      lines.once('close', () => reject(new DeclinedError()))
      lines.setPrompt(question)
      lines.prompt()
    })
  } catch (error) {
    process.stderr.write('\n') // the question still stands in its line
    throw error
  } finally {
    lines.close()
  }
}
