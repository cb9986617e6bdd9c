import type { ReportOutcome } from './surfaceReporter.ts'

/** One line for a log: what was reported or why not, and what was left out. */
export function describeOutcome({ report, refused, fitted, reading, feedError }: ReportOutcome): string {
  const parts: string[] = []
  if (report) {
    const { chosen, signed } = report
    const missing = chosen.missing.map(({ expiry, reason }) => `${dayOf(expiry)} ${reason}`)
    parts.push(`${chosen.source} surface of ${chosen.slices.length} expiries, ${signed.signatures.length} signatures`)
    if (missing.length > 0) parts.push(`missing ${missing.join(', ')}`)
    for (const { signer, why } of signed.absent) parts.push(`${signer} did not sign: ${why}`)
  }
  if (refused) parts.push(`nothing reported: ${refused.reason}, ${refused.detail}`)
  if (feedError) parts.push(feedError.message)
  for (const { expiry, reason, detail } of fitted?.refused ?? []) parts.push(`${dayOf(expiry)} ${reason} (${detail})`)
  parts.push(...countsOf('rows of the venue left out', reading?.rejections))
  parts.push(...countsOf('quotes left out', fitted?.rejections))
  return parts.join('; ')
}

const dayOf = (expiry: number): string => new Date(expiry * 1000).toISOString().slice(0, 10)

function countsOf(what: string, counts: Readonly<Record<string, number>> | undefined): readonly string[] {
  const found = Object.entries(counts ?? {}).filter(([, count]) => count > 0)
  return found.length === 0 ? [] : [`${what}: ${found.map(([reason, count]) => `${reason} ${count}`).join(', ')}`]
}
