import { QuantError } from '../errors.ts'

/** Rows a batch can be made for at most: columns of 64 MB. */
const MOST_ROWS = 8_388_608

/** Throws unless a batch of this capacity can be made. */
export function checkCapacity(capacity: number): void {
  if (!(Number.isInteger(capacity) && capacity >= 1 && capacity <= MOST_ROWS)) {
    throw new BadBatchError({ what: 'capacity', value: capacity, least: 1, most: MOST_ROWS })
  }
}

/** Throws unless a batch holds this many rows. */
export function checkRows(rows: number, capacity: number): void {
  if (!(Number.isInteger(rows) && rows >= 0 && rows <= capacity)) {
    throw new BadBatchError({ what: 'number of rows', value: rows, least: 0, most: capacity })
  }
}

/** A batch was asked to hold, or to run over, rows it cannot have. */
export class BadBatchError extends QuantError {
  override readonly name = 'Quant.BadBatchError'
  constructor({ what, value, least, most }: { what: string; value: number; least: number; most: number }) {
    super(`The ${what} of a batch is ${value}. Pass a whole number from ${least} to ${most}.`)
  }
}
