import type { Clock } from '../time/clock.ts'
import { type InstrumentRow, type ReadRows, readInstruments } from './rows.ts'
import type { Transport } from './transport.ts'

/** The list of instruments is asked for this often: Deribit lists new expiries once a day and limits this request sharply. */
const LIST_EVERY_MS = 3_600_000

/** The venue's open options, asked for again when an hour old or when an expiry has passed since. */
export function createInstrumentList(client: Transport, { currency, clock }: { currency: string; clock: Clock }) {
  let held: ReadRows<InstrumentRow> | undefined
  let staleAt = 0
  return {
    async read(signal?: AbortSignal): Promise<ReadRows<InstrumentRow>> {
      if (held !== undefined && clock.now() < staleAt) return held
      const params = { currency, kind: 'option', expired: false }
      held = readInstruments(await client.call('public/get_instruments', { params, signal }))
      const now = clock.now()
      const nearest = Math.min(...held.rows.map(({ expiry }) => expiry * 1000).filter((expiry) => expiry > now))
      staleAt = Math.min(now + LIST_EVERY_MS, nearest)
      return held
    },
  }
}
