import { gaussianQ128 } from './exp.ts'

/** The normal distribution by its Mills ratio: see NormalCdf.sol. */

const WAD = 1_000_000_000_000_000_000n
const A0 = 135754751557717611977067900524129300720n
const A1 = 331583731923898099636373311079532232268n
const A2 = 3727487388463400572929689161758750970959n
const A3 = -1214967392563993954127663624063277559042n
const A4 = 607070636570090918710472918368353969280083n
const A5 = 159963463467631176341796362635615103841n
const A6 = 6922953510521328029918967192667229901470n
const C0 = 14928111510954205n
const C1 = -10148228524366943658n
const C2 = 199781022958150845235n
const C3 = -722636013144109140448n
const C4 = 823635690096603299004n
const C5 = 56944849723971981484n
const C6 = 14252949395187170963n

/** 1/√(2π) in Q64 */
export const INVERSE_ROOT_2_PI = 7359186146747302452n
const CDF_LIMIT = 9n * WAD

/** Φ(x) in wad. */
export const cdfWad = (x: bigint): bigint => {
  const size = x < 0n ? -x : x
  let tail = 0n
  if (size < CDF_LIMIT) {
    const d = (size << 64n) / WAD
    tail = (((gaussianQ128(d) * millsQ64(d)) >> 64n) * WAD) >> 128n
  }
  return x < 0n ? tail : WAD - tail
}

/** R(x)/√(2π) in Q64 for x >= 0 in Q64. */
export const millsQ64 = (x: bigint): bigint => {
  const inner = x + C3 + A4 / (x + C4 + A5 / (x + C5 + A6 / (x + C6)))
  return A0 / (x + C0 + A1 / (x + C1 + A2 / (x + C2 + A3 / inner)))
}

/** e = exp(−d1²/2) in Q128, and sign(d)·R'(|d|) in Q64 for both, |d1| below 2^63. */
export const normalPair = (d1: bigint, d2: bigint): { e: bigint; t1: bigint; t2: bigint } => {
  const size = d1 < 0n ? -d1 : d1
  const t1 = millsQ64(size)
  const t2 = millsQ64(d2 < 0n ? -d2 : d2)
  return {
    e: gaussianQ128(size),
    t1: d1 < 0n ? -t1 : t1,
    t2: d2 < 0n ? -t2 : t2,
  }
}
