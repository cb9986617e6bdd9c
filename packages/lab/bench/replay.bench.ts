import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAnvil } from '../src/chain/anvil.ts'
import { openChain } from '../src/chain/chain.ts'
import { drawnMarket } from '../src/live/path.ts'
import { runReplay } from '../src/replay.ts'
import { createCast } from '../src/world/cast.ts'

const DAYS = 30
const FROM = 1_700_006_400
const PLAIN_BLOCKS = 400
const PLAIN_PER_BLOCK = 8

/** What the same chain and client do with plain transfers: nothing replayed can be faster. */
async function transferBound(): Promise<number> {
  const chain = await openChain(await startAnvil({ timestamp: FROM }))
  try {
    const { depositors, traders, visitor } = createCast()
    const senders = [...depositors, ...traders]
    const began = performance.now()
    for (let block = 1; block <= PLAIN_BLOCKS; block++)
      await chain.mine(
        FROM + block,
        Array.from({ length: PLAIN_PER_BLOCK }, (_, i) => ({
          from: senders[i % senders.length]!,
          to: visitor,
          data: '0x' as const,
          label: 'transfer',
        })),
      )
    return (PLAIN_BLOCKS * PLAIN_PER_BLOCK) / ((performance.now() - began) / 1000)
  } finally {
    await chain.close()
  }
}

/** A drawn month, hour by hour, with everything a replay does; set-up apart. Beside it plain transfers on the same chain. */
export async function run(): Promise<void> {
  const { bars } = drawnMarket({ seed: 7, start: 2_500, from: FROM, warmUpDays: 0 })
  const rows: string[] = []
  for (const { ts, open, high, low, close, volume } of bars) {
    rows.push([ts, open, high, low, close, volume].join(','))
    if (rows.length === DAYS * 24) break
  }
  const folder = mkdtempSync(join(tmpdir(), 'keel-bench-'))
  try {
    const file = join(folder, 'drawn.csv')
    writeFileSync(file, `ts,open,high,low,close,volume\n${rows.join('\n')}\n`)
    const bound = await transferBound()
    const { speed, report } = await runReplay({ file, seed: 1 })
    const rate = speed.transactions / speed.wallSecs
    console.log(
      `replay: ${DAYS} days hourly, ${(report.totals.trades / DAYS).toFixed(1)} trades a day, ${report.totals.conservationChecks} audits`,
    )
    console.log(
      `replay: ${speed.transactions} transactions in ${speed.wallSecs.toFixed(1)} s = ${rate.toFixed(0)} a second (set-up ${speed.setupSecs.toFixed(1)} s)`,
    )
    console.log(
      `bound:  plain transfers on the same chain ${bound.toFixed(0)} a second; replay is ${((100 * rate) / bound).toFixed(0)} % of it`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
