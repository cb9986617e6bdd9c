import type { Deployment, Offer } from '@keel/sdk'
import { offerPlaceFaults, parseOffer, QuoteRefusedError } from '@keel/sdk'
import { readText } from '../files/readText.ts'

/** Reads an offer from a file. Errors: UnreadableFile, MalformedOffer. */
export function readOffer(path: string): Offer {
  return parseOffer(readText(path))
}

/** Throws `QuoteRefusedError` for an offer that was made for another chain, contract or token. */
export function requirePlace(deployment: Deployment, offer: Offer): void {
  const faults = offerPlaceFaults(deployment, offer)
  if (faults.length > 0) throw new QuoteRefusedError(faults)
}
