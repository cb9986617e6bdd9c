import type { MarginParams } from '../clearing/marginParams.ts'
import { larger } from '../math/word.ts'
import { WAD } from '../types/wad.ts'

/** Margin of short options at the vault's upper health factors, per lot, rounded up: see RequiredMargin.sol. */

const LOTS_PER_UNIT = 1000n

/** One option as its margin sees it; `u` from `uncertainty`, the rest wad. */
export type MarginedOption = {
  readonly u: bigint
  readonly spot: bigint
  readonly strike: bigint
  readonly mark: bigint
}

/** U at so many seconds to expiry: linear between the knots, held beyond both ends. */
export const uncertainty = (p: MarginParams, tau: number): bigint => {
  const { knotTimes, knotValues } = p
  if (tau <= knotTimes[0]) return knotValues[0]
  const i = knotTimes.findIndex((time) => tau < time)
  if (i < 0) return knotValues[5]
  const from = knotTimes[i - 1]!
  const value = knotValues[i - 1]!
  return value + ((knotValues[i]! - value) * BigInt(tau - from)) / BigInt(knotTimes[i]! - from)
}

export const callPerLot = (p: MarginParams, o: MarginedOption): bigint =>
  perLot(p, { ...o, owed: o.spot, covered: (o.strike * p.spotShock) / WAD, factor: p.callUpper })

export const putPerLot = (p: MarginParams, o: MarginedOption): bigint =>
  perLot(p, { ...o, owed: o.strike, covered: (o.spot * p.spotShock) / WAD, factor: p.putUpper })

/** What the margin of a book's strikes has in common: factors in Q64, amounts wad. */
export type BookMargin = {
  readonly spot: bigint
  /** Wad in Q64. */
  readonly spotFloor: bigint
  readonly uncertainty: bigint
  /** 1 - U. */
  readonly kept: bigint
  /** (1 - U) s. */
  readonly callSlope: bigint
  /** (1 - U) s S, wad in Q64. */
  readonly putOffset: bigint
  /** On undiscounted prices. */
  readonly markFactor: bigint
}

/** @param u from `uncertainty` */
export const bookMarginOf = (
  p: MarginParams,
  at: { readonly u: bigint; readonly spot: bigint; readonly discount: bigint },
): BookMargin => {
  const shock = (p.spotShock << 64n) / WAD
  const uncertainty = (at.u << 64n) / WAD
  const kept = (1n << 64n) - uncertainty
  return {
    spot: at.spot,
    spotFloor: ((at.spot * p.spotFloor) << 64n) / WAD,
    uncertainty,
    kept,
    callSlope: (kept * shock) >> 64n,
    putOffset: kept * ((at.spot * shock) >> 64n),
    markFactor: (((p.markFactor * at.discount) / WAD) << 64n) / WAD,
  }
}

/**
 * Margin of one short option before the upper factor, wad in Q64, from its undiscounted value:
 * U S + max(0, (1 - U)(S - s K)) of a call, U K + max(0, (1 - U)(K - s S)) of a put, or the floor.
 */
export const ofBook = (
  b: BookMargin,
  option: { readonly strike: bigint; readonly value: bigint; readonly call: boolean },
): bigint => {
  const { strike, value, call } = option
  const covered = b.uncertainty * (call ? b.spot : strike)
  const excess = call ? b.kept * b.spot - b.callSlope * strike : b.kept * strike - b.putOffset
  return larger(covered + larger(excess, 0n), value * b.markFactor + b.spotFloor)
}

/** U min(owed, covered) + max(owed - covered, 0), where `owed` is the side that grows against the short. */
const perLot = (
  p: MarginParams,
  o: MarginedOption & { readonly owed: bigint; readonly covered: bigint; readonly factor: bigint },
): bigint => {
  const { u, spot, mark, owed, covered, factor } = o
  const shocked = owed > covered ? u * covered + (owed - covered) * WAD : u * owed
  const floor = mark * p.markFactor + spot * p.spotFloor
  const margin = larger(shocked, floor)
  return ((margin / WAD) * factor + factor) / (WAD * LOTS_PER_UNIT) + 1n
}
