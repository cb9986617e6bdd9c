import { explainAction, KeelError } from '@keel/sdk'
import type { Command } from './command.ts'
import { InterruptedError, UsageError } from './errors.ts'
import { commandHelp } from './help.ts'
import { readInput } from './input.ts'
import type { Io } from './io.ts'

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const

/** What a command leaves behind: what to write where, and the exit code. */
export type Ending = { readonly stdout: string; readonly stderr: string; readonly code: number }

/** Reads the arguments, runs the command, and puts what came of it, or what went wrong, into words. Never throws. */
export async function runCommand(
  command: Command,
  { args, io, wrap = (error) => error }: runCommand.Options,
): Promise<Ending> {
  try {
    const input = readInput(command, args)
    if (input.has('help')) return { stdout: commandHelp(command), stderr: '', code: EXIT.done }
    const { json, text } = await command.run(input, io)
    const stdout = io.json ? toJson(json) : text.map((line) => `${line}\n`).join('')
    return { stdout, stderr: '', code: EXIT.done }
  } catch (error) {
    return failure(wrap(error), io)
  }
}

export declare namespace runCommand {
  type Options = {
    readonly args: readonly string[]
    readonly io: Io
    /** Last word on what is thrown. */
    readonly wrap?: (error: unknown) => unknown
  }
}

/** An error as one line that says what to do, and as a document with --json. */
export function failure(thrown: unknown, { json, signal, env }: Pick<Io, 'json' | 'signal' | 'env'>): Ending {
  const error = explainAction(thrown)
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  const expected = error instanceof KeelError
  const line = `${message.replace(/\s+/g, ' ').replace(/[\s.]+$/, '')}.`.replace(/([?!])\.$/, '$1')
  const advice = expected ? '' : ' This is a defect of keel: run it again with KEEL_DEBUG=1 and report what it says.'
  const stack = env.KEEL_DEBUG === '1' && error instanceof Error ? `${error.stack}\n${causes(error)}` : ''
  return {
    stdout: json ? toJson({ error: { name, message: line } }) : '',
    // Being stopped is no error: it is only said what was left.
    stderr: `${error instanceof InterruptedError ? '' : 'error: '}${line}${advice}\n${stack}`,
    code: exitCode(error, signal),
  }
}

function exitCode(error: unknown, { aborted, reason }: AbortSignal): number {
  if (aborted && reason !== 'SIGINT') return EXIT.terminated
  if (aborted || error instanceof InterruptedError) return EXIT.interrupted
  return error instanceof UsageError ? EXIT.usage : EXIT.failed
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `caused by ${error.cause.stack}\n${causes(error.cause)}` : ''
}

/** Money and ids are bigints: they are written as decimal text. */
function toJson(value: unknown): string {
  return `${JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? each.toString() : each), 2)}\n`
}
