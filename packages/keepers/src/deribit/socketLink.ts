import type { Clock } from '../time/clock.ts'
import { DisconnectedError, type FeedError, type FeedFault, GarbledError, RefusedError, SilentError } from './errors.ts'
import { isRecord, type Message, readMessage, writeRequest } from './message.ts'
import { MOST_CHARACTERS } from './transport.ts'

/** The part of a WebSocket that is used: the browser's, Node's and that of the ws library have it. */
export type Socket = {
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: unknown) => void): void
  send(text: string): void
  close(): void
}

/** One connection from opening to end. Nothing outlives it: what waits for a reply when it ends is told so. */
export type SocketLink = {
  /** @param id different from any before */
  request(request: { id: number; method: string; params: Readonly<Record<string, unknown>> }): Promise<unknown>
  /** Stops waiting for a reply. */
  forget(id: number): void
  end(why: FeedError): void
  /** Aborted once it has ended, with the reason. */
  readonly over: AbortSignal
}

/** Takes over an open socket. */
export function createSocketLink(socket: Socket, options: createSocketLink.Options): SocketLink {
  const { url, clock, silenceMs, nextId, onNotice, onFault, onEnd } = options
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  const ended = new AbortController()
  let heardAt = clock.now()

  const link: SocketLink = {
    over: ended.signal,
    request: ({ id, method, params }) =>
      new Promise((resolve, reject) => {
        if (ended.signal.aborted) return reject(ended.signal.reason)
        waiting.set(id, { resolve, reject })
        socket.send(writeRequest({ id, method, params }))
      }),
    forget: (id) => void waiting.delete(id),
    end(why) {
      if (ended.signal.aborted) return
      ended.abort(why)
      for (const { reject } of waiting.values()) reject(why)
      waiting.clear()
      socket.close()
      onEnd(why)
    },
  }
  socket.addEventListener('message', (event) => hear((event as { data?: unknown }).data))
  socket.addEventListener('close', () => link.end(new DisconnectedError({ url, why: 'closed by the server' })))
  socket.addEventListener('error', () => link.end(new DisconnectedError({ url, why: 'broken' })))
  void watch()
  return link

  function hear(data: unknown): void {
    if (ended.signal.aborted) return
    heardAt = clock.now()
    const message = readData(data)
    if (message.kind === 'garbled') link.end(new GarbledError(message.why))
    else if (message.kind === 'notice') take(message)
    else answer(message)
  }

  function take({ method, params }: Message & { kind: 'notice' }): void {
    if (!isRecord(params)) onFault('wrong-shape')
    else if (method === 'subscription' && typeof params.channel === 'string') onNotice(params.channel, params.data)
    // The server asks whether anybody is there, and hangs up on whoever does not answer.
    else if (method === 'heartbeat' && params.type === 'test_request')
      void link.request({ id: nextId(), method: 'public/test', params: {} }).catch(() => {})
  }

  function answer(message: Message & { kind: 'result' | 'refusal' }): void {
    const waiter = message.id === undefined ? undefined : waiting.get(message.id)
    if (message.id !== undefined) waiting.delete(message.id)
    if (message.kind === 'refusal') {
      const refusal = new RefusedError(message.refusal)
      if (waiter === undefined) onFault(refusal.fault)
      else waiter.reject(refusal)
    } else if (waiter === undefined) onFault('unmatched')
    else waiter.resolve(message.result)
  }

  async function watch(): Promise<void> {
    try {
      for (;;) {
        const left = heardAt + silenceMs - clock.now()
        if (left <= 0) return link.end(new SilentError({ what: url, ms: silenceMs }))
        await clock.sleep(left, ended.signal)
      }
    } catch {
      // ended otherwise
    }
  }
}

function readData(data: unknown): Message {
  if (typeof data !== 'string') return { kind: 'garbled', why: 'a message that is no text' }
  if (data.length > MOST_CHARACTERS) return { kind: 'garbled', why: `longer than ${MOST_CHARACTERS} characters` }
  return readMessage(data)
}

export declare namespace createSocketLink {
  type Options = {
    readonly url: string
    readonly clock: Clock
    /** A connection that says nothing for so long is taken for dead. */
    readonly silenceMs: number
    readonly nextId: () => number
    readonly onNotice: (channel: string, data: unknown) => void
    /** A fault that nobody waits for. */
    readonly onFault: (fault: FeedFault) => void
    /** Once. */
    readonly onEnd: (why: FeedError) => void
  }
}
