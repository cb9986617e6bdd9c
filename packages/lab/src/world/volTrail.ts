/** Volatilities that came into force, as the surface contract remembers them: see VolTrail.sol. The newest first. */
export type VolTrail = readonly { readonly time: number; readonly volatility: number }[]

const LOOKBACK = 600
const SPACING = 200
const SAMPLES = 4
const UNIT = 1e6

/** The volatility a step is measured from: of the newest sample at least ten minutes old, or of the oldest there is. */
export function referenceOf(trail: VolTrail, time: number): number | undefined {
  return (trail.find((sample) => sample.time + LOOKBACK <= time) ?? trail.at(-1))?.volatility
}

/** The trail with what comes into force, sampled if the newest sample is 200 s old. */
export function pushVolatility(trail: VolTrail, sample: { time: number; volatility: number }): VolTrail {
  const newest = trail[0]
  if (newest && newest.time + SPACING > sample.time) return trail
  return [{ time: sample.time, volatility: Math.floor(sample.volatility * UNIT) / UNIT }, ...trail].slice(0, SAMPLES)
}
