import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BenchRow } from '../rows.ts'

/** Options per CPU second of QuantLib on the same rows, or `undefined` where it or a compiler is missing. */
export function quantLibRates(rows: readonly BenchRow[]): { black: number; implied: number } | undefined {
  if (!existsSync('/usr/include/ql/pricingengines/blackcalculator.hpp')) return undefined
  const program = join(mkdtempSync(join(tmpdir(), 'quant-bench-')), 'quantlib')
  const source = fileURLToPath(new URL('quantlib.cpp', import.meta.url))
  const built = spawnSync('g++', ['-O3', '-march=native', '-std=c++17', source, '-lQuantLib', '-o', program])
  if (built.status !== 0) return undefined
  const input = rows
    .map((r) => [r.sign > 0 ? 1 : 0, r.forward, r.strike, r.years, r.volatility, r.price].join(' '))
    .join('\n')
  const { stdout, status } = spawnSync(program, { input, encoding: 'utf8' })
  const found = /black (\d+)\s+implied (\d+)/.exec(stdout)
  return status === 0 && found !== null ? { black: Number(found[1]), implied: Number(found[2]) } : undefined
}
