/** What of a board may not be opened, one bit a series and side: see Stops.sol. */

const SELLS = 128n

/** Whether opening a series is stopped for a trader that buys, or sells. */
export const isStopped = (
  stops: bigint,
  series: { readonly node: bigint; readonly call: boolean; readonly buys: boolean },
): boolean => {
  const { node, call, buys } = series
  return ((stops >> (2n * node + (call ? 0n : 1n) + (buys ? 0n : SELLS))) & 1n) !== 0n
}
