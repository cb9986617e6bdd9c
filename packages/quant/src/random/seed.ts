/** Four words of state for a seed and a stream; never all zero. */
export function seedState(seed: number, stream: number): [number, number, number, number] {
  const mix = seedMixer([seed, stream])
  return [mix(), mix(), mix(), mix() | 1]
}

function seedMixer(values: readonly number[]): () => number {
  let state = 0x9e3779b9
  const absorb = (word: number): void => {
    state = scramble(state ^ word)
  }
  for (const value of values) {
    absorb(value >>> 0)
    absorb(Math.floor(value / 4294967296) >>> 0)
  }
  return () => {
    state = (state + 0x9e3779b9) | 0
    return scramble(state)
  }
}

/** A bijective finaliser of 32 bits (constants of Wellons' low-bias search, 2018). */
function scramble(word: number): number {
  let x = word ^ (word >>> 16)
  x = Math.imul(x, 0x21f0aaad)
  x ^= x >>> 15
  x = Math.imul(x, 0x735a2d97)
  return x ^ (x >>> 15)
}
