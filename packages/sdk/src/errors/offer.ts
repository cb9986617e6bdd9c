import { KeelError } from './KeelError.ts'

/** What keeps a signed quote from being filled. `kind` is for machines, `text` says what is missing. */
export type QuoteFault = {
  readonly kind:
    | 'wrongChain'
    | 'wrongContract'
    | 'wrongDecimals'
    | 'expired'
    | 'wrongTaker'
    | 'notMaker'
    | 'badSignature'
    | 'nothingToFill'
    | 'overFilled'
    | 'outsideBand'
    | 'notWholeLots'
    | 'tooLarge'
    | 'notModule'
    | 'notAllowed'
    | 'tooFar'
    | 'allowance'
    | 'cash'
    | 'options'
    | 'contract'
  readonly text: string
  /** Passes by itself, with the same quote a little later. */
  readonly retryable: boolean
}

/** The orders contract or the market would refuse this quote: the fill was not sent. */
export class QuoteRefusedError extends KeelError {
  override readonly name = 'Offer.QuoteRefusedError'
  readonly faults: readonly QuoteFault[]
  override readonly retryable: boolean
  /** `stays`: what was sent before it was seen, in a sentence; absent: nothing. */
  constructor(faults: readonly QuoteFault[], { stays }: { readonly stays?: string } = {}) {
    const texts = [...faults.map(({ text }) => text), ...(stays === undefined ? [] : [stays])]
    super(`The signed quote would not be filled. ${texts.join(' ')}`)
    this.faults = faults
    this.retryable = faults.every((fault) => fault.retryable)
  }
}

/** The file is not an offer. */
export class MalformedOfferError extends KeelError {
  override readonly name = 'Offer.MalformedOfferError'
  constructor(path: string, wanted: string) {
    super(`The offer is malformed: ${path} is not ${wanted}. Write it with keel offer sign.`)
  }
}
