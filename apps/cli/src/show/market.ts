import { marketAbi } from '@keel/contracts/generated'
import type { readVault } from '@keel/sdk'
import { readContract } from '@keel/sdk'
import type { KeelConnection, Market } from '../chain/connect.ts'
import { formatExact, formatRounded } from '../values/decimal.ts'
import { expiryName, strikeName } from '../values/seriesName.ts'
import { formatSpan, formatTime, isoTime } from '../values/time.ts'
import { epochJson, epochPhrase } from '../vault/epoch.ts'
import type { ListedSeries, MarketReading } from './series.ts'
import { listedSeries, nameOf } from './series.ts'

const WAD_DECIMALS = 18
const YEAR_DAYS = 365n
const MODES = ['open', 'wide: mark and average differ', 'only risk-reducing trades', 'down: no usable price']
const RULES = ['none', 'band', 'period', 'force']

export type MarketView = {
  readonly market: Market
  readonly reading: MarketReading
  readonly vault: Awaited<ReturnType<typeof readVault>>
  /** Mark of one option by series, wads; 0n where there is no price. */
  readonly marks: ReadonlyMap<bigint, bigint>
}

export async function readMarks(
  { deployment, reader }: KeelConnection,
  { market, reading }: Pick<MarketView, 'market' | 'reading'>,
): Promise<MarketView['marks']> {
  const series = listedSeries(reading, market.id).map((each) => each.series)
  if (series.length === 0) return new Map()
  const [, values] = await readContract(reader, {
    address: deployment.contracts.market,
    abi: marketAbi,
    functionName: 'marks',
    args: [series],
  })
  return new Map(series.map((id, i) => [id, values[i]!]))
}

const wad = (value: bigint, options: { places?: number; sign?: boolean } = {}) =>
  formatRounded(value, { decimals: WAD_DECIMALS, ...options })

export function marketLines({ market, reading, vault }: MarketView, connection: KeelConnection): readonly string[] {
  const { deployment, time, chainId } = connection
  const { spot, netDelta, hedge, bookAtMark, due, dueSize, skew } = reading
  const { symbol } = deployment.asset
  const signed = { places: 3, sign: true }
  return [
    `${market.symbol} market on chain ${chainId} at ${formatTime(time)}, in ${epochPhrase(vault, time)}`,
    `Spot      ${wad(spot.read.mark)} ${symbol} · average ${wad(spot.read.average)} · ${MODES[spot.read.mode]}`,
    `Delta     net ${wad(netDelta, signed)} ${market.symbol}: options ${wad(bookAtMark.delta, signed)}, hedges ${wad(hedge.delta, signed)}${
      due === 0 ? '' : ` · hedge due (${RULES[due]}): ${wad(dueSize, signed)}`
    }`,
    `Book      value ${wad(bookAtMark.value, { sign: true })} · vega ${wad(bookAtMark.vega / 100n, { sign: true })} a point · theta ${wad(bookAtMark.theta / YEAR_DAYS, { sign: true })} a day · margin ${wad(bookAtMark.requiredMargin)} · skew ${wad(skew)}`,
  ]
}

export function vaultLines({ vault }: MarketView, { deployment }: KeelConnection): readonly string[] {
  const { decimals, symbol } = deployment.asset
  const { accounts, supply, sharePrice, cashWanted } = vault
  const money = (amount: bigint) => formatRounded(amount, { decimals })
  return [
    `Vault     share ${wad(sharePrice, { places: 6 })} ${symbol} · equity ${money(accounts.equityAtMark)} · ${wad(supply)} shares`,
    `Cash      free ${money(accounts.free)} · buffer ${money(accounts.buffer)} · locked ${money(accounts.locked)} · pending ${money(accounts.pending)} · claimable ${money(accounts.claimable)}${
      cashWanted > 0n ? ` · wanted for redemptions ${money(cashWanted)}` : ''
    }`,
  ]
}

