import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { chainRowsOfReply } from './bookSummary.ts'
import { chainRowsOfCsv } from './csv.ts'
import { ChainNotReadableError } from './errors.ts'
import type { ChainHistory } from './snapshots.ts'
import { collectSnapshots } from './snapshots.ts'

/**
 * Snapshots of an option chain from a file: a history as CSV or CSV.GZ, or one book-summary reply as JSON.
 * Errors: ChainNotReadable, MissingColumns, NoQuotes, SeveralUnderlyings.
 */
export function readChainHistory(file: string): ChainHistory {
  const text = readText(file)
  const isJson = /^\s*[[{]/.test(text)
  return collectSnapshots(file, isJson ? chainRowsOfReply(file, text) : chainRowsOfCsv(file, text))
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file)
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message
    throw new ChainNotReadableError(file, reason)
  }
}
