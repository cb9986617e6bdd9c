/** A seeded source of numbers: the same seed gives the same scenario on every machine. */
export type Random = {
  readonly bits: (n: bigint) => bigint
  readonly uniform: (low: number, high: number) => number
  readonly whole: (least: number, most: number) => number
  /** 10^x for a uniform x, as an integer. */
  readonly powerOfTen: (low: number, high: number) => bigint
  readonly wad: (low: number, high: number) => bigint
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(choices: readonly T[]) => T
}

const WORD = (1n << 64n) - 1n
const MULTIPLIER = 6364136223846793005n
const INCREMENT = 1442695040888963407n

export const randomOf = (seed: number): Random => {
  let state = (BigInt(seed) * 0x9e3779b97f4a7c15n + 20240229n) & WORD
  const half = (): bigint => {
    state = (state * MULTIPLIER + INCREMENT) & WORD
    return state >> 32n
  }
  for (let i = 0; i < 4; i++) half()
  const bits = (n: bigint): bigint => ((half() << 32n) | half()) >> (64n - n)
  const unit = (): number => Number(bits(53n)) / 2 ** 53
  const uniform = (low: number, high: number): number => low + (high - low) * unit()
  const whole = (least: number, most: number): number => least + Math.floor(unit() * (most - least + 1))
  return {
    bits,
    uniform,
    whole,
    powerOfTen: (low, high) => BigInt(Math.floor(10 ** uniform(low, high))),
    wad: (low, high) => BigInt(Math.floor(uniform(low, high) * 1e18)),
    chance: (probability) => unit() < probability,
    pick: (choices) => choices[whole(0, choices.length - 1)]!,
  }
}
