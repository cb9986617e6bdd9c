import { KeelError } from './KeelError.ts'

/** What keeps a signed price from being relayed. `kind` is for machines, `text` says what is missing. */
export type PriceFault = {
  readonly kind: 'wrongChain' | 'fromFuture' | 'stale' | 'tooFewSigners' | 'contract'
  readonly text: string
  /** Passes by itself, with the same price a little later. */
  readonly retryable: boolean
}

/** The signed feed would refuse this price: nothing was sent. */
export class PriceRefusedError extends KeelError {
  override readonly name = 'Price.PriceRefusedError'
  readonly faults: readonly PriceFault[]
  override readonly retryable: boolean
  constructor(faults: readonly PriceFault[]) {
    super(`The signed feed would refuse this price. ${faults.map(({ text }) => text).join(' ')}`)
    this.faults = faults
    this.retryable = faults.every((fault) => fault.retryable)
  }
}

/** The file is not a price report. */
export class MalformedPriceError extends KeelError {
  override readonly name = 'Price.MalformedPriceError'
  constructor(path: string, wanted: string) {
    super(`The price is malformed: ${path} is not ${wanted}. Write it as docs/runbooks/price-signers.md shows.`)
  }
}
