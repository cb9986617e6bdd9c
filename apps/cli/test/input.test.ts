import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../src/commands/table.ts'
import { UsageError } from '../src/frame/errors.ts'
import { commandHelp, globalHelp } from '../src/frame/help.ts'
import { readInput } from '../src/frame/input.ts'
import { nearest } from '../src/frame/nearest.ts'

const command = {
  name: 'test',
  arguments: [{ name: 'FILE', help: 'a file' }],
  flags: {
    port: { values: ['N'], help: 'a number' },
    buy: { values: ['SIZE', 'SERIES'], multiple: true, help: 'two values' },
    tag: { values: ['T'], multiple: true, help: 'one value, often' },
    yes: { short: 'y', help: 'a switch' },
    limit: { values: ['AMOUNT'], help: 'may be negative' },
  },
} as const

const read = (...args: string[]) => readInput(command, args)

describe('a command line', () => {
  test('gives arguments and flags in any order', () => {
    const input = read('--port', '80', 'file.csv', '-y', '--tag=a', '--tag', 'b')
    expect(input.argument('FILE')).toBe('file.csv')
    expect(input.whole('port', { least: 1, most: 100 })).toBe(80)
    expect(input.has('yes')).toBe(true)
    expect(input.has('json')).toBe(false)
    expect(input.texts('tag')).toEqual(['a', 'b'])
    expect(input.text('limit')).toBeUndefined()
  })

  test('pairs two values of a flag, as often as it stands', () => {
    const input = read('--buy', '1.5', 'A', 'file', '--buy', '2', 'B', '--yes')
    expect(input.pairs('buy')).toEqual([
      ['1.5', 'A'],
      ['2', 'B'],
    ])
    expect(input.argument('FILE')).toBe('file')
  })

  test('takes a negative number as a value, and what follows -- as an argument', () => {
    expect(read('x', '--limit', '-80').text('limit')).toBe('-80')
    expect(read('--', '--odd').argument('FILE')).toBe('--odd')
  })

  test.each([
    [['x', '--prot', '80'], 'keel test has no flag --prot. Did you mean --port?'],
    [['x', '--frobnicate'], 'keel test has no flag --frobnicate. See keel test --help.'],
    [['x', '--constructor'], 'keel test has no flag --constructor. See keel test --help.'],
    [['x', '-q'], 'keel test has no flag -q. See keel test --help.'],
    [['x', '--port'], '--port needs a value: --port N.'],
    [['x', '--port='], '--port needs a value: --port N.'],
    [['x', '--port', '--yes'], '--port needs a value: --port N.'],
    [['x', '--port', '1', '--port', '2'], '--port is given twice. Give it once.'],
    [['x', '--yes=no'], '--yes is a switch and takes no value. Write --yes alone.'],
    [['x', '--buy', '1'], '--buy needs two values: --buy SIZE SERIES.'],
    [['x', '--buy', '1', '--yes'], '--buy needs two values: --buy SIZE SERIES.'],
    [['x', 'y'], 'keel test does not know what to do with "y". See keel test --help.'],
    [[], 'keel test needs FILE. See keel test --help.'],
  ])('%j is refused', (args, message) => {
    expect(() => read(...args)).toThrow(message)
    expect(() => read(...args)).toThrow(UsageError)
  })

  test.each(['0', '101', '-1', '1.5', '1e1', '0x10', 'many'])('%j is no whole number from 1 to 100', (text) => {
    expect(() => read('x', '--port', text).whole('port', { least: 1, most: 100 })).toThrow(
      `--port is "${text}", which is not a whole number from 1 to 100.`,
    )
  })

  test.each(['0', '-1', 'fast', '1e3', 'Infinity'])('%j is no number above zero', (text) => {
    expect(() => read('x', '--limit', text).positive('limit')).toThrow('a number above zero')
  })

  test('asks for a flag that must be there, and refuses two that exclude each other', () => {
    expect(() => read('x').required('port')).toThrow('keel test needs --port. See keel test --help.')
    expect(() => read('x', '--port', '1', '--limit', '2').exclusive('port', 'limit')).toThrow(
      '--port and --limit exclude each other. Give one of them.',
    )
  })

  test('--help needs nothing else', () => {
    expect(read('--help').has('help')).toBe(true)
    expect(read('-h').has('help')).toBe(true)
  })
})

test('the nearest word is offered, and none when nothing is near', () => {
  const words = ['status', 'quote', 'trade', 'deposit']
  expect(nearest('stauts', words)).toBe('status')
  expect(nearest('dep', words)).toBe('deposit')
  expect(nearest('qoute', words)).toBe('quote')
  expect(nearest('frobnicate', words)).toBeUndefined()
  expect(nearest('x', words)).toBeUndefined()
})

describe('the help', () => {
  test('lists every command once', () => {
    const help = globalHelp(COMMANDS)
    for (const { name, summary } of COMMANDS) expect(help).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'))
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length)
  })

  test.each(COMMANDS.map((each) => [each.name, each] as const))('of %s names every flag, and fits', (_, each) => {
    const help = commandHelp(each)
    for (const flag of Object.keys(each.flags)) expect(help).toContain(`--${flag}`)
    for (const { name } of each.arguments) expect(help).toContain(name)
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(125)
  })

  test.each(COMMANDS.flatMap((each) => each.examples.map((example) => [example, each] as const)))(
    'has an example that reads: %s',
    (example, each) => {
      const [line] = example.split(' > ') // the shell's own
      const args = line!.split(/[\s\\]+/).slice(1 + each.name.split(' ').length)
      expect(example).toMatch(new RegExp(`^keel ${each.name}\\b`))
      expect(() => readInput(each, args)).not.toThrow()
    },
  )
})
