import { type OptionQuote, parseDeribitName } from '@keel/quant'
import type { IndexedSnapshot } from '../surface/fittedSurface.ts'
import { WrongTimeError } from './errors.ts'
import type { InstrumentRow, SummaryRow } from './rows.ts'

/** Why a row of the venue is not part of the chain. Each is counted under the first reason that applies. */
export const ROW_REJECTIONS = [
  /** Could not be read at all. */
  'unreadable',
  /** An option of another underlying, or one not quoted in coin. */
  'foreign',
  /** Not in the venue's list of open instruments. */
  'unlisted',
  /** Name and list disagree about strike, expiry or kind. */
  'contradictory',
  /** Much older than the rest of the reply. */
  'old',
] as const

export type RowRejections = Record<(typeof ROW_REJECTIONS)[number], number>

/** How far the venue's clock may be from ours and its rows from each other, milliseconds. */
export type TimePolicy = { readonly mostAheadMs: number; readonly mostBehindMs: number; readonly mostApartMs: number }

export const TIME_POLICY: TimePolicy = { mostAheadMs: 5_000, mostBehindMs: 30_000, mostApartMs: 30_000 }

/** A chain as it came from the venue, with what it should have held and what was left out of it. */
export type ChainReading = {
  readonly snapshot: IndexedSnapshot
  /** Open options of each expiry by the venue's list; what is missing was cut off. */
  readonly expectedRows: ReadonlyMap<number, number>
  readonly rows: number
  readonly rejections: Readonly<RowRejections>
}

/**
 * Joins the venue's two replies to a chain. Pure.
 *
 * The snapshot's time is the median of its rows', so that neither a stuck nor a hasty row sets it; the index likewise.
 *
 * @param now this machine's clock, Unix milliseconds
 * @throws WrongTimeError when the quotes are older than this machine's clock allows, or from its future
 */
export function chainOfRows(options: chainOfRows.Parameters): ChainReading {
  const { summaries, unreadable = 0, instruments, underlying, now, policy = TIME_POLICY } = options
  const listed = new Map(instruments.map((instrument) => [instrument.name, instrument]))
  const rejections: RowRejections = { unreadable, foreign: 0, unlisted: 0, contradictory: 0, old: 0 }
  const time = median(summaries.map((row) => row.time)) ?? now
  if (time > now + policy.mostAheadMs || time < now - policy.mostBehindMs)
    throw new WrongTimeError({ aheadMs: Math.round(time - now) })

  const quotes: OptionQuote[] = []
  const indices: number[] = []
  for (const row of summaries) {
    const found = quoteOf(row, { instrument: listed.get(row.name), underlying })
    if (typeof found === 'string') rejections[found]++
    else if (Math.abs(row.time - time) > policy.mostApartMs) rejections.old++
    else {
      quotes.push(found)
      if (row.index !== undefined) indices.push(row.index)
    }
  }
  const expectedRows = new Map<number, number>()
  for (const { expiry, name, inverse, open } of instruments)
    if (inverse && open && parseDeribitName(name)?.underlying === underlying)
      expectedRows.set(expiry, (expectedRows.get(expiry) ?? 0) + 1)
  const snapshot = { time: Math.floor(time / 1000), quotes, index: median(indices) }
  return { snapshot, expectedRows, rows: summaries.length + unreadable, rejections }
}

export declare namespace chainOfRows {
  type Parameters = {
    readonly summaries: readonly SummaryRow[]
    /** Rows of the reply that could not be read. */
    readonly unreadable?: number
    readonly instruments: readonly InstrumentRow[]
    /** As in the names: `ETH`. */
    readonly underlying: string
    readonly now: number
    readonly policy?: TimePolicy
  }
}

function quoteOf(
  { name, bid, ask, underlying: future }: SummaryRow,
  { instrument, underlying }: { instrument: InstrumentRow | undefined; underlying: string },
): OptionQuote | 'foreign' | 'unlisted' | 'contradictory' | 'unreadable' {
  const option = parseDeribitName(name)
  if (option === undefined) return 'unreadable'
  if (option.underlying !== underlying || instrument?.inverse === false) return 'foreign'
  if (instrument === undefined || !instrument.open) return 'unlisted'
  const { expiry, strike, kind } = instrument
  if (option.expiry !== expiry || option.strike !== strike || option.kind !== kind) return 'contradictory'
  return { expiry, strike, kind, bid, ask, future }
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}
