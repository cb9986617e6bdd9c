import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 100
/** A directory this young without an owner belongs to someone between `mkdir` and writing the owner down. */
const NAMELESS_MS = 5_000

/** Start time in clock ticks, so that a reused process id is not mistaken for the owner. Empty where there is no /proc. */
function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return ''
  }
}

function alive({ pid, started }) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code === 'ESRCH') return false
  }
  return started === startTime(pid)
}

function isStale(dir) {
  try {
    const ageMs = Date.now() - statSync(dir).mtimeMs
    try {
      return !alive(JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8')))
    } catch {
      return ageMs > NAMELESS_MS
    }
  } catch {
    return false // gone meanwhile: just try to take it
  }
}

function tryTake(dir) {
  try {
    mkdirSync(dir)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  writeFileSync(join(dir, 'owner.json'), JSON.stringify({ pid: process.pid, started: startTime(process.pid) }))
  return true
}

/** Removes a dead owner's lock. The guard and second look keep two finders from removing each other's new lock. */
function removeStale(dir) {
  const guard = `${dir}.guard`
  if (!tryTake(guard)) {
    if (isStale(guard)) rmSync(guard, { recursive: true, force: true })
    return
  }
  if (isStale(dir)) rmSync(dir, { recursive: true, force: true })
  rmSync(guard, { recursive: true, force: true })
}

/** Runs `work` while no other process holds the lock directory. */
export async function withLock(dir, { work, onWait }) {
  mkdirSync(dirname(dir), { recursive: true })
  for (let waited = false; !tryTake(dir); ) {
    if (isStale(dir)) removeStale(dir)
    else {
      if (!waited) onWait()
      waited = true
      await sleep(POLL_MS)
    }
  }
  const release = () => rmSync(dir, { recursive: true, force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}
