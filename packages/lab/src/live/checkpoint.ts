import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KeelError } from '@keel/sdk'
import type { Foundation } from '../world/found.ts'
import type { RecorderSums } from '../world/recorder.ts'
import type { SavedWorld } from '../world/world.ts'

/** Everything a live market needs to go on where it stood. */
export type Checkpoint = {
  readonly format: 'keel-live-1'
  readonly seed: number
  readonly source: string
  /** Unix seconds of the first bar played. */
  readonly from: number
  /** Bars played since. */
  readonly played: number
  readonly foundation: Foundation
  readonly world: SavedWorld
  readonly sums: RecorderSums
}

const FILE = 'checkpoint.json'
const CHAIN = 'chain.hex'
const CURRENT = 'state'

export class BrokenCheckpointError extends KeelError {
  override readonly name = 'Live.BrokenCheckpointError'
  constructor(dataDir: string, reason: string) {
    super(`The saved state in ${dataDir} cannot be used: ${reason}. Remove the folder to start afresh.`)
  }
}

const write = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)
const read = (_: string, value: unknown) =>
  typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value

/** Saves both halves in a fresh folder, then puts it in place of the old one: a kill at any instant leaves one whole. */
export function saveCheckpoint(
  dataDir: string,
  { checkpoint, chain }: { checkpoint: Checkpoint; chain: string },
): void {
  const fresh = join(dataDir, `${CURRENT}.new`)
  const current = join(dataDir, CURRENT)
  const old = join(dataDir, `${CURRENT}.old`)
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  writeFileSync(join(fresh, CHAIN), chain)
  writeFileSync(join(fresh, FILE), JSON.stringify(checkpoint, write))
  // Killed between the renames before: the old one is the only whole one, and goes back to its place first.
  if (!existsSync(current) && existsSync(old)) renameSync(old, current)
  rmSync(old, { recursive: true, force: true })
  try {
    renameSync(current, old)
  } catch {
    // the first one
  }
  renameSync(fresh, current)
  rmSync(old, { recursive: true, force: true })
}

/** The saved state, or undefined where there is none. Throws `BrokenCheckpointError`. */
export function loadCheckpoint(
  dataDir: string,
): { readonly checkpoint: Checkpoint; readonly chain: string } | undefined {
  for (const name of [CURRENT, `${CURRENT}.old`]) {
    let text: string
    try {
      text = readFileSync(join(dataDir, name, FILE), 'utf8')
    } catch {
      continue
    }
    try {
      const checkpoint = JSON.parse(text, read) as Checkpoint
      if (checkpoint.format !== 'keel-live-1') throw new BrokenCheckpointError(dataDir, 'another version wrote it')
      return { checkpoint, chain: readFileSync(join(dataDir, name, CHAIN), 'utf8') }
    } catch (error) {
      throw error instanceof KeelError ? error : new BrokenCheckpointError(dataDir, (error as Error).message)
    }
  }
  return undefined
}
