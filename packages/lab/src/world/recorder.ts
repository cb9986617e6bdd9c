import { parseSeriesId } from '@keel/model'
import type { EpochRow, HedgeTrade, Hours, SettlementRow } from '../report/report.ts'
import { ASSET_DECIMALS } from './found.ts'
import type { Happening } from './ledger.ts'
import type { Reading, World } from './world.ts'

const UNIT = 10 ** ASSET_DECIMALS
const RULES = ['none', 'band', 'period', 'force', 'cash'] as const

export type ProfitParts = {
  readonly edge: number
  readonly options: number
  readonly hedges: number
  readonly hedgeCost: number
  readonly residual: number
  readonly total: number
}

/** Running totals, enough to go on from. */
export type RecorderSums = {
  readonly premium: number
  readonly fair: number
  readonly paidOut: number
  readonly trades: number
  readonly contracts: number
  readonly hedgeCash: number
  readonly hedgeCost: number
  readonly netDeposits: number
}

const NOTHING: RecorderSums = {
  premium: 0,
  fair: 0,
  paidOut: 0,
  trades: 0,
  contracts: 0,
  hedgeCash: 0,
  hedgeCost: 0,
  netDeposits: 0,
}

export type RecordedHour = {
  readonly reading: Reading
  /** Decimal per √year. */
  readonly volatility: number
  /** Seconds since the option chain's snapshot; NaN when none is in use, absent when no chain was given. */
  readonly chainAge?: number | undefined
}

/** Collects a run: hourly columns, and rows for what happened between. Floats, for people; the chain keeps the money. */
export type Recorder = {
  readonly hours: Hours
  readonly hedgeTrades: HedgeTrade[]
  readonly epochs: EpochRow[]
  readonly settlements: SettlementRow[]
  /** Takes in everything that has happened since the last call, at the spot it happened at. */
  readonly absorb: (reading: Reading) => void
  /** Adds one hour. */
  readonly record: (time: number, hour: RecordedHour) => void
  readonly parts: (reading: Reading) => ProfitParts
  readonly sums: () => RecorderSums
}

const cash = (assets: bigint) => Number(assets) / UNIT
const real = (wad: bigint) => Number(wad) / 1e18

function emptyHours(): Hours {
  return {
    time: [],
    spot: [],
    volatility: [],
    chainAge: [],
    sharePrice: [],
    equity: [],
    free: [],
    locked: [],
    netDeltaBefore: [],
    netDeltaAfter: [],
    hedgeDelta: [],
    openInterest: [],
    premium: [],
    edge: [],
    options: [],
    hedges: [],
    hedgeCost: [],
    residual: [],
  }
}

export function createRecorder(world: World, before: RecorderSums = NOTHING): Recorder {
  const hours = emptyHours()
  const hedgeTrades: HedgeTrade[] = []
  const epochs: EpochRow[] = []
  const settlements: SettlementRow[] = []
  let seen = 0
  let { premium, fair, paidOut, trades, contracts, hedgeCash, hedgeCost, netDeposits } = before

  function settledRow(time: number, event: Extract<Happening, { kind: 'settled' }>): void {
    const { expiry, strike, isCall } = parseSeriesId(event.series)
    const paid = real(event.payoff) * real(event.longs) * real(event.scale)
    paidOut += paid
    const price = event.payoff === 0n ? Number.NaN : real(isCall ? strike + event.payoff : strike - event.payoff)
    const last = settlements.at(-1)
    if (last && last.expiry === expiry)
      settlements[settlements.length - 1] = {
        ...last,
        series: last.series + 1,
        paid: last.paid + paid,
        price: Number.isNaN(last.price) ? price : last.price,
      }
    else settlements.push({ time, expiry, price, series: 1, paid })
  }

  function absorbOne({ time, event }: { time: number; event: Happening }, spot: number): void {
    if (event.kind === 'trade') {
      trades++
      premium += cash(event.netCash)
      fair += real(event.fair)
      for (const { size } of event.legs) contracts += Math.abs(real(size))
    } else if (event.kind === 'hedge' && event.filled !== 0n) {
      const size = real(event.filled)
      const flow = cash(event.cash)
      const cost = flow + size * spot
      hedgeCash += flow
      hedgeCost += cost
      hedgeTrades.push({
        time,
        size,
        price: Math.abs(flow / size),
        cost,
        rule: RULES[event.rule] ?? String(event.rule),
      })
    } else if (event.kind === 'roll') {
      const deposited = event.minted > 0n ? cash(event.deposited) : 0
      netDeposits += deposited - cash(event.reserved)
      epochs.push({
        number: Number(event.epoch),
        time,
        depositPrice: real(event.depositPrice),
        redeemPrice: real(event.redeemPrice),
        deposited,
        redeemed: cash(event.reserved),
        sharesMinted: real(event.minted),
        sharesBurned: real(event.burned),
      })
    } else if (event.kind === 'settled') settledRow(time, event)
  }

  function absorb({ market }: Reading): void {
    const spot = real(market.spot.read.mark)
    for (; seen < world.happened.length; seen++) absorbOne(world.happened[seen]!, spot)
  }

  function parts({ market, vault }: Reading): ProfitParts {
    const edge = premium - fair
    const options = fair - paidOut + real(market.bookAtMark.value)
    const hedges = hedgeCash + cash(market.hedge.equity) - hedgeCost
    const total = cash(vault.accounts.equityAtMark) - netDeposits
    return { edge, options, hedges, hedgeCost, total, residual: total - edge - options - hedges - hedgeCost }
  }

  function record(time: number, { reading, volatility, chainAge }: RecordedHour): void {
    const { market, vault, netDeltaBefore } = reading
    const { accounts } = vault
    const shorts = market.boards.flatMap(({ board }) => [...board.calls, ...board.puts])
    const part = parts(reading)
    hours.time.push(time)
    hours.spot.push(real(market.spot.read.mark))
    hours.volatility.push(volatility)
    if (chainAge !== undefined) hours.chainAge.push(chainAge / 3_600)
    hours.sharePrice.push(vault.supply > 0n ? real(vault.sharePrice) : Number.NaN)
    hours.equity.push(cash(accounts.equityAtMark))
    hours.free.push(cash(accounts.free + accounts.buffer))
    hours.locked.push(cash(accounts.locked))
    hours.netDeltaBefore.push(real(netDeltaBefore))
    hours.netDeltaAfter.push(real(market.netDelta))
    hours.hedgeDelta.push(real(market.hedge.delta))
    hours.openInterest.push(shorts.reduce((sum, size) => sum + (size < 0n ? -real(size) : 0), 0))
    hours.premium.push(premium)
    hours.edge.push(part.edge)
    hours.options.push(part.options)
    hours.hedges.push(part.hedges)
    hours.hedgeCost.push(part.hedgeCost)
    hours.residual.push(part.residual)
  }

  return {
    hours,
    hedgeTrades,
    epochs,
    settlements,
    absorb,
    record,
    parts,
    sums: () => ({ premium, fair, paidOut, trades, contracts, hedgeCash, hedgeCost, netDeposits }),
  }
}
