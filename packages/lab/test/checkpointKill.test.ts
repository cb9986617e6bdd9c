import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Checkpoint } from '../src/live/checkpoint.ts'
import { loadCheckpoint, saveCheckpoint } from '../src/live/checkpoint.ts'

class KilledError extends Error {
  override readonly name = 'KilledError'
}

/** How many more changes the file system takes before the process is dead and makes no further one. */
const life = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const mortal =
    <args extends readonly unknown[], result>(change: (...given: args) => result) =>
    (...given: args): result => {
      if (life.left <= 0) throw new KilledError()
      life.left--
      return change(...given)
    }
  return {
    ...fs,
    mkdirSync: mortal(fs.mkdirSync as never),
    writeFileSync: mortal(fs.writeFileSync as never),
    renameSync: mortal(fs.renameSync as never),
    rmSync: mortal(fs.rmSync as never),
  }
})

const state = (played: number) => ({
  chain: `0x${played}`,
  checkpoint: { format: 'keel-live-1', played } as unknown as Checkpoint,
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keel-kill-'))
})
afterEach(() => {
  life.left = Number.POSITIVE_INFINITY
  rmSync(folder, { recursive: true, force: true })
})

/** Saves, dies after so many changes, and says what the next start finds. */
function saveAndDie(played: number, changes: number): number | undefined {
  life.left = changes
  try {
    saveCheckpoint(folder, state(played))
  } catch (error) {
    expect(error).toBeInstanceOf(KilledError)
  }
  life.left = Number.POSITIVE_INFINITY
  const found = loadCheckpoint(folder)
  if (found) expect(found).toEqual(state(found.checkpoint.played))
  return found?.checkpoint.played
}

describe('a save that is killed after any of its changes', () => {
  const MOST = 12

  test.each(Array.from({ length: MOST }, (_, i) => i))(
    'leaves the old state or the new one whole (after %d)',
    (changes) => {
      saveCheckpoint(folder, state(1))
      expect([1, 2]).toContain(saveAndDie(2, changes))
    },
  )

  test.each(Array.from({ length: MOST }, (_, i) => i))(
    'does so too after an earlier kill between the renames (after %d)',
    (changes) => {
      saveCheckpoint(folder, state(1))
      renameSync(join(folder, 'state'), join(folder, 'state.old'))
      expect([1, 2]).toContain(saveAndDie(2, changes))
    },
  )

  test('ends with the new one when it lives long enough', () => {
    saveCheckpoint(folder, state(1))
    expect(saveAndDie(2, MOST)).toBe(2)
    expect(existsSync(join(folder, 'state.old'))).toBe(false)
  })
})
