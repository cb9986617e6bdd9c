import { KeelError } from '@keel/sdk'

/** The command line itself is wrong: exit code 2. */
export abstract class UsageError extends KeelError {
  abstract override readonly name: string
}

export class UnknownCommandError extends UsageError {
  override readonly name = 'Cli.UnknownCommandError'
  constructor(given: string, nearest: string | undefined) {
    super(`There is no command ${given}. ${nearest ? `Did you mean keel ${nearest}?` : 'See keel --help.'}`)
  }
}

export class UnknownFlagError extends UsageError {
  override readonly name = 'Cli.UnknownFlagError'
  constructor({ flag, command, nearest }: { flag: string; command: string; nearest: string | undefined }) {
    const hint = nearest ? `Did you mean --${nearest}?` : `See keel ${command} --help.`
    super(`keel ${command} has no flag ${flag}. ${hint}`)
  }
}

export class UnexpectedArgumentError extends UsageError {
  override readonly name = 'Cli.UnexpectedArgumentError'
  constructor(given: string, command: string) {
    super(`keel ${command} does not know what to do with "${given}". See keel ${command} --help.`)
  }
}

export class MissingArgumentError extends UsageError {
  override readonly name = 'Cli.MissingArgumentError'
  constructor({ argument, command }: { argument: string; command: string }) {
    super(`keel ${command} needs ${argument}. See keel ${command} --help.`)
  }
}

export class FlagWithoutValueError extends UsageError {
  override readonly name = 'Cli.FlagWithoutValueError'
  constructor(flag: string, values: readonly string[]) {
    super(`--${flag} needs ${values.length === 1 ? 'a value' : 'two values'}: --${flag} ${values.join(' ')}.`)
  }
}

export class FlagWithValueError extends UsageError {
  override readonly name = 'Cli.FlagWithValueError'
  constructor(flag: string) {
    super(`--${flag} is a switch and takes no value. Write --${flag} alone.`)
  }
}

export class RepeatedFlagError extends UsageError {
  override readonly name = 'Cli.RepeatedFlagError'
  constructor(flag: string) {
    super(`--${flag} is given twice. Give it once.`)
  }
}

export class ConflictingFlagsError extends UsageError {
  override readonly name = 'Cli.ConflictingFlagsError'
  constructor(one: string, other: string) {
    super(`--${one} and --${other} exclude each other. Give one of them.`)
  }
}

/** `what` names the flag or argument, `wanted` what it should be. */
export class BadValueError extends UsageError {
  override readonly name = 'Cli.BadValueError'
  constructor({ what, given, wanted }: { what: string; given: string; wanted: string }) {
    super(`${what} is "${given}", which is not ${wanted}.`)
  }
}

export class NobodyToAskError extends UsageError {
  override readonly name = 'Cli.NobodyToAskError'
  constructor() {
    super('This sends transactions and nobody can be asked here. Pass --yes to go ahead.')
  }
}

export class DeclinedError extends KeelError {
  override readonly name = 'Cli.DeclinedError'
  constructor() {
    super('Nothing was sent. Answer y, or pass --yes, to go ahead.')
  }
}

export class InterruptedError extends KeelError {
  override readonly name = 'Cli.InterruptedError'
  /** What stood when it was stopped. */
  constructor(state: string) {
    super(`Interrupted: ${state}`)
  }
}
