import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type FakeRpc = { readonly url: string; readonly methods: readonly string[]; readonly close: () => void }

/** A JSON-RPC that answers from a table, and with an error to all else. */
export async function fakeRpc(answers: Readonly<Record<string, unknown>>): Promise<FakeRpc> {
  const methods: string[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { id, method } = JSON.parse(body)
      methods.push(method)
      const answer = Object.hasOwn(answers, method)
        ? { result: answers[method] }
        : { error: { code: -32601, message: `no ${method} here` } }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, methods, close: () => server.close() }
}
