import { type Clock, systemClock } from '../time/clock.ts'
import { withTimeout } from '../time/withTimeout.ts'
import { BadStatusError, DisconnectedError, FeedError, GarbledError, RefusedError, SilentError } from './errors.ts'
import { type Message, readMessage, writeRequest } from './message.ts'
import { MOST_CHARACTERS, type Transport } from './transport.ts'

export const DERIBIT_HTTP = 'https://www.deribit.com/api/v2'

/** JSON-RPC over HTTP: one POST a request, its method also in the path. */
export function createHttpTransport(options: createHttpTransport.Options = {}): Transport {
  const { url = DERIBIT_HTTP, timeoutMs = 10_000, clock = systemClock, fetch = globalThis.fetch } = options
  let lastId = 0
  return {
    async call(method, { params, signal }) {
      const id = ++lastId
      const late = (): Error => new SilentError({ what: method, ms: timeoutMs })
      return withTimeout(
        async (within) => {
          const { response, text } = await exchange(within, writeRequest({ id, method, params }))
          return resultOf(readMessage(text), { id, response })
        },
        { ms: timeoutMs, clock, signal, late },
      )

      async function exchange(within: AbortSignal, body: string): Promise<{ response: Response; text: string }> {
        try {
          const headers = { 'content-type': 'application/json' }
          const response = await fetch(`${url}/${method}`, { method: 'POST', headers, body, signal: within })
          return { response, text: await readText(response) }
        } catch (error) {
          if (within.aborted) throw within.reason
          if (error instanceof FeedError) throw error
          throw new DisconnectedError({ url, why: causeOf(error) })
        }
      }
    },
  }
}

export declare namespace createHttpTransport {
  type Options = {
    readonly url?: string
    /** From the request to the last byte of the answer. */
    readonly timeoutMs?: number
    readonly clock?: Clock
    readonly fetch?: typeof globalThis.fetch
  }
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  if (reader === undefined) return text
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text
    text += value
    if (text.length <= MOST_CHARACTERS) continue
    await reader.cancel()
    throw new GarbledError(`longer than ${MOST_CHARACTERS} characters`)
  }
}

/** Deribit sends its error objects with statuses of their own, so the body counts before the status. */
function resultOf(message: Message, { id, response }: { id: number; response: Response }): unknown {
  const { status, headers } = response
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const waitMs = seconds >= 0 ? seconds * 1000 : undefined
  if (message.kind === 'refusal')
    throw new RefusedError({ ...message.refusal, waitMs: message.refusal.waitMs ?? waitMs })
  if (status !== 200) throw new BadStatusError({ status, waitMs })
  if (message.kind === 'garbled') throw new GarbledError(message.why)
  if (message.kind === 'notice') throw new GarbledError('a notification in place of a reply')
  if (message.id !== id) throw new GarbledError(`a reply to request ${message.id} in place of ${id}`)
  return message.result
}

function causeOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: unknown; message?: unknown }; message?: unknown }
  return String(cause?.code ?? cause?.message ?? message ?? error)
}
