import { calendarFaults, type SviSlice } from '@keel/quant'

type Placed = { readonly expiry: number; readonly svi: SviSlice }

/**
 * Expiries whose slices in force stay after a report and break the calendar rule against a neighbour then. The contract compares the
 * parameters as they were reported, so a slice in force is not aged here.
 */
export function findCrossed(
  reported: readonly Placed[],
  { standing, time }: { standing: readonly Placed[]; time: number },
): readonly number[] {
  const renewed = new Set(reported.map(({ expiry }) => expiry))
  const staying = standing.filter(({ expiry }) => expiry > time && !renewed.has(expiry))
  const all = [...reported, ...staying].sort((a, b) => a.expiry - b.expiry)
  const crossed = new Set<number>()
  for (let i = 1; i < all.length; i++) {
    const [earlier, later] = [all[i - 1]!, all[i]!]
    if (renewed.has(earlier.expiry) === renewed.has(later.expiry)) continue
    if (calendarFaults({ earlier: earlier.svi, later: later.svi }).length === 0) continue
    crossed.add(renewed.has(earlier.expiry) ? later.expiry : earlier.expiry)
  }
  return [...crossed]
}
