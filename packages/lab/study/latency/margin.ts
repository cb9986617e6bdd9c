import { between, type Rates } from './setting.ts'

/** Required margin of one short option at the upper factor, in floats. */
export function marginOf(
  { margin: p }: Rates,
  o: {
    readonly call: boolean
    readonly strike: number
    readonly spot: number
    readonly mark: number
    readonly tau: number
  },
): number {
  const u = between(o.tau, { knots: p.knotTimes, values: p.knotValues })
  const [owed, covered] = o.call ? [o.spot, o.strike * p.spotShock] : [o.strike, o.spot * p.spotShock]
  const shocked = owed > covered ? u * covered + owed - covered : u * owed
  return Math.max(shocked, o.mark * p.markFactor + o.spot * p.spotFloor) * (o.call ? p.callUpper : p.putUpper)
}
