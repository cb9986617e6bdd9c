import type { Intent } from './intent.ts'
import type { KeeperPolicy } from './policy.ts'
import type { Snapshot } from './snapshot.ts'

const DAY = 86_400
const HOUR = 3_600
const EIGHT = 8 * HOUR
/** 1 January 1970 was a Thursday. */
const FRIDAY = 1

function nextEight(time: number): number {
  const today = Math.floor(time / DAY) * DAY + EIGHT
  return today > time ? today : today + DAY
}

/** Expiries the market should show: the next days and the next Fridays, each at 08:00 UTC, ascending and distinct. */
export function wantedExpiries(time: number, policy: KeeperPolicy): readonly number[] {
  const wanted = new Set<number>()
  let day = nextEight(time)
  while (day - time < policy.shortestListing) day += DAY
  for (let i = 0; i < policy.dailyBoards; i++) wanted.add(day + i * DAY)
  let friday = day + policy.dailyBoards * DAY
  while (Math.floor(friday / DAY) % 7 !== FRIDAY) friday += DAY
  for (let i = 0; i < policy.weeklyBoards; i++) wanted.add(friday + i * 7 * DAY)
  return [...wanted].sort((a, b) => a - b)
}

const STEPS = [1n, 2n, 5n] as const

/** The round distance (1, 2 or 5 times a power of ten, in cents at least) nearest below `distance`. Wad. */
function roundStep(distance: bigint): bigint {
  let unit = 10n ** 16n
  while (unit * 10n <= distance) unit *= 10n
  return (
    STEPS.map((s) => s * unit)
      .filter((s) => s <= distance)
      .at(-1) ?? unit
  )
}

/**
 * Strikes around the money: about `strikeSpacing` standard deviations apart, on a round grid, ascending. `deviation` is
 * volatility·√τ as a wad.
 */
export function strikesAround(
  spot: bigint,
  { deviation, policy }: { deviation: bigint; policy: KeeperPolicy },
): readonly bigint[] {
  const spacing = BigInt(Math.round(policy.strikeSpacing * 1e6))
  const step = roundStep((spot * deviation * spacing) / (10n ** 18n * 1_000_000n))
  const centre = ((spot + step / 2n) / step) * step
  const strikes: bigint[] = []
  for (let i = -policy.strikesEachSide; i <= policy.strikesEachSide; i++) {
    const strike = centre + BigInt(i) * step
    if (strike > 0n) strikes.push(strike)
  }
  return strikes
}

/**
 * Lists the boards that are wanted and not there; none while there is no price to put strikes around. `deviationOf` gives
 * volatility·√τ (wad) of an expiry.
 */
export function decideBoards(
  { time, spot, boards }: Snapshot,
  {
    policy,
    deviationOf,
    mostBoards,
  }: { policy: KeeperPolicy; deviationOf: (expiry: number) => bigint; mostBoards: number },
): readonly Intent[] {
  if (spot <= 0n) return []
  const listed = new Set(boards.map(({ expiry }) => expiry))
  return wantedExpiries(time, policy)
    .filter((expiry) => !listed.has(expiry))
    .slice(0, Math.max(0, mostBoards - boards.length))
    .map((expiry) => ({
      kind: 'listBoard' as const,
      expiry,
      strikes: strikesAround(spot, { deviation: deviationOf(expiry), policy }),
    }))
}
