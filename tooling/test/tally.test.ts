import { expect, test } from 'vitest'
import { addTallies, forgeTally, vitestTally } from '../tally.ts'

const closing = 'Ran 2 test suites in 94.65ms (114.95ms CPU time): 9 tests passed, 1 failed, 0 skipped (10 total tests)'

test('forge: the last closing line counts, colours or not', () => {
  const output = `noise\n\u001b[32m${closing}\u001b[0m\n`
  expect(forgeTally({ code: 1, output })).toEqual({ tally: { passed: 9, failed: 1 }, closing: [closing] })
})

test('a runner that stops without a failed test counts as one failure', () => {
  expect(forgeTally({ code: 1, output: 'Compiler run failed' }).tally).toEqual({ passed: 0, failed: 1 })
  expect(vitestTally({ code: 1, output: '', report: undefined }).tally).toEqual({ passed: 0, failed: 1 })
})

test('vitest: the report counts', () => {
  const report = JSON.stringify({ numPassedTests: 5, numFailedTests: 2 })
  expect(vitestTally({ code: 1, output: '', report }).tally).toEqual({ passed: 5, failed: 2 })
})

test('tallies add up', () => {
  expect(
    addTallies([
      { passed: 1, failed: 0 },
      { passed: 2, failed: 3 },
    ]),
  ).toEqual({ passed: 3, failed: 3 })
})
