import { simulateDeltaHedge } from '../src/index.ts'
import { walkPaths } from '../src/simulate/walk.ts'
import { quantLibHedgeRate } from './peers/quantlib.ts'
import { printRate, ratePerCpuSecond } from './rate.ts'

const STEPS = 84
const PATHS = 4096

const DEVIATION = 0.2 * Math.sqrt(1 / 12)

/** 512 of the same paths by the scalar reference. */
function reference(): void {
  const root = (i: number): number => DEVIATION * Math.sqrt(1 - i / STEPS)
  const schedule = {
    inverse: Float64Array.from({ length: STEPS }, (_, i) => 1 / root(i)),
    half: Float64Array.from({ length: STEPS }, (_, i) => 0.5 * root(i)),
  }
  const step = { step: -0.5 * DEVIATION * DEVIATION * (1 / STEPS), deviation: DEVIATION * Math.sqrt(1 / STEPS) }
  walkPaths({ strike: 100, start: 0, ...step, offset: 0, band: 0 }, schedule, { seed: 1, paths: 512 })
}

/** Hedged steps a second, per thread, beside the same simulation written with QuantLib. */
export async function run(): Promise<void> {
  console.log('\nDelta-hedge simulation, 84 steps a path (one thread, CPU time, steps a second)')
  const base = quantLibHedgeRate()
  const against = base === undefined ? {} : { against: base }
  if (base === undefined) console.log('QuantLib or a C++ compiler is not installed: no row for it')
  else printRate('QuantLib 1.29 PathGenerator + BlackCalculator', base, against)
  const parameters = {
    kind: 'call',
    forward: 100,
    strike: 100,
    years: 1 / 12,
    steps: STEPS,
    paths: PATHS,
    seed: 1,
    pathVolatility: 0.2,
    hedgeVolatility: 0.2,
  } as const
  printRate(
    'simulateDeltaHedge',
    ratePerCpuSecond(STEPS * PATHS, () => void simulateDeltaHedge(parameters)),
    against,
  )
  printRate('walkPaths, its TypeScript reference', ratePerCpuSecond(STEPS * 512, reference), against)
  const costly = { ...parameters, costRate: 0.0005, band: 0.03 }
  printRate(
    'simulateDeltaHedge, costs and a band',
    ratePerCpuSecond(STEPS * PATHS, () => void simulateDeltaHedge(costly)),
    against,
  )
}
