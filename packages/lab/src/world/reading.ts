import type { Snapshot } from '@keel/keepers'
import type { SeriesId } from '@keel/model'
import { seriesId } from '@keel/model'
import type { readHealth, readMarket, readVault } from '@keel/sdk'
import { MARKET } from './found.ts'

export type MarketReading = Awaited<ReturnType<typeof readMarket>>
export type VaultReading = Awaited<ReturnType<typeof readVault>>
type HealthReading = Awaited<ReturnType<typeof readHealth>>

/** Every series of the vault that is not zero, with its position (wad, positive when the vault is long). */
export function openPositions({
  boards,
}: MarketReading): readonly { readonly series: SeriesId; readonly position: bigint }[] {
  return boards.flatMap(({ board }) =>
    board.strikes.flatMap((strike, i) =>
      [true, false]
        .map((isCall) => ({
          series: seriesId({ market: MARKET, expiry: board.expiry, strike, isCall }),
          position: (isCall ? board.calls : board.puts)[i]!,
        }))
        .filter(({ position }) => position !== 0n),
    ),
  )
}

/** Series whose compartments are outside their health factors: below lower, or above upper by a tenth. */
export function unhealthySeries(series: readonly SeriesId[], health: HealthReading): readonly SeriesId[] {
  return series.filter((_, i) => {
    const { safety, lower, upper, minimum } = health[i]!
    return minimum > 0n && (safety < lower || safety * 10n > upper * 11n)
  })
}

/** What the keepers decide from, out of the lens's two views. */
export function snapshotOf(
  market: MarketReading,
  vault: VaultReading,
  {
    time,
    block,
    unhealthy,
  }: { readonly time: number; readonly block: number; readonly unhealthy: readonly SeriesId[] },
): Snapshot {
  const { spot, boards, due, hedge, lastTradeBlock } = market
  // An expiry that could not be reported keeps its old slice; the newest report tells where the spot was last looked at.
  const [newest] = boards.map(({ slice }) => slice).sort((a, b) => b.reportedAt - a.reportedAt)
  return {
    time,
    spot: spot.read.mark,
    spotAtReport: newest?.spotAtReport ?? 0n,
    observedAt: spot.checkpointAt,
    boards: boards.map(({ board, slice, settlementPrice, settlementFinalAt, callsSettled, putsSettled }) => ({
      expiry: board.expiry,
      sliceAt: slice.reportedAt,
      settlementPrice,
      settlementFinalAt,
      series: board.strikes.flatMap((strike, i) =>
        [true, false].map((isCall) => ({
          series: seriesId({ market: MARKET, expiry: board.expiry, strike, isCall }),
          position: (isCall ? board.calls : board.puts)[i]!,
          settled: (isCall ? callsSettled : putsSettled)[i]!,
        })),
      ),
    })),
    hedgeDue: due !== 0,
    lastTradeBlock: Number(lastTradeBlock),
    block,
    hedgeSyncedAt: hedge.syncedAt,
    cutOff: vault.cutOff,
    cashWanted: vault.cashWanted,
    unhealthy,
  }
}
