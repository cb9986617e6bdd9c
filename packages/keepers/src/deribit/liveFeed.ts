import { type Clock, systemClock } from '../time/clock.ts'
import { chainOfRows, type TimePolicy } from './chainOfRows.ts'
import type { FeedFault } from './errors.ts'
import type { ChainFeed } from './feed.ts'
import { createInstrumentList } from './instrumentList.ts'
import { createQuoteBook, indexChannel, quoteChannel } from './quoteBook.ts'
import { readSummaries } from './rows.ts'
import type { SocketTransport } from './socketTransport.ts'
import type { Transport } from './transport.ts'

/** A feed that keeps the chain from notifications, with what its socket must tell it. */
export type LiveFeed = ChainFeed & {
  /** For the socket's `onNotice`. */
  notice(channel: string, data: unknown): void
  /** For the socket's `onGap`. */
  gap(): void
}

/**
 * A feed over a WebSocket with subscriptions: reading it costs no request while the connection holds. It begins with the whole chain
 * by one request, follows every option's best bid and ask, and begins anew after every break of the connection.
 *
 * @param client paces and retries the requests; its transport is the same socket
 */
export function createLiveFeed(options: createLiveFeed.Options): LiveFeed {
  const { client, socket, currency, clock = systemClock, onFault = () => {} } = options
  const instruments = createInstrumentList(client, { currency, clock })
  const book = createQuoteBook()
  const subscribed = new Set<string>()
  let seeded = false
  return {
    notice(channel, data) {
      const outcome = book.apply(channel, data)
      if (outcome !== 'applied') onFault(outcome)
    },
    gap() {
      seeded = false
      book.clear()
    },
    async read(signal) {
      const listed = await instruments.read(signal)
      const names = listed.rows.map(({ name }) => name)
      await follow(new Set([indexChannel(currency), ...names.map(quoteChannel)]), signal)
      book.retain(new Set(names))
      if (!seeded) await seed(signal)
      return chainOfRows({
        summaries: book.rows(),
        instruments: listed.rows,
        underlying: currency,
        now: clock.now(),
        ...(options.policy && { policy: options.policy }),
      })
    },
  }

  async function follow(channels: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<void> {
    const gone = [...subscribed].filter((channel) => !channels.has(channel))
    const fresh = [...channels].filter((channel) => !subscribed.has(channel))
    for (const channel of gone) subscribed.delete(channel)
    socket.unsubscribe(gone)
    if (fresh.length === 0) return
    await socket.subscribe(fresh, signal)
    for (const channel of fresh) subscribed.add(channel)
    // Options listed since the last seed have no quote until they change.
    seeded = false
  }

  async function seed(signal: AbortSignal | undefined): Promise<void> {
    const params = { currency, kind: 'option' }
    // A break during the request clears what it brings; then it is asked for again at the next reading.
    seeded = true
    try {
      book.seed(readSummaries(await client.call('public/get_book_summary_by_currency', { params, signal })).rows)
    } catch (error) {
      seeded = false
      throw error
    }
  }
}

export declare namespace createLiveFeed {
  type Options = {
    readonly client: Transport
    readonly socket: Pick<SocketTransport, 'subscribe' | 'unsubscribe'>
    /** `ETH` or `BTC`. */
    readonly currency: string
    readonly clock?: Clock
    readonly policy?: TimePolicy
    readonly onFault?: (fault: FeedFault) => void
  }
}
