// Reads what the test runners said at their end.
import { stripVTControlCharacters } from 'node:util'

export type Tally = { readonly passed: number; readonly failed: number }

type Read = {
  readonly tally: Tally /** The runner's own last lines, for the person. */
  readonly closing: readonly string[]
}

/** A runner that fails without a failed test (no compile, a crash, an unhandled rejection) still counts as one failure. */
const atLeastOne = ({ tally, code }: { readonly tally: Tally; readonly code: number }): Tally =>
  code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally

export function forgeTally({ code, output }: { readonly code: number; readonly output: string }): Read {
  const lines = stripVTControlCharacters(output).split('\n')
  const closing = lines.filter((line) => /^Ran \d+ test suites? in .* tests passed/.test(line)).slice(-1)
  const [passed = 0, failed = 0] = [/(\d+) tests passed/, /(\d+) failed/].map((count) =>
    Number(closing[0]?.match(count)?.[1] ?? 0),
  )
  return { tally: atLeastOne({ tally: { passed, failed }, code }), closing }
}

export function vitestTally({ code, output, report }: vitestTally.Options): Read {
  const { numPassedTests = 0, numFailedTests = 0 } = report === undefined ? {} : JSON.parse(report)
  const closing = stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => /^\s+(Test Files|Tests|Duration) {2}/.test(line))
    .map((line) => line.trim())
  return { tally: atLeastOne({ tally: { passed: numPassedTests, failed: numFailedTests }, code }), closing }
}

export declare namespace vitestTally {
  /** `report` is the text of vitest's JSON report. */
  type Options = { readonly code: number; readonly output: string; readonly report: string | undefined }
}

export const addTallies = (tallies: readonly Tally[]): Tally =>
  tallies.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
    passed: 0,
    failed: 0,
  })
