import type { HedgeMove } from '../simulate/walk.ts'
import { KERNEL_CODE } from './code.ts'

const PAGE = 65_536
/** Bytes the kernel keeps for itself at the start of its memory: scratch, then its table of constants. */
const SCRATCH = 12_288

/** What the kernel calls back for rows it does not handle itself. */
export interface RowFallbacks {
  readonly blackRow?: (row: number) => void
  readonly impliedRow?: (row: number) => void
}

/** A loaded kernel with memory for columns. */
export interface LoadedKernel {
  /** One view per column, side by side in the kernel's memory, each `capacity` rows. */
  readonly columns: readonly Float64Array[]
  readonly black: (rows: number) => void
  readonly implied: (rows: number) => void
  /** Takes the block of paths in scratch through all steps; the first column holds the tables, then the schedule. */
  readonly hedge: (tables: number, steps: number, move: HedgeMove) => void
  /** The whole memory; scratch lies at its start. */
  readonly memory: ArrayBuffer
}

/** The part of the WebAssembly interface used here: every engine has it, not every type library declares it. */
interface WasmApi {
  readonly Module: new (code: Uint8Array) => object
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
}

let compiled: object | undefined

/**
 * Loads the SIMD kernel with room for columns, or returns `undefined` where WebAssembly or its SIMD is missing or not allowed: the
 * caller then takes the TypeScript reference, which gives the same bits.
 */
export function loadKernel(
  shape: { columns: number; capacity: number },
  fallbacks: RowFallbacks,
): LoadedKernel | undefined {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly?: WasmApi }
  if (WebAssembly === undefined) return undefined
  try {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(KERNEL_CODE), (letter) => letter.charCodeAt(0)))
    const rows = shape.capacity + (shape.capacity & 1)
    const stride = rows * 8
    const memory = new WebAssembly.Memory({ initial: Math.ceil((SCRATCH + shape.columns * stride) / PAGE) })
    const nothing = (): void => {}
    const { blackRow = nothing, impliedRow = nothing } = fallbacks
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory, blackRow, impliedRow } })
    const run = exports as {
      readonly [Name in 'black' | 'implied' | 'hedge']: (...parameters: number[]) => void
    }
    return {
      columns: Array.from(
        { length: shape.columns },
        (_, i) => new Float64Array(memory.buffer, SCRATCH + i * stride, shape.capacity),
      ),
      black: (count) => run.black(SCRATCH, stride, count),
      implied: (count) => run.implied(SCRATCH, stride, count),
      hedge: (tables, steps, { strike, step, deviation, offset, band }) =>
        run.hedge(SCRATCH, SCRATCH + 8 * tables, steps, strike, step, deviation, offset, band),
      memory: memory.buffer,
    }
  } catch {
    return undefined
  }
}
