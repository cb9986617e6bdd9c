import { exp } from '../math/exp.ts'
import { seedState } from '../random/seed.ts'
import { hedgeTables } from '../simulate/tables.ts'
import { emptyPaths, type HedgeMove, type HedgePaths, type HedgeSchedule, type WalkedPaths } from '../simulate/walk.ts'
import { type LoadedKernel, loadKernel } from './load.ts'

/** Paths the kernel takes at once, and the order of its scratch columns. */
const BLOCK = 64
const COLUMNS = 9
const [X, PRICE, HELD, GAIN, TRADED, SQUARES, TRADES, CARRIED] = [0, 1, 2, 3, 4, 5, 6, 7]
/** Columns that begin at zero. */
const SUMS = [HELD, GAIN, TRADED, SQUARES, TRADES, CARRIED]

/** The kernel of the last call, tables in place: making one costs as much as ten thousand steps. */
let kept: { readonly kernel: LoadedKernel; readonly steps: number } | undefined

/** Every path in the SIMD kernel, or `undefined` where there is none. */
export function walkInKernel(
  move: HedgeMove,
  { inverse, half }: HedgeSchedule,
  { seed, paths }: HedgePaths,
): WalkedPaths | undefined {
  const steps = inverse.length
  const tables = hedgeTables()
  const kernel = kernelFor(steps, tables)
  if (kernel === undefined) return undefined
  kernel.columns[0]!.set(inverse, tables.length)
  kernel.columns[0]!.set(half, tables.length + steps)
  const columns = Array.from({ length: COLUMNS }, (_, i) => new Float64Array(kernel.memory, i * BLOCK * 8, BLOCK))
  const words = Array.from({ length: 4 }, (_, i) => new Int32Array(kernel.memory, (COLUMNS * 8 + i * 4) * BLOCK, BLOCK))
  const out = emptyPaths(paths)
  for (let first = 0; first < paths; first += BLOCK) {
    columns[X]!.fill(move.start)
    columns[PRICE]!.fill(move.strike * exp(move.start))
    for (const i of SUMS) columns[i]!.fill(0)
    for (let i = 0; i < BLOCK; i++) {
      const state = seedState(seed, first + i)
      for (let j = 0; j < 4; j++) words[j]![i] = state[j]!
    }
    kernel.hedge(tables.length, steps, move)
    const count = Math.min(BLOCK, paths - first)
    const keep = (to: Float64Array, from: number): void => to.set(columns[from]!.subarray(0, count), first)
    keep(out.gain, GAIN)
    keep(out.traded, TRADED)
    keep(out.squares, SQUARES)
    keep(out.trades, TRADES)
    keep(out.carried, CARRIED)
    keep(out.held, HELD)
    keep(out.end, PRICE)
  }
  return out
}

/** A kernel with room for a schedule, the last one where it is large enough. */
function kernelFor(steps: number, tables: Float64Array): LoadedKernel | undefined {
  if (kept !== undefined && kept.steps >= steps) return kept.kernel
  const kernel = loadKernel({ columns: 1, capacity: tables.length + 2 * steps }, {})
  if (kernel === undefined) return undefined
  kernel.columns[0]!.set(tables)
  kept = { kernel, steps }
  return kernel
}
