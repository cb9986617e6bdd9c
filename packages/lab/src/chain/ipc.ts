import type { Socket } from 'node:net'
import { createConnection } from 'node:net'
import { AnvilDiedError, RpcError } from './errors.ts'

// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer belongs to the method asked
export type Request = (method: string, params?: readonly unknown[]) => Promise<any>

type Waiting = {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  readonly method: string
}
type Answer = { id: number; result?: unknown; error?: { code: number; message: string; data?: unknown } }

/** JSON-RPC over a local socket, one answer a line, any number in flight. */
export async function connectIpc(path: string): Promise<{ readonly request: Request; readonly close: () => void }> {
  const socket: Socket = await new Promise((resolve, reject) => {
    const opening = createConnection(path)
    opening.once('connect', () => resolve(opening))
    opening.once('error', reject)
  })
  const waiting = new Map<number, Waiting>()
  let parts: string[] = []
  let lastId = 0
  let closed: string | undefined

  function settle(line: string): void {
    const { id, result, error } = JSON.parse(line) as Answer
    const entry = waiting.get(id)
    waiting.delete(id)
    if (error) entry?.reject(new RpcError({ method: entry.method, ...error }))
    else entry?.resolve(result)
  }

  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const lines = chunk.split('\n')
    for (let i = 0; i < lines.length - 1; i++) {
      parts.push(lines[i]!)
      settle(parts.join(''))
      parts = []
    }
    parts.push(lines.at(-1)!)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = 'its socket closed'
    for (const { reject } of waiting.values()) reject(new AnvilDiedError(closed))
    waiting.clear()
  })

  const request: Request = (method, params = []) =>
    new Promise((resolve, reject) => {
      if (closed !== undefined) return reject(new AnvilDiedError(closed))
      const id = ++lastId
      waiting.set(id, { resolve, reject, method })
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    })
  return { request, close: () => socket.destroy() }
}
