const ROUNDS = 7
const SECONDS = 0.12

/**
 * Items per second of CPU time of this process, the best of seven rounds after a warm-up. CPU time, since a shared machine takes the
 * wall clock away; the best, since noise only ever slows.
 */
export function ratePerCpuSecond(itemsPerCall: number, work: () => void): number {
  run(work)
  let best = 0
  for (let round = 0; round < ROUNDS; round++) {
    const { calls, seconds } = run(work)
    best = Math.max(best, (calls * itemsPerCall) / seconds)
  }
  return best
}

function run(work: () => void): { calls: number; seconds: number } {
  const start = process.cpuUsage()
  let calls = 0
  let seconds = 0
  do {
    for (let i = 0; i < 4; i++) work()
    calls += 4
    const { user, system } = process.cpuUsage(start)
    seconds = (user + system) / 1e6
  } while (seconds < SECONDS)
  return { calls, seconds }
}

/** Prints one contestant: what, millions a second, and how many times the first one's rate. */
export function printRate(name: string, perSecond: number, { against }: { against?: number } = {}): void {
  const ratio = against === undefined ? '' : `${(perSecond / against).toPrecision(3)}×`
  console.log(`${name.padEnd(52)} ${(perSecond / 1e6).toPrecision(3).padStart(8)} M/s ${ratio.padStart(9)}`)
}
