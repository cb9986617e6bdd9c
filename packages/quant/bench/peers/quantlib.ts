import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BenchRow } from '../rows.ts'

/** Options per CPU second of QuantLib on the same rows, or `undefined` where it or a compiler is missing. */
export function quantLibRates(rows: readonly BenchRow[]): { black: number; implied: number } | undefined {
  const line = (r: BenchRow): string =>
    [r.sign > 0 ? 1 : 0, r.forward, r.strike, r.years, r.volatility, r.price].join(' ')
  const found = /black (\d+)\s+implied (\d+)/.exec(runPeer('quantlib.cpp', rows.map(line).join('\n')) ?? '')
  return found === null ? undefined : { black: Number(found[1]), implied: Number(found[2]) }
}

/** Hedged steps per CPU second of a simulation written with QuantLib, or `undefined`. */
export function quantLibHedgeRate(): number | undefined {
  const rate = Number(runPeer('quantlibHedge.cpp', '') ?? Number.NaN)
  return rate > 0 ? rate : undefined
}

/** Compiles a program beside this file against QuantLib and returns what it prints; `undefined` when any of it fails. */
function runPeer(source: string, input: string): string | undefined {
  if (!existsSync('/usr/include/ql/pricingengines/blackcalculator.hpp')) return undefined
  const directory = mkdtempSync(join(tmpdir(), 'quant-bench-'))
  try {
    return buildAndRun(source, input, join(directory, 'peer'))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function buildAndRun(source: string, input: string, program: string): string | undefined {
  const path = fileURLToPath(new URL(source, import.meta.url))
  const built = spawnSync('g++', ['-O3', '-march=native', '-std=c++17', path, '-lQuantLib', '-o', program], {
    stdio: 'ignore',
  })
  if (built.status !== 0) return undefined
  const { stdout, status } = spawnSync(program, { input, encoding: 'utf8' })
  return status === 0 ? stdout : undefined
}
