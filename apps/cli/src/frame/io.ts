/** The rim: what a command may touch of the terminal, the environment and the working directory. */
export type Io = {
  readonly json: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** A line of output at once, for commands that run on. Nothing with --json. */
  readonly print: (line: string) => void
  /** Shows how far long work is, on a terminal only; each replaces the one before. */
  readonly progress: (line: string) => void
  /** Asks before something is sent; throws when there is nobody to ask. */
  readonly confirm: (question: string) => Promise<void>
}
