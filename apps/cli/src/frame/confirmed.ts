import type { Flags } from './command.ts'
import type { Input } from './input.ts'
import type { Io } from './io.ts'

export const YES_FLAG: Flags = { yes: { short: 'y', help: 'do not ask before sending' } }

/** Goes on when the person agrees, by --yes or when asked. The last line is the question. */
export async function confirmed(input: Input, io: Io, lines: readonly string[]): Promise<void> {
  if (!input.has('yes')) await io.confirm(lines.join('\n'))
}
