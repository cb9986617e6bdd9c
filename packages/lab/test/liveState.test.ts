import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Checkpoint } from '../src/live/checkpoint.ts'
import { BrokenCheckpointError, loadCheckpoint, saveCheckpoint } from '../src/live/checkpoint.ts'
import { claimFolder, FolderInUseError } from '../src/live/claimFolder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keel-live-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('claimFolder', () => {
  const claim = JSON.stringify(new URL('../src/live/claimFolder.ts', import.meta.url).href)

  /** Another process that claims the folder and says what came of it; it holds the claim until it is killed. */
  async function claimElsewhere() {
    const script = `const { claimFolder } = await import(${claim}); try { claimFolder(process.argv[1]); console.log('claimed') } catch (error) { console.log(error.name) } setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const said = await new Promise<string>((resolve) =>
      child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim())),
    )
    const kill = () =>
      new Promise<void>((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      })
    return { said, kill, pid: child.pid! }
  }

  test('lets one process in at a time, and the next after the first was killed', async () => {
    const first = await claimElsewhere()
    try {
      expect(first.said).toBe('claimed')
      expect(() => claimFolder(folder)).toThrow(FolderInUseError)
      expect(() => claimFolder(folder)).toThrow(`process ${first.pid}`)
    } finally {
      await first.kill()
    }
    const release = claimFolder(folder)
    const second = await claimElsewhere()
    await second.kill()
    expect(second.said).toBe('Live.FolderInUseError')
    release()
    expect(existsSync(join(folder, 'up.pid'))).toBe(false)
  })

  test.each([
    ['no claim', undefined],
    ['a dead claim', '4194304999 1'],
  ])('lets in one of two that come at the same time and find %s', async (_, dead) => {
    if (dead !== undefined) writeFileSync(join(folder, 'up.pid'), dead)
    const both = await Promise.all([claimElsewhere(), claimElsewhere()])
    await Promise.all(both.map(({ kill }) => kill()))
    expect(both.map(({ said }) => said).sort()).toEqual(['Live.FolderInUseError', 'claimed'])
  })

  test.each([
    ['of a process that is gone', '4194304999 1'],
    ['of another process with the same id', `${process.pid} 1`],
    ['that was never finished', ''],
    ['that is not a claim', 'not a claim at all'],
  ])('takes over a claim %s', (_, text) => {
    writeFileSync(join(folder, 'up.pid'), text)
    const release = claimFolder(folder)
    expect(readFileSync(join(folder, 'up.pid'), 'utf8')).toContain(`${process.pid} `)
    release()
  })

  test('makes the folder', () => {
    const deep = join(folder, 'a', 'b')
    claimFolder(deep)()
    expect(existsSync(deep)).toBe(true)
  })
})

describe('a checkpoint', () => {
  const state = (played: number) => ({
    chain: `0x${played.toString(16)}`,
    checkpoint: {
      format: 'keel-live-1',
      seed: 5,
      source: 'drawn',
      from: 1_704_672_000,
      played,
      foundation: {},
      world: {
        steps: 9,
        series: [-(2n ** 100n), 2n ** 170n],
        traders: [{ trades: 1, paid: 2n, received: 0n, redeemed: 0n, holdings: [[2n ** 170n, 10n ** 18n]] }],
        depositors: [{ deposited: 10n ** 12n, withdrawn: 0n, out: false }],
      },
      sums: { premium: 1.5, fair: 0, paidOut: 0, trades: 1, contracts: 2, hedgeCash: 0, hedgeCost: 0, netDeposits: 3 },
    } as unknown as Checkpoint,
  })

  test('comes back as it was saved, bigints and all', () => {
    expect(loadCheckpoint(folder)).toBeUndefined()
    saveCheckpoint(folder, state(1))
    expect(loadCheckpoint(folder)).toEqual(state(1))
    saveCheckpoint(folder, state(2))
    expect(loadCheckpoint(folder)).toEqual(state(2))
  })

  /** The folder as a kill leaves it between two steps of saving state 2 over state 1. */
  const KILLED: readonly (readonly [string, number, () => void])[] = [
    [
      'while the new half was written',
      1,
      () => {
        mkdirSync(join(folder, 'state.new'))
        writeFileSync(join(folder, 'state.new', 'chain.hex'), '0x')
      },
    ],
    [
      'before the old was moved away',
      1,
      () => {
        cpSync(join(folder, 'state'), join(folder, 'state.new'), { recursive: true })
      },
    ],
    [
      'between the renames',
      1,
      () => {
        cpSync(join(folder, 'state'), join(folder, 'state.new'), { recursive: true })
        renameSync(join(folder, 'state'), join(folder, 'state.old'))
      },
    ],
    [
      'before the old was removed',
      1,
      () => {
        cpSync(join(folder, 'state'), join(folder, 'state.old'), { recursive: true })
        writeFileSync(join(folder, 'state.old', 'checkpoint.json'), '{ broken')
      },
    ],
  ]

  test.each(KILLED)('is whole after a kill %s, and can be saved over', (_, played, kill) => {
    saveCheckpoint(folder, state(1))
    kill()
    expect(loadCheckpoint(folder)).toEqual(state(played))
    saveCheckpoint(folder, state(3))
    expect(loadCheckpoint(folder)).toEqual(state(3))
  })

  test('survives a kill between the renames twice over', () => {
    saveCheckpoint(folder, state(1))
    renameSync(join(folder, 'state'), join(folder, 'state.old'))
    // Killed again while the next save had begun: nothing but the old one is whole, and it must still be there.
    mkdirSync(join(folder, 'state.new'))
    expect(loadCheckpoint(folder)).toEqual(state(1))
  })

  test.each([
    ['is cut short', (text: string) => text.slice(0, text.length / 2)],
    ['is empty', () => ''],
    ['is of another version', (text: string) => text.replace('keel-live-1', 'keel-live-0')],
    ['is not an object', () => 'null'],
  ])('that %s is refused with advice', (_, spoil) => {
    saveCheckpoint(folder, state(1))
    const file = join(folder, 'state', 'checkpoint.json')
    writeFileSync(file, spoil(readFileSync(file, 'utf8')))
    expect(() => loadCheckpoint(folder)).toThrow(BrokenCheckpointError)
    expect(() => loadCheckpoint(folder)).toThrow('Remove the folder')
  })

  test('without its chain is refused', () => {
    saveCheckpoint(folder, state(1))
    rmSync(join(folder, 'state', 'chain.hex'))
    expect(() => loadCheckpoint(folder)).toThrow(BrokenCheckpointError)
  })
})
