import { type Clock, systemClock } from '../time/clock.ts'
import { withTimeout } from '../time/withTimeout.ts'
import { type BackoffPolicy, backoffMs } from './backoff.ts'
import { DisconnectedError, FeedError, type FeedFault, NoWebSocketError, SilentError } from './errors.ts'
import { createSocketLink, type Socket, type SocketLink } from './socketLink.ts'
import type { Transport } from './transport.ts'

export const DERIBIT_SOCKET = 'wss://www.deribit.com/ws/api/v2'

/** JSON-RPC over a WebSocket that is opened when first needed and again after it ended. */
export type SocketTransport = Transport & {
  /** Asks for channels now and after every reconnection. Resolves when the server has agreed to them. */
  subscribe(channels: readonly string[], signal?: AbortSignal): Promise<void>
  /** Asks for channels no longer. What the server still sends of them may be ignored. */
  unsubscribe(channels: readonly string[]): void
  /** Ends the connection and everything that waits for it. Nothing reconnects after it. */
  close(): void
}

type Ask = { readonly method: string; readonly params: Transport.Options['params']; readonly stop: AbortSignal }

/** Channels asked for in one request. */
const MOST_CHANNELS = 500

export function createSocketTransport(options: createSocketTransport.Options = {}): SocketTransport {
  const { url = DERIBIT_SOCKET, clock = systemClock, random = Math.random, openSocket = openGlobal } = options
  const { timeoutMs = 10_000, heartbeatSecs = 30, backoff = { firstMs: 500, mostMs: 30_000 } } = options
  const { silenceMs = 2500 * heartbeatSecs, onNotice = () => {}, onFault = () => {}, onGap = () => {} } = options
  const closed = new AbortController()
  const wanted = new Set<string>()
  /** What the server of the present connection has agreed to send. */
  const agreed = new Set<string>()
  let lastId = 0
  let failures = 0
  let current: SocketLink | undefined
  let opening: Promise<SocketLink> | undefined
  const nextId = (): number => ++lastId

  return {
    async call(method, { params, signal }) {
      return within(method, signal, async (stop) => ask(await linked(), { method, params, stop }))
    },
    async subscribe(channels, signal) {
      for (const channel of channels) wanted.add(channel)
      await within('public/subscribe', signal, async (stop) => {
        const link = await linked()
        await agree(link, { channels: channels.filter((channel) => !agreed.has(channel)), stop })
      })
    },
    unsubscribe(channels) {
      for (const channel of channels) {
        wanted.delete(channel)
        agreed.delete(channel)
      }
      if (channels.length > 0 && current !== undefined)
        void ask(current, { method: 'public/unsubscribe', params: { channels }, stop: closed.signal }).catch(() => {})
    },
    close() {
      const why = new DisconnectedError({ url, why: 'closed by us' })
      closed.abort(why)
      current?.end(why)
    },
  }

  function within<T>(
    what: string,
    signal: AbortSignal | undefined,
    work: (stop: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = signal === undefined ? closed.signal : AbortSignal.any([signal, closed.signal])
    return withTimeout(work, {
      ms: timeoutMs,
      clock,
      signal: stop,
      late: () => new SilentError({ what, ms: timeoutMs }),
    })
  }

  async function ask(link: SocketLink, { method, params, stop }: Ask): Promise<unknown> {
    stop.throwIfAborted()
    const id = nextId()
    try {
      return await within(method, stop, () => link.request({ id, method, params }))
    } finally {
      link.forget(id)
    }
  }

  async function agree(
    link: SocketLink,
    { channels, stop }: { channels: readonly string[]; stop: AbortSignal },
  ): Promise<void> {
    for (let i = 0; i < channels.length; i += MOST_CHANNELS) {
      const part = channels.slice(i, i + MOST_CHANNELS)
      await ask(link, { method: 'public/subscribe', params: { channels: part }, stop })
      for (const channel of part) agreed.add(channel)
    }
  }

  function linked(): Promise<SocketLink> {
    if (current !== undefined) return Promise.resolve(current)
    opening ??= connect().finally(() => {
      opening = undefined
    })
    return opening
  }

  /** Nobody else uses a connection before its channels are agreed: what they bring would be missed. */
  async function connect(): Promise<SocketLink> {
    if (failures > 0) await clock.sleep(backoffMs(failures - 1, { policy: backoff, random }), closed.signal)
    failures++
    const socket = await openedSocket()
    const onEnd = (why: FeedError): void => ended(link, why)
    const link = createSocketLink(socket, { url, clock, silenceMs, nextId, onNotice, onFault, onEnd })
    agreed.clear()
    try {
      const stop = closed.signal
      await ask(link, { method: 'public/set_heartbeat', params: { interval: heartbeatSecs }, stop })
      await agree(link, { channels: [...wanted], stop })
    } catch (error) {
      link.end(error instanceof FeedError ? error : new DisconnectedError({ url, why: String(error) }))
      throw error
    }
    link.over.throwIfAborted()
    failures = 0
    current = link
    return link
  }

  async function openedSocket(): Promise<Socket> {
    const socket = openSocket(url)
    const opened = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => () => reject(new DisconnectedError({ url, why }))
        socket.addEventListener('open', () => resolve())
        socket.addEventListener('error', fail('cannot be opened'))
        socket.addEventListener('close', fail('closed while opening'))
      })
    const late = (): Error => new SilentError({ what: url, ms: timeoutMs })
    try {
      await withTimeout(opened, { ms: timeoutMs, clock, signal: closed.signal, late })
    } catch (error) {
      socket.close()
      throw error
    }
    return socket
  }

  /** One that ends before it was ready is told to whoever waits for it, and missed nothing. */
  function ended(link: SocketLink, why: FeedError): void {
    if (link !== current) return
    current = undefined
    if (closed.signal.aborted) return
    onFault(why.fault)
    if (wanted.size === 0) return
    onGap()
    void comeBack()
  }

  /** With channels to serve nobody may ever call again, so the connection comes back by itself. */
  async function comeBack(): Promise<void> {
    while (!closed.signal.aborted) {
      try {
        await linked()
        return
      } catch (error) {
        if (error instanceof FeedError && !closed.signal.aborted) onFault(error.fault)
      }
    }
  }
}

export declare namespace createSocketTransport {
  type Options = {
    readonly url?: string
    /** From the request, a connection to be made included, to its reply. */
    readonly timeoutMs?: number
    /** How often the server is asked to show that it is there; at least 10 with Deribit. */
    readonly heartbeatSecs?: number
    /** A connection silent for so long is given up. Default two and a half heartbeats. */
    readonly silenceMs?: number
    readonly backoff?: BackoffPolicy
    readonly clock?: Clock
    /** In [0, 1), for the jitter of reconnections. */
    readonly random?: () => number
    readonly openSocket?: (url: string) => Socket
    readonly onNotice?: (channel: string, data: unknown) => void
    /** Faults that no call reports, and ends of connections. */
    readonly onFault?: (fault: FeedFault) => void
    /** Notifications were lost: whoever keeps a state from them must begin anew. */
    readonly onGap?: () => void
  }
}

function openGlobal(url: string): Socket {
  const { WebSocket } = globalThis as { WebSocket?: new (url: string) => Socket }
  if (WebSocket === undefined) throw new NoWebSocketError()
  return new WebSocket(url)
}
