import { KeelError } from '@keel/sdk'

export class HistoryNotReadableError extends KeelError {
  override readonly name = 'History.NotReadableError'
  constructor(file: string, reason: string) {
    super(`Cannot read history ${file}: ${reason}. Give the path of a CSV or CSV.GZ file.`)
  }
}

export class EmptyHistoryError extends KeelError {
  override readonly name = 'History.EmptyError'
  constructor(what: string) {
    super(`${what} has no bars. Give a file with rows below the header, or a wider --from/--to.`)
  }
}

export class MalformedHistoryError extends KeelError {
  override readonly name = 'History.MalformedError'
  constructor(line: number, reason: string) {
    super(`History line ${line}: ${reason}. Expected ts,open,high,low,close,volume with unix seconds.`)
  }
}

export class UnsortedHistoryError extends KeelError {
  override readonly name = 'History.UnsortedError'
  constructor(line: number, previous: number, ts: number) {
    super(`History line ${line}: time ${ts} comes after ${previous}. Sort the file by its first column.`)
  }
}

export class DuplicateTimestampError extends KeelError {
  override readonly name = 'History.DuplicateTimestampError'
  constructor(line: number, ts: number) {
    super(`History line ${line}: time ${ts} stands twice. Remove one of the rows.`)
  }
}

export class NonPositivePriceError extends KeelError {
  override readonly name = 'History.NonPositivePriceError'
  constructor(line: number, column: string, value: number) {
    super(`History line ${line}: ${column} is ${value}, and a price must be positive. Correct or remove the row.`)
  }
}
