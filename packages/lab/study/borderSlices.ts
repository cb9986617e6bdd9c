import { roundSlice } from '@keel/keepers'
import { calendarFaults, type Random, type SviSlice, sliceFaults } from '@keel/quant'

/** A slice and the time it is for; `expiry` in unix seconds. */
export type TimedSlice = { readonly expiry: number; readonly slice: SviSlice }

const YEAR = 365 * 86_400
/** Shares of the way to the border, on either side of it, at which slices are taken. */
const DISTANCES = [1e-2, 1e-4, 1e-6, 1e-8]

/**
 * What the library's checks say of a report of these slices at `time`; empty when they would all be taken. Each parameter is
 * expected as the contract stores it.
 */
export function libraryFaults(slices: readonly TimedSlice[], time: number): readonly string[] {
  return slices.flatMap(({ expiry, slice }, i) => [
    ...sliceFaults(slice, { years: (expiry - time) / YEAR }).map(({ rule }) => rule),
    ...(i === 0 ? [] : calendarFaults({ earlier: slices[i - 1]!.slice, later: slice }).map(({ rule }) => rule)),
  ])
}

/**
 * Reports near and beyond what a contract takes, made from one it takes: every slice alone, disturbed a little, disturbed wildly,
 * and on both sides of the border along a random direction and towards a sharper kink; every pair of neighbours, and again with the later one brought down
 * to where it begins to cross the earlier.
 */
export function borderReports(
  surface: readonly TimedSlice[],
  { random, time }: { readonly random: Random; readonly time: number },
): readonly (readonly TimedSlice[])[] {
  const reports: (readonly TimedSlice[])[] = [surface]
  for (const [i, timed] of surface.entries()) {
    const { expiry, slice } = timed
    const alone = (other: SviSlice) => reports.push([{ expiry, slice: roundSlice(other) }])
    const sound = (other: SviSlice) => libraryFaults([{ expiry, slice: roundSlice(other) }], time).length === 0
    alone(slice)
    alone(moved(slice, { direction: direction(random), by: 0.3 }))
    alone(wild(random))
    const way = direction(random)
    for (const other of around((by) => moved(slice, { direction: way, by }), sound)) alone(other)
    for (const other of around((by) => pinched(slice, by), sound)) alone(other)

    const earlier = surface[i - 1]
    if (earlier === undefined) continue
    const pair = (later: SviSlice) => reports.push([earlier, { expiry, slice: roundSlice(later) }])
    const apart = (later: SviSlice) => calendarFaults({ earlier: earlier.slice, later: roundSlice(later) }).length === 0
    for (const later of around((by) => lowered(slice, by), apart)) pair(later)
  }
  return reports
}

/** Points on both sides of the border along `at`, nearer and nearer; none when all up to 64 are on one side. */
function around(at: (by: number) => SviSlice, sound: (slice: SviSlice) => boolean): readonly SviSlice[] {
  let [inside, outside] = [0, 1 / 64]
  while (outside <= 64 && sound(at(outside))) [inside, outside] = [outside, 2 * outside]
  if (outside > 64) return []
  for (let step = 0; step < 60; step++) {
    const middle = (inside + outside) / 2
    if (sound(at(middle))) inside = middle
    else outside = middle
  }
  const beside = DISTANCES.flatMap((distance) => [at(inside * (1 - distance)), at(outside * (1 + distance))])
  return [at(inside), at(outside), ...beside]
}

type Direction = Readonly<Record<keyof SviSlice, number>>

function direction(random: Random): Direction {
  return { a: random.normal(), b: random.normal(), rho: random.normal(), m: random.normal(), sigma: random.normal() }
}

/** Parameters of scale grow by the exponential of a step, the others move by it in the slice's own unit. */
function moved(
  { a, b, rho, m, sigma }: SviSlice,
  { direction: d, by }: { direction: Direction; by: number },
): SviSlice {
  const held = (x: number) => Math.min(3, Math.max(-3, x))
  const grown = (x: number, step: number) => Math.min(127, x * Math.exp(held(by * step)))
  return {
    a: a + (Math.abs(a) + b * sigma) * held(0.5 * by * d.a),
    b: grown(b, d.b),
    rho: rho + held(0.3 * by * d.rho),
    m: m + sigma * held(by * d.m),
    sigma: grown(sigma, d.sigma),
  }
}

/** The slice with a sharper kink and steeper wings from the same floor: a density that turns negative at its sides. */
function pinched({ a, b, rho, m, sigma }: SviSlice, by: number): SviSlice {
  const depth = Math.sqrt(1 - rho * rho)
  const [steeper, sharper] = [b * Math.exp(by / 4), sigma * Math.exp(-by)]
  return { a: a + (b * sigma - steeper * sharper) * depth, b: steeper, rho, m, sigma: sharper }
}

/** The slice with its variance, or what lies between the money and its wings, brought down. */
function lowered(slice: SviSlice, by: number): SviSlice {
  const less = Math.exp(-by)
  return { ...slice, a: slice.a * less, b: slice.b * less }
}

function wild(random: Random): SviSlice {
  const spread = (most: number) => most * (2 * random.uniform() - 1)
  return {
    a: spread(0.2),
    b: 2.2 * random.uniform() ** 3,
    rho: spread(1.05),
    m: spread(random.uniform() < 0.1 ? 5 : 0.5),
    sigma: 9 * random.uniform() ** 8,
  }
}
