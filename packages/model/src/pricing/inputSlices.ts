import { packSliceWord } from '../oracle/sliceWord.ts'
import type { PricingInput } from './pricingInput.ts'

/** The words of an input's slices, as `PricingInput` of IPricer.sol has them. */
export type SliceWords = {
  /** One per board of the terms. */
  readonly slices: readonly bigint[]
  /** Each with the place of its board as its tag; with the number of boards where it is of none. */
  readonly previous: readonly bigint[]
}

/** Slices as the pricer takes them. Throws `SliceNotStorableError`. */
export const encodeSlices = ({ terms, slices, previous }: PricingInput): SliceWords => {
  const placeOf = (expiry: number): number => {
    const place = terms.boards.findIndex((board) => board.expiry === expiry)
    return place < 0 ? terms.boards.length : place
  }
  return {
    slices: slices.map((slice) => packSliceWord(slice)),
    previous: previous.map((slice) => packSliceWord(slice, BigInt(placeOf(slice.expiry)))),
  }
}
