import { readFileSync } from 'node:fs'
import type { Deployment, Offer } from '@keel/sdk'
import { offerPlaceFaults, parseOffer, QuoteRefusedError } from '@keel/sdk'
import { UnreadableFileError } from '../chain/errors.ts'

/** Reads an offer from a file. Errors: UnreadableFile, MalformedOffer. */
export function readOffer(path: string): Offer {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new UnreadableFileError(path, code ?? message)
  }
  return parseOffer(text)
}

/** Throws `QuoteRefusedError` for an offer that was made for another chain, contract or token. */
export function requirePlace(deployment: Deployment, offer: Offer): void {
  const faults = offerPlaceFaults(deployment, offer)
  if (faults.length > 0) throw new QuoteRefusedError(faults)
}
