import type { MarketSnapshot } from '@keel/sdk'
import { parseSnapshot } from '@keel/sdk'
import { readText } from '../files/readText.ts'
import { MissingSnapshotError } from './errors.ts'

/** Reads a snapshot as `keel snapshot` wrote it. */
export function readSnapshotFile(file: string): MarketSnapshot {
  return parseSnapshot(readText(file, (path) => new MissingSnapshotError(path)))
}
