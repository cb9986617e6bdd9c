import { COMMANDS, findCommand, hasOwnCommands } from './commands/table.ts'
import { InterruptedError, UnknownCommandError } from './frame/errors.ts'
import { globalHelp } from './frame/help.ts'
import { nearest } from './frame/nearest.ts'
import type { Ending } from './frame/run.ts'
import { EXIT, failure, runCommand } from './frame/run.ts'
import { terminal } from './frame/terminal.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs `keel` with its arguments and ends the process with its exit code. */
export async function main(args: readonly string[]): Promise<void> {
  const stop = new AbortController()
  for (const signal of SIGNALS)
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(EXIT.interrupted)
      stop.abort(signal)
    })
  // Whoever read us has seen enough, or the terminal is gone.
  process.stdout.on('error', () => process.exit(stop.signal.aborted ? EXIT.terminated : EXIT.done))
  process.stderr.on('error', () => {})
  const io = terminal({ json: args.includes('--json'), signal: stop.signal })
  const end = async ({ stdout, stderr, code }: Ending) => {
    io.clear()
    await write(process.stderr, stderr)
    await write(process.stdout, stdout)
    process.exit(code)
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error) => void end(failure(error, io)))
  await end(await dispatch(args, io))
}

async function dispatch(args: readonly string[], io: ReturnType<typeof terminal>): Promise<Ending> {
  const [name] = args
  if (name === undefined || name === '--help' || name === '-h') return help([], io)
  if (name === 'help') return help(args.slice(1), io)
  const found = findCommand(args)
  if (!found) return failure(unknownCommand(name), io)
  const { command, rest } = found
  // What follows such a command can only be one of its own.
  const other = hasOwnCommands(command) && rest[0]?.startsWith('-') === false ? rest[0] : undefined
  if (other !== undefined) return failure(unknownCommand(`${command.name} ${other}`), io)
  return untilStopped(runCommand(command, { args: rest, io }), { name: command.name, io })
}

async function help(topic: readonly string[], io: ReturnType<typeof terminal>): Promise<Ending> {
  const found = findCommand(topic)
  if (found) return runCommand(found.command, { args: ['--help'], io })
  if (topic[0] !== undefined && !topic[0].startsWith('-')) return failure(unknownCommand(topic.join(' ')), io)
  return { stdout: globalHelp(COMMANDS), stderr: '', code: EXIT.done }
}

function unknownCommand(name: string): UnknownCommandError {
  return new UnknownCommandError(
    name,
    nearest(
      name,
      COMMANDS.map((each) => each.name),
    ),
  )
}

/** Commands that run on stop themselves; of the others nothing is left to wait for. */
const STOPS_ITSELF = ['up', 'replay', 'fit']

async function untilStopped(
  running: Promise<Ending>,
  { name, io }: { readonly name: string; readonly io: ReturnType<typeof terminal> },
): Promise<Ending> {
  if (STOPS_ITSELF.includes(name)) return running
  const stopped = new Promise<Ending>((resolve) => {
    const state = 'what was sent before may still be mined. Look with keel status.'
    io.signal.addEventListener('abort', () => resolve(failure(new InterruptedError(state), io)))
  })
  return Promise.race([running, stopped])
}

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (text === '') resolve()
    else stream.write(text, () => resolve())
  })
}
