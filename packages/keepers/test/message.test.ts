import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readMessage, writeRequest } from '../src/deribit/message.ts'

describe('readMessage', () => {
  test.each([
    ['{"id":3,"result":null}', { kind: 'result', id: 3, result: null }],
    ['{"id":3,"result":[1],"usOut":5}', { kind: 'result', id: 3, result: [1] }],
    [
      '{"id":3,"error":{"code":10028,"message":"too_many_requests","data":{"wait":2}}}',
      { kind: 'refusal', id: 3, refusal: { code: 10028, message: 'too_many_requests', waitMs: 2000 } },
    ],
    ['{"error":{"code":-1}}', { kind: 'refusal', id: undefined, refusal: { code: -1, message: 'no message' } }],
    ['{"method":"heartbeat","params":{}}', { kind: 'notice', method: 'heartbeat', params: {} }],
  ])('%s', (text, message) => {
    expect(readMessage(text)).toMatchObject(message)
  })

  test.each(['', 'null', '[]', '7', '{}', '{"id":3}', '{"id":"3","result":1}', '{"result":1}', '{"id":3,"error":{}}'])(
    '%j is garbled',
    (text) => {
      expect(readMessage(text).kind).toBe('garbled')
    },
  )

  test('takes any text, and any JSON, without throwing', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readMessage(text)))
    const fields = fc.record({ id: fc.anything(), method: fc.anything(), result: fc.anything(), error: fc.anything() })
    fc.assert(fc.property(fields, (value) => void readMessage(JSON.stringify(value) ?? '')))
  })

  test('a wait from the venue is never negative', () => {
    fc.assert(
      fc.property(fc.double(), (wait) => {
        const message = readMessage(JSON.stringify({ id: 1, error: { code: 10028, data: { wait } } }))
        if (message.kind !== 'refusal') throw new TypeError('a refusal was expected')
        expect(message.refusal.waitMs ?? 0).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('reads nothing of its own requests as a reply', () => {
    const text = writeRequest({ id: 1, method: 'public/test', params: {} })
    expect(JSON.parse(text)).toEqual({ jsonrpc: '2.0', id: 1, method: 'public/test', params: {} })
    expect(readMessage(text).kind).toBe('notice')
  })
})
