import { packSlice, SliceFieldOutOfRangeError, sliceFieldFromFloat } from '@keel/model'
import type { Hex } from 'viem'
import { formatUnits, isHex, parseUnits } from 'viem'
import type { SliceReport } from '../calls/keeping.ts'
import { MalformedReportError } from '../errors/surface.ts'
import { fieldsOf } from '../files/fields.ts'
import type { ReportSignature, SignedReport } from './signedReport.ts'

const FORMAT = 'keel-surface-report-1'
const WAD_DECIMALS = 18
const MOST_MARKET = 0xffff
const MOST_TIME = 2 ** 40 - 1
const MOST_WORD = (1n << 256n) - 1n
const DECIMAL = /^\d+(\.\d{1,18})?$/

const fields = fieldsOf(MalformedReportError)
const { record, list, address, natural } = fields

/** A slice as a file has it: what is not said is filled in when it is signed. */
export type SliceDraft = Omit<SliceReport, 'reportedAt' | 'spotAtReport'> &
  Partial<Pick<SliceReport, 'reportedAt' | 'spotAtReport'>>

/** A report as a file has it: signed or to be signed. */
export type ReportDraft = Omit<SignedReport, 'reports'> & { readonly reports: readonly SliceDraft[] }

/** A report as a file. Prices and ratios are decimal texts, exact; the slice is its packed word. */
export function formatReport({ chainId, surfaceOracle, reports, signatures }: ReportDraft): string {
  const slices = reports.map(({ market, expiry, reportedAt, svi, forwardRatio, spotAtReport }) => ({
    market,
    expiry,
    ...(reportedAt !== undefined && { reportedAt }),
    svi: `0x${svi.toString(16)}`,
    forwardRatio: formatUnits(forwardRatio, WAD_DECIMALS),
    ...(spotAtReport !== undefined && { spotAtReport: formatUnits(spotAtReport, WAD_DECIMALS) }),
  }))
  return `${JSON.stringify({ format: FORMAT, chainId, surfaceOracle, reports: slices, signatures }, null, 2)}\n`
}

/** Reads a report from a file. Throws `MalformedReportError` naming the first field that is not as it should be. */
export function parseReport(json: string): ReportDraft {
  const root = fields.root(json, FORMAT)
  const signatures = list(root.signatures ?? [], 'signatures').map((each, i) => signature(each, `signatures[${i}]`))
  const reports = list(root.reports, 'reports').map((each, i) => slice(each, `reports[${i}]`))
  const isOpen = reports.some(({ reportedAt, spotAtReport }) => reportedAt === undefined || spotAtReport === undefined)
  if (isOpen && signatures.length > 0)
    throw new MalformedReportError('reports', 'complete, though it is signed: reportedAt and spotAtReport belong to it')
  return {
    chainId: natural(root.chainId, { path: 'chainId', most: Number.MAX_SAFE_INTEGER }),
    surfaceOracle: address(root.surfaceOracle, 'surfaceOracle'),
    reports,
    signatures,
  }
}

/** A draft with what it leaves out filled in: now, and the spot now (wad). */
export function completeReport(
  draft: ReportDraft,
  { now, spot }: { readonly now: number; readonly spot: bigint },
): SignedReport {
  const reports = draft.reports.map((each) => ({ reportedAt: now, spotAtReport: spot, ...each }))
  return { ...draft, reports }
}

function slice(value: unknown, path: string): SliceDraft {
  const { market, expiry, reportedAt, svi, forwardRatio, spotAtReport } = record(value, path)
  return {
    market: natural(market, { path: `${path}.market`, most: MOST_MARKET }),
    expiry: natural(expiry, { path: `${path}.expiry`, most: MOST_TIME }),
    svi: typeof svi === 'string' ? word(svi, `${path}.svi`) : packed(record(svi, `${path}.svi`), `${path}.svi`),
    forwardRatio: wad(forwardRatio, `${path}.forwardRatio`),
    ...(reportedAt !== undefined && {
      reportedAt: natural(reportedAt, { path: `${path}.reportedAt`, most: MOST_TIME }),
    }),
    ...(spotAtReport !== undefined && { spotAtReport: wad(spotAtReport, `${path}.spotAtReport`) }),
  }
}

/** Parameters as numbers, each to the nearest 2^-40; what of it the oracle keeps is `nearestSlice`. */
function packed(svi: Record<string, unknown>, path: string): bigint {
  const field = (name: string): bigint => {
    const value = svi[name]
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new MalformedReportError(`${path}.${name}`, 'a number')
    return sliceFieldFromFloat(value)
  }
  try {
    return packSlice({ a: field('a'), b: field('b'), rho: field('rho'), m: field('m'), sigma: field('sigma') })
  } catch (error) {
    if (error instanceof SliceFieldOutOfRangeError) throw new MalformedReportError(path, 'five numbers within ±128')
    throw error
  }
}

function signature(value: unknown, path: string): ReportSignature {
  const { signer, signature: bytes } = record(value, path)
  if (!isHex(bytes)) throw new MalformedReportError(`${path}.signature`, 'hex that begins with 0x')
  return { signer: address(signer, `${path}.signer`), signature: bytes as Hex }
}

function word(value: string, path: string): bigint {
  if (!isHex(value) || value === '0x' || BigInt(value) > MOST_WORD)
    throw new MalformedReportError(path, 'a word in hex, or an object of a, b, rho, m and sigma')
  return BigInt(value)
}

function wad(value: unknown, path: string): bigint {
  if (typeof value !== 'string' || !DECIMAL.test(value))
    throw new MalformedReportError(path, 'a decimal text such as "2500.5"')
  return parseUnits(value, WAD_DECIMALS)
}
