import type { Command, Flags } from './command.ts'
import { COMMON_FLAGS } from './command.ts'

function column(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

function flagRows(flags: Flags): readonly (readonly [string, string])[] {
  return Object.entries(flags).map(([name, { values = [], short, help, multiple }]) => {
    const left = [`${short ? `-${short}, ` : ''}--${name}`, ...values].join(' ')
    return [left, multiple ? `${help} (repeatable)` : help] as const
  })
}

/** The help of one command. */
export function commandHelp({ name, summary, details = [], arguments: args, flags, examples }: Command): string {
  const usage = ['keel', name, ...args.map((argument) => argument.name), '[flags]'].join(' ')
  const sections = [
    `${summary}\n\nUsage: ${usage}`,
    ...details,
    ...(args.length > 0 ? [['Arguments:', ...column(args.map((a) => [a.name, a.help] as const))].join('\n')] : []),
    ['Flags:', ...column(flagRows({ ...flags, ...COMMON_FLAGS }))].join('\n'),
    ['Examples:', ...examples.map((example) => `  ${example}`)].join('\n'),
  ]
  return `${sections.join('\n\n')}\n`
}

/** The help of `keel` itself. */
export function globalHelp(commands: readonly { readonly name: string; readonly summary: string }[]): string {
  return `keel: an on-chain options vault that keeps itself level

Usage: keel COMMAND [arguments] [flags]

Commands:
${column(commands.map(({ name, summary }) => [name, summary] as const)).join('\n')}

keel COMMAND --help says more about each. Every command takes --json.
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C. KEEL_DEBUG=1 shows where an error comes from.
`
}
