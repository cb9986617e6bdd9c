import type { Bar } from '../history/bars.ts'
import type { Gap } from '../history/gaps.ts'
import type { DepositorRow, Report, SurfaceUse } from '../report/report.ts'
import { ASSET_DECIMALS } from './found.ts'
import type { Recorder } from './recorder.ts'
import type { Reading, Refusals, World } from './world.ts'

const UNIT = 10 ** ASSET_DECIMALS

function counts(map: Refusals): Readonly<Record<string, number>> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Cents: the last digits of sums of floats say nothing. */
function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

export function buildReport(input: buildReport.Parameters): Report {
  const {
    file,
    bars,
    gaps,
    step,
    seed,
    volatility,
    surface,
    transactions,
    blocks,
    epilogueBars,
    world,
    recorder,
    last,
    settings,
  } = input
  const { hours, hedgeTrades, epochs, settlements } = recorder
  const { premium, paidOut, trades, contracts } = recorder.sums()
  const pnl = recorder.parts(last)
  const shares = hours.netDeltaAfter.map((delta, i) => Math.abs(delta * hours.spot[i]!) / Math.max(hours.equity[i]!, 1))
  const from = bars[0]!.ts
  const to = bars.at(-1)!.ts + step
  const depositors: DepositorRow[] = world.deposits().map(({ name, deposited, withdrawn, out }) => ({
    name,
    deposited: Number(deposited) / UNIT,
    withdrawn: Number(withdrawn) / UNIT,
    out,
  }))
  return {
    format: 'keel-report-1',
    title: `Keel replay, ${new Date(from * 1000).toISOString().slice(0, 10)} to ${new Date(to * 1000).toISOString().slice(0, 10)}`,
    history: { file, from, to, bars: bars.length, gaps },
    seed,
    volatility,
    ...(surface && { surface }),
    settings: { ...settings, epilogueBars, barSeconds: step },
    totals: {
      transactions,
      blocks,
      trades,
      refused: counts(world.refused),
      reverted: counts(world.reverted),
      contracts: tidy(contracts),
      premium: tidy(premium),
      paidOut: tidy(paidOut),
      hedgeTrades: hedgeTrades.length,
      hedgeVolume: tidy(hedgeTrades.reduce((sum, { size, price }) => sum + Math.abs(size * price), 0)),
      settledSeries: settlements.reduce((sum, { series }) => sum + series, 0),
      epochs: epochs.length,
      conservationChecks: world.audits(),
      largestNetDeltaShare: tidy(shares.reduce((a, b) => Math.max(a, b), 0)),
    },
    pnl: {
      edge: tidy(pnl.edge),
      options: tidy(pnl.options),
      hedges: tidy(pnl.hedges),
      hedgeCost: tidy(pnl.hedgeCost),
      residual: tidy(pnl.residual),
      total: tidy(pnl.total),
    },
    hours,
    hedgeTrades,
    epochs,
    settlements,
    depositors,
    traders: world.traders.map(({ address, trades: n, paid, received, redeemed }, i) => ({
      name: `trader ${i + 1} (${address.slice(0, 8)}…)`,
      trades: n,
      paid: Number(paid) / UNIT,
      received: Number(received) / UNIT,
      redeemed: Number(redeemed) / UNIT,
    })),
  }
}

export declare namespace buildReport {
  type Parameters = {
    readonly file: string
    readonly bars: readonly Bar[]
    readonly gaps: readonly Gap[]
    readonly step: number
    readonly seed: number
    readonly volatility: string
    readonly surface?: SurfaceUse
    readonly transactions: number
    readonly blocks: number
    readonly epilogueBars: number
    readonly world: World
    readonly recorder: Recorder
    readonly last: Reading
    readonly settings: Readonly<Record<string, string | number>>
  }
}
