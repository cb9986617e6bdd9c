// Loaded into the task: when the bootstrap is killed outright and cannot pass a signal on, stop as if it had.
import { isMainThread } from 'node:worker_threads'

const POLL_MS = 1_000
const parent = Number(process.env.KEEL_PARENT)

// Processes the task forks inherit this import; only the task itself has the bootstrap as its parent.
if (isMainThread && process.ppid === parent) {
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM')
  }, POLL_MS).unref()
}
