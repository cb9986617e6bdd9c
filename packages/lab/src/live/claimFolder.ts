import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KeelError } from '@keel/sdk'

export class FolderInUseError extends KeelError {
  override readonly name = 'Live.FolderInUseError'
  constructor(dataDir: string, pid: number) {
    super(`Another keel up (process ${pid}) runs on ${dataDir}. Stop it, or choose another --data-dir.`)
  }
}

function startedAt(pid: number): string | undefined {
  try {
    // field 22 of /proc/pid/stat, counted after the parenthesised name
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
  } catch {
    return undefined
  }
}

function isAlive(claim: string): boolean {
  const [pid, started] = claim.split(' ') as [string, string?]
  const found = startedAt(Number(pid))
  return found !== undefined && found === started
}

/** The claim in place, or undefined where there is none. */
function readClaim(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Puts `own` in place as `file`, whole at once; false where there is one. */
function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Takes a dead claim away; a live one that came in its place meanwhile is put back. */
function removeDead(file: string, { claim, aside }: { readonly claim: string; readonly aside: string }): void {
  try {
    renameSync(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (readFileSync(aside, 'utf8') !== claim) linked(aside, file)
  rmSync(aside, { force: true })
}

/** Takes the data folder for this process; a claim whose process is gone, or was another, does not count. */
export function claimFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true })
  const file = join(dataDir, 'up.pid')
  const own = `${file}.${process.pid}`
  writeFileSync(own, `${process.pid} ${startedAt(process.pid) ?? ''}`)
  try {
    while (!linked(own, file)) {
      const claim = readClaim(file)
      if (claim === undefined) continue
      if (isAlive(claim)) throw new FolderInUseError(dataDir, Number(claim.split(' ')[0]))
      removeDead(file, { claim, aside: `${own}.dead` })
    }
  } finally {
    rmSync(own, { force: true })
  }
  return () => rmSync(file, { force: true })
}
