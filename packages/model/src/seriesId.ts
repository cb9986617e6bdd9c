/**
 * A series (market, expiry, strike, call or put), packed as the kernel's `SeriesId`: from the left in hex 4 digits
 * market, 10 digits expiry (unix seconds), 2 digits kind (ca call, bd put), 28 digits strike (wad). The ERC-6909 id
 * of the long side.
 */
export type SeriesId = bigint

export type Series = {
  readonly market: number
  /** Unix seconds. */
  readonly expiry: number
  /** Collateral per one underlying, wad. */
  readonly strike: bigint
  readonly isCall: boolean
}

const STRIKE_BITS = 112n
const KIND_SHIFT = 112n
const EXPIRY_SHIFT = 120n
const MARKET_SHIFT = 160n
const SERIES_BITS = 176n
const CALL_KIND = 0xcan
const PUT_KIND = 0xbdn
const STRIKE_MASK = (1n << STRIKE_BITS) - 1n
const EXPIRY_MASK = (1n << 40n) - 1n

export class MalformedSeriesError extends Error {
  override readonly name = 'MalformedSeriesError'
  constructor(detail: string) {
    super(`Not a series: ${detail}. Build ids with seriesId({ market, expiry, strike, isCall }).`)
  }
}

/** Packs a series. Throws `MalformedSeriesError` when a part does not fit its field. */
export function seriesId({ market, expiry, strike, isCall }: Series): SeriesId {
  if (!Number.isInteger(market) || market < 0 || market > 0xffff) throw new MalformedSeriesError(`market ${market}`)
  if (!Number.isInteger(expiry) || expiry < 0 || BigInt(expiry) > EXPIRY_MASK)
    throw new MalformedSeriesError(`expiry ${expiry}`)
  if (strike <= 0n || strike > STRIKE_MASK) throw new MalformedSeriesError(`strike ${strike}`)
  return (
    (BigInt(market) << MARKET_SHIFT) |
    (BigInt(expiry) << EXPIRY_SHIFT) |
    ((isCall ? CALL_KIND : PUT_KIND) << KIND_SHIFT) |
    strike
  )
}

/** Unpacks a series. Throws `MalformedSeriesError` for a number that `seriesId` cannot give. */
export function parseSeriesId(id: SeriesId): Series {
  const kind = (id >> KIND_SHIFT) & 0xffn
  const strike = id & STRIKE_MASK
  if (id < 0n || id >> SERIES_BITS !== 0n || (kind !== CALL_KIND && kind !== PUT_KIND) || strike === 0n)
    throw new MalformedSeriesError(`0x${id.toString(16)}`)
  return {
    market: Number(id >> MARKET_SHIFT),
    expiry: Number((id >> EXPIRY_SHIFT) & EXPIRY_MASK),
    strike,
    isCall: kind === CALL_KIND,
  }
}
