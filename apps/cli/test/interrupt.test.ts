import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keel, startKeel } from './keel.ts'

const HOUR = 3_600
const START = Date.UTC(2024, 0, 1) / 1000

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keel-stop-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A month of hours whose price swings by a per cent. */
function writeHistory(): string {
  const rows = Array.from({ length: 30 * 24 }, (_, i) => {
    const [open, close] = [2000 + 20 * Math.sin(i), 2000 + 20 * Math.sin(i + 1)]
    return `${START + i * HOUR},${open},${Math.max(open, close) + 1},${Math.min(open, close) - 1},${close},100`
  })
  const file = join(folder, 'history.csv')
  writeFileSync(file, `ts,open,high,low,close,volume\n${rows.join('\n')}\n`)
  return file
}

/** Every living process below one, as /proc tells it. */
function descendants(pid: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent) }]
      } catch {
        return [] // gone meanwhile
      }
    })
  const below = (of: number): number[] =>
    parents.filter(({ parent }) => parent === of).flatMap((each) => [each.pid, ...below(each.pid)])
  return below(pid)
}

/** What a process runs; undefined once it is gone, as the short-lived ones of a start are. */
function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function waitFor<T>(what: () => T | undefined): Promise<T> {
  for (;;) {
    const found = what()
    if (found !== undefined) return found
    await sleep(50)
  }
}

/** The chain's process, and the shell that guards it. */
const chainOf = (pid: number) =>
  waitFor(() => {
    const found = descendants(pid)
    const named = found.some((each) => {
      try {
        return readFileSync(`/proc/${each}/comm`, 'utf8').trim() === 'anvil'
      } catch {
        return false
      }
    })
    return named ? found : undefined
  })

// What became of the processes is read from /proc, which other systems do not have.
describe.runIf(process.platform === 'linux')('a command that runs on', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('replay ends on %s with %i, no report and no process left', async (signal, code) => {
    const { child, finished } = startKeel(['replay', writeHistory(), '--report', join(folder, 'r')])
    const chain = await chainOf(child.pid!)
    child.kill(signal)
    const ending = await finished
    expect(ending).toMatchObject({ code, stdout: '' })
    expect(ending.stderr).toMatch(/^Interrupted: stopped [^\n]*; no report was written\.[^\n]*\n$/)
    expect(readdirSync(folder)).toEqual(['history.csv'])
    expect(chain.filter(isAlive)).toEqual([])
  })

  test('a killed chain is an error that says what to do', async () => {
    const { child, finished } = startKeel(['replay', writeHistory(), '--report', join(folder, 'r')])
    const chain = await chainOf(child.pid!)
    for (const pid of chain) if (commandOf(pid) === 'anvil') process.kill(pid, 'SIGKILL')
    const { code, stderr } = await finished
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: The local chain [^\n]+\n$/)
    expect(readdirSync(folder)).toEqual(['history.csv'])
  })

  test('killed outright it takes the chain along', async () => {
    const { child, finished } = startKeel(['replay', writeHistory()])
    const chain = await chainOf(child.pid!)
    child.kill('SIGKILL')
    await finished
    await waitFor(() => (chain.some(isAlive) ? undefined : true))
  })
})

describe('what replay and up meet', () => {
  test.each([
    ['empty', '', /has no bars/],
    ['of another kind', '{"bars": []}\n', /History line 1: the header is/],
    ['unsorted', 'ts,open,high,low,close,volume\n7200,1,1,1,1,1\n3600,1,1,1,1,1\n', /History line 3: .* Sort the file/],
    ['with a row twice', 'ts,open,high,low,close,volume\n3600,1,1,1,1,1\n3600,1,1,1,1,1\n', /line 3: .* stands twice/],
    [
      'with no price',
      'ts,open,high,low,close,volume\n3600,0,1,0,1,1\n',
      /line 2: open is 0, and a price must be positive/,
    ],
  ])('a history %s', async (_, text, says) => {
    const file = join(folder, 'h.csv')
    writeFileSync(file, text)
    const { code, stdout, stderr } = await keel(['replay', file, '--report', join(folder, 'r')])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^error: [^\n]+\n$/)
    expect(stderr).toMatch(says)
    expect(readdirSync(folder)).toEqual(['h.csv'])
  })

  test('a busy port', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const { code, stderr } = await keel(['up', '--port', String(port), '--data-dir', join(folder, 'data')])
    server.close()
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: Port ${port} is in use. Stop what listens there, or choose another with --port.\n`,
    })
  })
})
