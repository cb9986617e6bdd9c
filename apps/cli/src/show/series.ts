import type { SeriesId } from '@keel/model'
import { parseSeriesId, seriesId } from '@keel/model'
import type { Deployment, readMarket } from '@keel/sdk'
import { seriesName } from '../values/seriesName.ts'

export type MarketReading = Awaited<ReturnType<typeof readMarket>>

/** A listed series with the vault's position in it: wad options, positive when the vault is long. */
export type ListedSeries = {
  readonly series: SeriesId
  readonly expiry: number
  readonly strike: bigint
  readonly isCall: boolean
  readonly position: bigint
}

/** Every series the market lists, board by board, strike by strike, the call before the put. */
export function listedSeries({ boards }: MarketReading, market: number): readonly ListedSeries[] {
  return boards.flatMap(({ board: { expiry, strikes, calls, puts } }) =>
    strikes.flatMap((strike, i) =>
      [true, false].map((isCall) => ({
        series: seriesId({ market, expiry, strike, isCall }),
        expiry,
        strike,
        isCall,
        position: (isCall ? calls : puts)[i]!,
      })),
    ),
  )
}

/** The name of a series of a deployment. */
export function nameOf(id: SeriesId, { markets }: Deployment): string {
  const { market, ...series } = parseSeriesId(id)
  return seriesName({ ...series, symbol: markets.find((each) => each.id === market)?.symbol ?? `MARKET${market}` })
}

/** Series of an expiry in which the vault has a position and that are not settled yet. */
export function unsettledSeries(
  reading: MarketReading,
  { market, expiry }: { readonly market: number; readonly expiry: number },
): readonly ListedSeries[] {
  const board = reading.boards.find((each) => each.board.expiry === expiry)
  if (!board) return []
  const { callsSettled, putsSettled } = board
  const { strikes } = board.board
  return listedSeries(reading, market).filter(({ strike, isCall, position, ...each }) => {
    const isSettled = (isCall ? callsSettled : putsSettled)[strikes.indexOf(strike)]
    return each.expiry === expiry && position !== 0n && !isSettled
  })
}
