import { rootYearsQ96, YEAR } from './black76.ts'
import { lnRatioQ96 } from './ln.ts'
import { INVERSE_ROOT_2_PI, normalPair } from './normalCdf.ts'
import { closeSqrt } from './sqrt.ts'
import { type SviFields, totalVarianceQ128, unpackSlice } from './svi.ts'
import { sdiv } from './word.ts'

/** Value and Greeks of a whole board: see BookPass.sol and BoardPacking.sol. */

const WAD = 1_000_000_000_000_000_000n
const WAD_PER_TICK = 10_000_000_000n
const LOTS_PER_OPTION = 1000n
const V_FLOOR = 1n << 24n

/** A strike with the vault's positions in lots of 0.001. */
export type BoardStrike = { readonly strike: bigint; readonly callLots: bigint; readonly putLots: bigint }

/** What all strikes of a board share. */
export type BoardContext = {
  readonly forward: bigint
  readonly forwardRatio: bigint
  readonly discount: bigint
  readonly rate: bigint
  readonly tau: bigint
  readonly slice: SviFields
  readonly volatilityShift: bigint
}

/** Sums over positions, the vault's sign. */
export type BookSums = {
  readonly value: bigint
  readonly delta: bigint
  readonly gamma: bigint
  readonly vega: bigint
  readonly theta: bigint
}

export const NO_SUMS: BookSums = { value: 0n, delta: 0n, gamma: 0n, vega: 0n, theta: 0n }

/** ln K as a node stores it, Q56. */
export const nodeLog = (strike: bigint): bigint => (lnRatioQ96(strike, WAD) + (1n << 39n)) >> 40n

/** `sums` with a board's added. */
export const addBoard = (sums: BookSums, board: BoardContext, strikes: readonly BoardStrike[]): BookSums => {
  const rootTau = rootYearsQ96(board.tau)
  const shift = ((board.volatilityShift * rootTau) / WAD) >> 32n
  const logForward = lnRatioQ96(board.forward, WAD) >> 32n
  const slice = unpackSlice(board.slice)
  let value = 0n
  let strikeSum = 0n
  let delta = 0n
  let density = 0n
  let gamma = 0n
  let decay = 0n
  for (const { strike, callLots, putLots } of strikes) {
    if (callLots === 0n && putLots === 0n) continue
    const k = (nodeLog(strike) << 8n) - logForward
    const shifted = closeSqrt(totalVarianceQ128(slice, k)) + shift
    const v = shifted < V_FLOOR ? V_FLOOR : shifted
    const d1 = (v >> 1n) - (k << 64n) / v
    const { e, t1, t2 } = normalPair(d1, d1 - v)
    const n = callLots + putLots
    const reached = ((t1 > 0n ? n : 0n) - putLots) << 192n
    strikeSum += (strike / WAD_PER_TICK) * ((t2 > 0n ? n : 0n) - putLots)
    value += reached - n * e * (t1 - t2)
    delta += reached - n * e * t1
    density += n * e
    gamma += ((n * e) << 32n) / v
    decay += n * e * v
  }
  return scaled(sums, { board, rootTau, value, strikeSum, delta, density, gamma, decay })
}

/** The board under stress: spot and forward times a factor, volatilities shifted, the smile moving with the forward. */
export const shockedBoard = (
  board: BoardContext,
  shock: { readonly spotFactor: bigint; readonly volatilityShift: bigint },
): BoardContext => ({
  ...board,
  forward: (board.forward * shock.spotFactor) / WAD,
  volatilityShift: board.volatilityShift + shock.volatilityShift,
})

type RawSums = {
  readonly board: BoardContext
  readonly rootTau: bigint
  readonly value: bigint
  readonly strikeSum: bigint
  readonly delta: bigint
  readonly density: bigint
  readonly gamma: bigint
  readonly decay: bigint
}

const scaled = (sums: BookSums, raw: RawSums): BookSums => {
  const { forward, forwardRatio, discount, rate, tau } = raw.board
  const x = ((forward * (raw.value >> 96n)) >> 96n) - raw.strikeSum * WAD_PER_TICK
  const value = (x * discount) / WAD
  const density = (forward * (((raw.density >> 64n) * INVERSE_ROOT_2_PI) >> 64n)) >> 64n
  const fade = (forward * (((raw.decay >> 128n) * INVERSE_ROOT_2_PI) >> 64n)) >> 64n
  const decay = sdiv(((fade * discount) / WAD) * (YEAR / 2n), tau)
  const perSpot = (discount * forwardRatio) / WAD
  const curvature = (((raw.gamma >> 32n) * INVERSE_ROOT_2_PI) >> 64n) * ((perSpot * forwardRatio) / WAD)
  return {
    value: sums.value + value / LOTS_PER_OPTION,
    delta: sums.delta + (((raw.delta >> 128n) * perSpot) >> 64n) / LOTS_PER_OPTION,
    gamma: sums.gamma + sdiv((curvature >> 64n) * WAD, forward) / LOTS_PER_OPTION,
    vega: sums.vega + ((((density * discount) / WAD) * raw.rootTau) >> 96n) / LOTS_PER_OPTION,
    theta: sums.theta + ((value * rate) / WAD - decay) / LOTS_PER_OPTION,
  }
}
