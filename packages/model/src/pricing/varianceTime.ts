import { WAD } from '../types/wad.ts'

/** The time that variance still has before an option on an average is fixed: see VarianceTime.sol. */

/** Seconds of variance left, Q32. */
export const varianceLeft = (tau: bigint, window: bigint): bigint => {
  if (tau >= window) return (tau << 32n) - (window << 33n) / 3n
  return ((tau * tau * tau) << 32n) / (3n * window * window)
}

/** Variance over the speed at which it is lost, in seconds, Q32: what theta divides by. */
export const varianceDecay = (tau: bigint, window: bigint): bigint =>
  tau >= window ? varianceLeft(tau, window) : (tau << 32n) / 3n

/** Forward of the average, and the share of a move in the spot that it still follows, wad. */
export const forwardOfAverage = (
  prices: { readonly forward: bigint; readonly spot: bigint; readonly averageSoFar: bigint },
  time: { readonly tau: bigint; readonly window: bigint },
): { readonly mixed: bigint; readonly share: bigint } => {
  const { forward, spot, averageSoFar } = prices
  const { tau, window } = time
  if (tau >= window) return { mixed: forward, share: WAD }
  const average = averageSoFar === 0n ? spot : averageSoFar
  return { mixed: ((window - tau) * average + tau * forward) / window, share: (tau * WAD) / window }
}
