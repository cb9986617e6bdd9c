import { parseArgs } from 'node:util'
import type { Command, Flags } from './command.ts'
import { COMMON_FLAGS } from './command.ts'
import {
  BadValueError,
  ConflictingFlagsError,
  FlagWithoutValueError,
  FlagWithValueError,
  MissingArgumentError,
  RepeatedFlagError,
  UnexpectedArgumentError,
  UnknownFlagError,
} from './errors.ts'
import { nearest } from './nearest.ts'

/** A command line, checked against a command. Readers of values throw `BadValueError` naming the flag. */
export type Input = {
  readonly argument: (name: string) => string
  readonly has: (flag: string) => boolean
  readonly text: (flag: string) => string | undefined
  /** As `text`, but refuses to be without. */
  readonly required: (flag: string) => string
  readonly texts: (flag: string) => readonly string[]
  /** A flag of two values, each time it was given, in order. */
  readonly pairs: (flag: string) => readonly (readonly [string, string])[]
  /** A whole number within bounds. */
  readonly whole: (flag: string, range: { readonly least: number; readonly most: number }) => number | undefined
  /** The same of a flag that may be given several times. */
  readonly wholes: (flag: string, range: { readonly least: number; readonly most: number }) => readonly number[]
  /** A number above zero. */
  readonly positive: (flag: string) => number | undefined
  readonly exclusive: (one: string, other: string) => void
}

type Given = ReadonlyMap<string, readonly (readonly string[])[]>

/** Reads and checks arguments. Throws a `UsageError` that names what is wrong and what to do. */
export function readInput(command: Pick<Command, 'name' | 'flags' | 'arguments'>, args: readonly string[]): Input {
  const flags = { ...command.flags, ...COMMON_FLAGS }
  const { given, positionals } = collect(args, { flags, command: command.name })
  const isHelp = given.has('help')
  const extra = positionals[command.arguments.length]
  if (extra !== undefined && !isHelp) throw new UnexpectedArgumentError(extra, command.name)
  const missing = command.arguments[positionals.length]
  if (missing && !isHelp) throw new MissingArgumentError({ argument: missing.name, command: command.name })
  return inputOf({ given, positionals, command })
}

function collect(
  args: readonly string[],
  { flags, command }: { readonly flags: Flags; readonly command: string },
): { readonly given: Given; readonly positionals: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { values, short }]) => [
      name,
      { type: values ? ('string' as const) : ('boolean' as const), multiple: true, ...(short && { short }) },
    ]),
  )
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  const given = new Map<string, (readonly string[])[]>()
  const positionals: string[] = []
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
    if (!flag) throw new UnknownFlagError({ flag: rawName, command, nearest: nearest(name, Object.keys(flags)) })
    const values: string[] = []
    if (!flag.values) {
      if (value !== undefined) throw new FlagWithValueError(name)
    } else {
      if (value === undefined || value === '' || (!inlineValue && value.startsWith('--')))
        throw new FlagWithoutValueError(name, flag.values)
      values.push(value)
      for (let more = 1; more < flag.values.length; more++) {
        const next = tokens[++i]
        if (next?.kind !== 'positional') throw new FlagWithoutValueError(name, flag.values)
        values.push(next.value)
      }
    }
    const before = given.get(name) ?? []
    if (before.length > 0 && flag.values && !flag.multiple) throw new RepeatedFlagError(name)
    given.set(name, [...before, values])
  }
  return { given, positionals }
}

function inputOf({
  given,
  positionals,
  command,
}: {
  readonly given: Given
  readonly positionals: readonly string[]
  readonly command: Pick<Command, 'name' | 'arguments'>
}): Input {
  const text = (flag: string) => given.get(flag)?.[0]?.[0]
  const number = (flag: string, { value, pattern, wanted }: { value: string; pattern: RegExp; wanted: string }) => ({
    parsed: pattern.test(value) ? Number(value) : Number.NaN,
    bad: () => new BadValueError({ what: `--${flag}`, given: value, wanted }),
  })
  const wholes: Input['wholes'] = (flag, { least, most }) =>
    (given.get(flag) ?? []).map(([value = '']) => {
      const wanted = `a whole number from ${least} to ${most}`
      const { parsed, bad } = number(flag, { value, pattern: /^\d+$/, wanted })
      if (!(parsed >= least && parsed <= most)) throw bad()
      return parsed
    })
  return {
    argument: (name) => positionals[command.arguments.findIndex((argument) => argument.name === name)] ?? '',
    has: (flag) => given.has(flag),
    text,
    required: (flag) => {
      const value = text(flag)
      if (value === undefined) throw new MissingArgumentError({ argument: `--${flag}`, command: command.name })
      return value
    },
    texts: (flag) => (given.get(flag) ?? []).map(([value]) => value ?? ''),
    pairs: (flag) => (given.get(flag) ?? []).map(([one, other]) => [one ?? '', other ?? ''] as const),
    wholes,
    whole: (flag, range) => wholes(flag, range)[0],
    positive: (flag) => {
      const value = text(flag)
      if (value === undefined) return undefined
      const { parsed, bad } = number(flag, { value, pattern: /^\d*\.?\d+$/, wanted: 'a number above zero' })
      if (!(parsed > 0)) throw bad()
      return parsed
    },
    exclusive: (one, other) => {
      if (given.has(one) && given.has(other)) throw new ConflictingFlagsError(one, other)
    },
  }
}
