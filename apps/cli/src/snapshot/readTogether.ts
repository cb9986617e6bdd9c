import type { MarketSnapshot } from '@keel/sdk'
import { formatSnapshot } from '@keel/sdk'
import { MovingChainError } from './errors.ts'

const TRIES = 5

/** An answer of the chain, and the state it was of: what a snapshot before and one after it agree on. */
export async function readTogether<T>({ ask, take }: readTogether.Parameters<T>): Promise<readTogether.ReturnType<T>> {
  let before = await take()
  for (let tries = 0; tries < TRIES; tries++) {
    const answer = await ask()
    const snapshot = await take()
    if (formatSnapshot(before) === formatSnapshot(snapshot)) return { answer, snapshot }
    before = snapshot
  }
  throw new MovingChainError(TRIES)
}

export declare namespace readTogether {
  type Parameters<T> = { readonly ask: () => Promise<T>; readonly take: () => Promise<MarketSnapshot> }
  type ReturnType<T> = { readonly answer: T; readonly snapshot: MarketSnapshot }
}
