import { type Clock, systemClock } from '../time/clock.ts'
import { type ChainReading, chainOfRows, type TimePolicy } from './chainOfRows.ts'
import { createInstrumentList } from './instrumentList.ts'
import { readSummaries } from './rows.ts'
import type { Transport } from './transport.ts'

/** Gives the chain as the venue quotes it now. */
export type ChainFeed = {
  /** @throws FeedError when there is no chain to be had; the signal's reason when aborted */
  read(signal?: AbortSignal): Promise<ChainReading>
}

/** A feed that asks for the whole chain each time it is read: one request, and one more for the list of instruments each hour. */
export function createPolledFeed(client: Transport, options: createPolledFeed.Options): ChainFeed {
  const { currency, clock = systemClock } = options
  const instruments = createInstrumentList(client, { currency, clock })
  return {
    async read(signal) {
      const listed = await instruments.read(signal)
      const result = await client.call('public/get_book_summary_by_currency', {
        params: { currency, kind: 'option' },
        signal,
      })
      const { rows, unreadable } = readSummaries(result)
      return chainOfRows({
        summaries: rows,
        unreadable,
        instruments: listed.rows,
        underlying: currency,
        now: clock.now(),
        ...(options.policy && { policy: options.policy }),
      })
    },
  }
}

export declare namespace createPolledFeed {
  type Options = {
    /** `ETH` or `BTC`. */
    readonly currency: string
    readonly clock?: Clock
    readonly policy?: TimePolicy
  }
}
