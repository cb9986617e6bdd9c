import type { Input } from './input.ts'
import type { Io } from './io.ts'

/** A flag that takes no value, one value, or (`values` has two names) two. */
export type Flag = {
  readonly help: string
  /** Names of the values it takes, for the help; none: it is a switch. */
  readonly values?: readonly [string] | readonly [string, string]
  readonly multiple?: true
  readonly short?: string
}

export type Flags = Readonly<Record<string, Flag>>

/** What a command has to say in the end: a document for machines, lines for people. */
export type Outcome = { readonly json: unknown; readonly text: readonly string[] }

export type Command = {
  readonly name: string
  readonly summary: string
  /** Positional arguments, in order; all are required. */
  readonly arguments: readonly { readonly name: string; readonly help: string }[]
  readonly flags: Flags
  /** Paragraphs below the summary. */
  readonly details?: readonly string[]
  readonly examples: readonly string[]
  readonly run: (input: Input, io: Io) => Promise<Outcome>
}

/** Flags every command takes. */
export const COMMON_FLAGS: Flags = {
  json: { help: 'print one JSON document on standard output' },
  help: { help: 'show this help', short: 'h' },
}
