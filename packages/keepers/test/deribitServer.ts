import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

type Params = Readonly<Record<string, unknown>>
type Request = { readonly id: number; readonly method: string; readonly params: Params }

/** What goes wrong with one answer. */
export type Fault =
  /** Never answers. */
  | 'stall'
  /** Hangs up instead of answering. */
  | 'hang-up'
  /** Answers with half of the JSON. */
  | 'cut'
  /** Promises the whole answer and hangs up after half of it (HTTP only). */
  | 'cut-short'
  | 'garbage'
  /** Answers to a request that was not made. */
  | 'wrong-id'
  /** Answers twice. */
  | 'twice'
  /** Answers after the next request's answer (WebSocket only). */
  | 'late'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }
  | { readonly result: unknown }

/** A venue on this machine that speaks Deribit's JSON-RPC over HTTP and WebSocket, and errs as it is told. */
export type DeribitServer = {
  readonly http: string
  readonly socket: string
  /** Every request, in order of arrival, beside the heartbeat's own. */
  readonly requests: Request[]
  /** Replies in the middle of being written by test code may use `results`: what each method answers. */
  readonly results: Record<string, (params: Params) => unknown>
  /** The next answers of a method, one each, go wrong in this way. */
  fail(method: string, ...faults: Fault[]): void
  /** Called when a request is left without an answer. */
  onStall: () => void
  /** Sends to every connection that asked for the channel. */
  notify(channel: string, data: unknown): void
  /** Sends text as it is to every connection. */
  blurt(text: string): void
  /** Ends every connection from this side. */
  dropAll(): void
  /** Refuses new connections until called with true. */
  accept(open: boolean): void
  connections(): number
  /** Connections made since the start. */
  opened(): number
  close(): Promise<void>
}

export async function startDeribitServer(): Promise<DeribitServer> {
  const requests: Request[] = []
  const faults = new Map<string, Fault[]>()
  const results: DeribitServer['results'] = {
    'public/test': () => ({ version: '1.2.26' }),
    'public/set_heartbeat': () => 'ok',
    'public/unsubscribe': ({ channels }) => channels,
  }
  const channelsOf = new Map<WebSocket, Set<string>>()
  const sockets = new Set<Socket>()
  let accepting = true
  let opened = 0

  const http = createServer((request, response) => void answerHttp(request, response))
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const server = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, socket, head) => {
    if (!accepting) return void socket.destroy()
    server.handleUpgrade(request, socket, head, (client) => attach(client))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo

  function take(request: Request): { reply: unknown; fault: Fault | undefined } {
    if (request.method !== 'public/test') requests.push(request)
    const fault = faults.get(request.method)?.shift()
    const base = { jsonrpc: '2.0', id: request.id, usIn: 1, usOut: 2, usDiff: 1, testnet: true }
    if (typeof fault === 'object' && 'error' in fault)
      return { reply: { ...base, error: fault.error }, fault: undefined }
    if (typeof fault === 'object' && 'result' in fault)
      return { reply: { ...base, result: fault.result }, fault: undefined }
    const answer = results[request.method]
    if (answer === undefined) return { reply: { ...base, error: { code: -32601, message: 'Method not found' } }, fault }
    const reply = { ...base, result: answer(request.params) }
    return { reply: fault === 'wrong-id' ? { ...reply, id: request.id + 1_000_000 } : reply, fault }
  }

  async function answerHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!accepting) return void request.socket.destroy()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { reply, fault } = take(JSON.parse(Buffer.concat(chunks).toString()) as Request)
    const text = JSON.stringify(reply)
    if (fault === 'stall') return handle.onStall()
    if (fault === 'hang-up') return void request.socket.destroy()
    if (typeof fault === 'object' && 'status' in fault)
      return void response.writeHead(fault.status, fault.headers).end('<html>Bad gateway</html>')
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    if (fault !== 'cut-short') return void response.end(mangle(text, fault).padEnd(Buffer.byteLength(text)))
    response.write(text.slice(0, text.length >> 1), () => request.socket.destroy())
  }

  function attach(client: WebSocket): void {
    opened++
    channelsOf.set(client, new Set())
    client.once('close', () => channelsOf.delete(client))
    const held: string[] = []
    client.on('message', (data) => {
      const request = JSON.parse(String(data)) as Request
      if (request.method === 'public/subscribe')
        for (const channel of request.params.channels as string[]) channelsOf.get(client)!.add(channel)
      const { reply, fault } = take(request)
      const text = JSON.stringify(reply)
      if (fault === 'stall') return handle.onStall()
      if (fault === 'hang-up') return client.terminate()
      if (fault === 'late') return void held.push(text)
      client.send(mangle(text, fault))
      if (fault === 'twice') client.send(text)
      for (const late of held.splice(0)) client.send(late)
    })
  }

  results['public/subscribe'] = ({ channels }) => channels
  const handle: DeribitServer = {
    onStall: () => {},
    http: `http://127.0.0.1:${port}/api/v2`,
    socket: `ws://127.0.0.1:${port}/ws/api/v2`,
    requests,
    results,
    fail: (method, ...more) => void faults.set(method, [...(faults.get(method) ?? []), ...more]),
    notify(channel, data) {
      const text = JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { channel, data } })
      for (const [client, channels] of channelsOf) if (channels.has(channel)) client.send(text)
    },
    blurt(text) {
      for (const client of channelsOf.keys()) client.send(text)
    },
    dropAll() {
      for (const client of channelsOf.keys()) client.terminate()
    },
    accept(open) {
      accepting = open
    },
    connections: () => channelsOf.size,
    opened: () => opened,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return handle
}

function mangle(text: string, fault: Fault | undefined): string {
  if (fault === 'cut') return text.slice(0, text.length >> 1)
  return fault === 'garbage' ? '\u0000<!doctype html>'.padEnd(20) : text
}
