import { KeelError } from '@keel/sdk'

export class ChainNotReadableError extends KeelError {
  override readonly name = 'Chain.NotReadableError'
  constructor(file: string, reason: string) {
    super(
      `Cannot read option chain ${file}: ${reason}. Give the path of a CSV or CSV.GZ chain history, or of a JSON book-summary reply.`,
    )
  }
}

export class MissingColumnsError extends KeelError {
  override readonly name = 'Chain.MissingColumnsError'
  constructor(file: string, columns: readonly string[]) {
    super(
      `Option chain ${file} has no column ${columns.join(', ')} in its first line. Expected ts, instrument_name, underlying, bid_price and ask_price among its columns.`,
    )
  }
}

export class NoQuotesError extends KeelError {
  override readonly name = 'Chain.NoQuotesError'
  constructor(file: string, unread: number) {
    const what = unread === 0 ? 'has no rows' : `has no row of an option that can be read, of ${unread}`
    super(`Option chain ${file} ${what}. Check that the file is whole and names options as Deribit does.`)
  }
}

export class SeveralUnderlyingsError extends KeelError {
  override readonly name = 'Chain.SeveralUnderlyingsError'
  constructor(file: string, found: readonly string[]) {
    super(`Option chain ${file} holds options on ${found.join(' and ')}. Give a file of one underlying.`)
  }
}

export class ChainOutsideSpanError extends KeelError {
  override readonly name = 'Chain.ChainOutsideSpanError'
  constructor({ first, last, from, to }: { first: number; last: number; from: number; to: number }) {
    const day = (time: number) => new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')
    super(
      `The option chain has snapshots from ${day(first)} to ${day(last)} UTC, none of use between ${day(from)} and ${day(to)}. Give the chain of those days, or change --from/--to.`,
    )
  }
}

export class DifferentUnderlyingsError extends KeelError {
  override readonly name = 'Chain.DifferentUnderlyingsError'
  constructor(found: readonly string[]) {
    super(`The option chains are of ${found.join(' and ')}. Give chains of one underlying.`)
  }
}
