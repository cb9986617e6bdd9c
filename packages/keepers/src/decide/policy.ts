/** How eager the keepers are. Seconds unless said. */
export type KeeperPolicy = {
  /** A checkpoint older than this is taken again. */
  readonly observeEvery: number
  /** A signed price is relayed this often at least, and twice within the market's outage. */
  readonly relayPriceEvery: number
  /** A slice older than this is reported again… */
  readonly reportEvery: number
  /** …and one fitted at a spot that has moved by more than this share. Wad. */
  readonly reportMove: bigint
  /** The hedge cache is refreshed when older than this. */
  readonly syncEvery: number
  /** Boards kept open: so many daily expiries, so many Fridays. */
  readonly dailyBoards: number
  readonly weeklyBoards: number
  /** A board is listed only this long before its expiry or longer. */
  readonly shortestListing: number
  /** Strikes on each side of the money. */
  readonly strikesEachSide: number
  /** Distance between strikes in standard deviations to expiry. */
  readonly strikeSpacing: number
}

export const KEEPER_POLICY: KeeperPolicy = {
  observeEvery: 10 * 60,
  relayPriceEvery: 4 * 60,
  reportEvery: 55 * 60,
  reportMove: 10n ** 16n,
  syncEvery: 40 * 60,
  dailyBoards: 2,
  weeklyBoards: 2,
  shortestListing: 30 * 3600,
  strikesEachSide: 4,
  strikeSpacing: 0.5,
}
