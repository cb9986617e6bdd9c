import { readFileSync } from 'node:fs'
import type { MarketSnapshot } from '@keel/sdk'
import { parseSnapshot } from '@keel/sdk'
import { UnreadableFileError } from '../chain/errors.ts'
import { MissingSnapshotError } from './errors.ts'

/** Reads a snapshot as `keel snapshot` wrote it. */
export function readSnapshotFile(file: string): MarketSnapshot {
  let json: string
  try {
    json = readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code === 'ENOENT' ? new MissingSnapshotError(file) : new UnreadableFileError(file, code ?? message)
  }
  return parseSnapshot(json)
}