export function boardLines({ market, reading, marks }: MarketView, { time }: KeelConnection): readonly string[] {
  const listed = listedSeries(reading, market.id)
  if (reading.boards.length === 0) return ['', 'No board is listed.']
  return reading.boards.flatMap(({ board, slice, settlementPrice }) => {
    const of = listed.filter(({ expiry }) => expiry === board.expiry)
    return ['', boardTitle({ board, slice, settlementPrice }, time), ...strikeLines(of, marks)]
  })
}

function boardTitle(
  { board, slice, settlementPrice }: Pick<MarketReading['boards'][number], 'board' | 'slice' | 'settlementPrice'>,
  time: number,
): string {
  const name = expiryName(board.expiry)
  if (board.expiry <= time)
    return `${name}  expired, ${settlementPrice > 0n ? `settles at ${wad(settlementPrice)}` : 'no settlement price yet'}`
  const age = slice.reportedAt === 0 ? 'no volatility slice yet' : `slice ${formatSpan(time - slice.reportedAt)} old`
  return `${name}  in ${formatSpan(board.expiry - time)}, ${age}`
}

/** Mark and the vault's position, calls left of the strike and puts right of it. */
function strikeLines(listed: readonly ListedSeries[], marks: MarketView['marks']): readonly string[] {
  const cell = (each: ListedSeries | undefined) => ({
    mark: each ? wad(marks.get(each.series) ?? 0n) : '',
    position: each ? wad(each.position, { places: 3, sign: true }) : '',
  })
  const strikes = [...new Set(listed.map(({ strike }) => strike))]
  const rows = strikes.map((strike) => {
    const at = (isCall: boolean) => listed.find((each) => each.strike === strike && each.isCall === isCall)
    const [call, put] = [cell(at(true)), cell(at(false))]
    return [call.position, call.mark, strikeName(strike), put.mark, put.position]
  })
  const all = [['vault', 'call', 'strike', 'put', 'vault'], ...rows]
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)))
  return all.map((row) => `  ${row.map((text, i) => text.padStart(widths[i]!)).join('  ')}`)
}

export function statusJson({ market, reading, vault, marks }: MarketView, connection: KeelConnection) {
  const { deployment, chainId, time } = connection
  const { decimals, symbol } = deployment.asset
  const exact = (value: bigint) => formatExact(value, WAD_DECIMALS)
  const { spot, bookAtMark, hedge } = reading
  const listed = listedSeries(reading, market.id)
  return {
    chainId,
    time: isoTime(time),
    market: market.symbol,
    currency: symbol,
    spot: { mark: exact(spot.read.mark), average: exact(spot.read.average), mode: MODES[spot.read.mode] },
    vault: {
      ...epochJson(vault, time),
      sharePrice: exact(vault.sharePrice),
      shares: exact(vault.supply),
      cashWanted: formatExact(vault.cashWanted, decimals),
      ...Object.fromEntries(
        Object.entries(vault.accounts).map(([name, value]) => [name, formatExact(value, decimals)]),
      ),
    },
    netDelta: exact(reading.netDelta),
    hedgeDelta: exact(hedge.delta),
    hedgeDue: RULES[reading.due],
    skew: exact(reading.skew),
    book: {
      value: exact(bookAtMark.value),
      delta: exact(bookAtMark.delta),
      gamma: exact(bookAtMark.gamma),
      vegaPerPoint: exact(bookAtMark.vega / 100n),
      thetaPerDay: exact(bookAtMark.theta / YEAR_DAYS),
      requiredMargin: exact(bookAtMark.requiredMargin),
    },
    boards: reading.boards.map(({ board, slice, settlementPrice }) => ({
      expiry: isoTime(board.expiry),
      sliceAt: slice.reportedAt === 0 ? null : isoTime(slice.reportedAt),
      settlementPrice: settlementPrice === 0n ? null : exact(settlementPrice),
      series: listed
        .filter(({ expiry }) => expiry === board.expiry)
        .map(({ series, position }) => ({
          name: nameOf(series, deployment),
          mark: exact(marks.get(series) ?? 0n),
          vaultPosition: exact(position),
        })),
    })),
  }
}
