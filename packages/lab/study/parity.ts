import { calendarFaults, SECONDS_PER_YEAR, sliceFaults } from '@keel/quant'
import { libraryFaults, type TimedSlice } from './borderSlices.ts'
import type { ContractChecks, ContractVerdict } from './contractChecks.ts'

/** How near to a border a verdict may depend on rounding: of g, the least variance, and as shares of variance and of years. */
const ROUNDING = { g: 1e-9, variance: 1e-11, gap: 1e-12, years: 1e-12 }
const IN_FLIGHT = 32

/** What the library calls each of the contract's rules. */
const NAMES: Readonly<Record<Extract<ContractVerdict, { accepted: false }>['rule'], readonly string[]>> = {
  SliceOutOfRange: ['range', 'wing', 'volatility', 'variance'],
  ButterflyArbitrage: ['butterfly', 'variance'],
  CalendarArbitrage: ['calendar'],
}

export type Mismatch = {
  readonly report: readonly TimedSlice[]
  readonly library: readonly string[]
  readonly contract: ContractVerdict
  /** The library's own verdict changes when its limits move by the rounding of the contract's arithmetic. */
  readonly isRounding: boolean
}

/** How the library's copy of the checks compares with the contract. */
export type Parity = {
  readonly reports: number
  readonly slices: number
  readonly accepted: number
  readonly refused: Readonly<Record<string, number>>
  readonly mismatches: readonly Mismatch[]
}

/**
 * Asks contract and library about every report. They agree when both take it, or the library names the rule the contract stopped
 * at among those it finds broken.
 */
export async function compareChecks(
  checks: ContractChecks,
  { reports, time }: { readonly reports: readonly (readonly TimedSlice[])[]; readonly time: number },
): Promise<Parity> {
  const mismatches: Mismatch[] = []
  const refused: Record<string, number> = {}
  let [slices, accepted] = [0, 0]
  const one = async (report: readonly TimedSlice[]) => {
    const library = libraryFaults(report, time)
    const contract = await checks.judge({ time, slices: report })
    slices += report.length
    if (contract.accepted) accepted++
    else refused[contract.rule] = (refused[contract.rule] ?? 0) + 1
    const agree = contract.accepted ? library.length === 0 : library.some((rule) => NAMES[contract.rule].includes(rule))
    if (!agree) mismatches.push({ report, library, contract, isRounding: isAtBorder(report, time) })
  }
  for (let i = 0; i < reports.length; i += IN_FLIGHT) await Promise.all(reports.slice(i, i + IN_FLIGHT).map(one))
  return { reports: reports.length, slices, accepted, refused, mismatches }
}

function isAtBorder(report: readonly TimedSlice[], time: number): boolean {
  return report.some(({ expiry, slice }, i) => {
    const years = (expiry - time) / SECONDS_PER_YEAR
    const least = slice.a + slice.b * slice.sigma * Math.sqrt(1 - slice.rho * slice.rho)
    const earlier = report[i - 1]?.slice
    return (
      Math.abs(least) < ROUNDING.variance ||
      flips((margin) => sliceFaults(slice, { margin }), ROUNDING.g) ||
      flips(
        (share) => sliceFaults(slice, { margin: Number.NEGATIVE_INFINITY, years: years * (1 + share) }),
        ROUNDING.years,
      ) ||
      (earlier !== undefined && flips((margin) => calendarFaults({ earlier, later: slice }, { margin }), ROUNDING.gap))
    )
  })
}

function flips(faults: (margin: number) => readonly unknown[], by: number): boolean {
  return (faults(-by).length === 0) !== (faults(by).length === 0)
}

/** The counts of several comparisons together. */
export function addParities(parts: readonly Parity[]): Parity {
  const refused: Record<string, number> = {}
  for (const part of parts)
    for (const [rule, count] of Object.entries(part.refused)) refused[rule] = (refused[rule] ?? 0) + count
  const sum = (count: (part: Parity) => number) => parts.reduce((total, part) => total + count(part), 0)
  return {
    reports: sum(({ reports }) => reports),
    slices: sum(({ slices }) => slices),
    accepted: sum(({ accepted }) => accepted),
    refused,
    mismatches: parts.flatMap(({ mismatches }) => mismatches),
  }
}
