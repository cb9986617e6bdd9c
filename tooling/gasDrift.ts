// Measured gas beside the committed snapshots. via-IR lays code out by ids that depend on which files are compiled together,
// so two honest builds differ by some units: a share is allowed, and what moves more must be committed.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Of the committed figure. */
export const GAS_TOLERANCE = 0.01

export type Snapshots = ReadonlyMap<string, Readonly<Record<string, string>>>

/** Group to figures, from a folder of `group.json`. `sizes.json` is not gas. */
export function readSnapshots(folder: string): Snapshots {
  if (!existsSync(folder)) return new Map()
  const groups = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'sizes.json')
  return new Map(groups.sort().map((file) => [file.slice(0, -5), JSON.parse(readFileSync(join(folder, file), 'utf8'))]))
}

/** A sentence for each figure that moved beyond the tolerance, and for each figure or group that stands on one side alone. */
export function findGasDrift({ committed, measured }: findGasDrift.Parameters): readonly string[] {
  return [...new Set([...committed.keys(), ...measured.keys()])].sort().flatMap((group) => {
    const [known = {}, figures] = [committed.get(group), measured.get(group)]
    if (!figures) return [`${group}: committed and measured by no test. Measure it again, or remove the snapshot.`]
    const names = [...new Set([...Object.keys(known), ...Object.keys(figures)])].sort()
    return names.flatMap((name) => {
      const [before, now] = [known[name], figures[name]]
      const what = `${group}, ${name}`
      if (now === undefined) return [`${what}: committed and no longer measured. Remove it from the snapshot.`]
      if (before === undefined)
        return [`${what}: measured ${now} and not committed. Emit the snapshots and commit them.`]
      const moved = Math.abs(Number(now) - Number(before))
      if (moved <= GAS_TOLERANCE * Number(before)) return []
      return [`${what}: ${now} gas, ${before} committed. Emit the snapshots and commit them, or find what it cost.`]
    })
  })
}

export declare namespace findGasDrift {
  type Parameters = { readonly committed: Snapshots; readonly measured: Snapshots }
}
