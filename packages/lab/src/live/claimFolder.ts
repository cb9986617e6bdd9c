import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

/** Takes the data folder for this process; a claim whose process is gone, or was another, does not count. */
export function claimFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true })
  const file = join(dataDir, 'up.pid')
  const mine = `${process.pid} ${startedAt(process.pid) ?? ''}`
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const [pid, started] = readFileSync(file, 'utf8').split(' ') as [string, string?]
    if (startedAt(Number(pid)) !== undefined && startedAt(Number(pid)) === started)
      throw new FolderInUseError(dataDir, Number(pid))
    rmSync(file, { force: true })
  }
}
