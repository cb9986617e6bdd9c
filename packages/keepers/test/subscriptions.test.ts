import { describe, expect, test } from 'vitest'
import { METHOD, useSocketScene } from './socketScene.ts'
import { until } from './until.ts'

const scene = useSocketScene()

describe('subscriptions', () => {
  const channels = ['quote.A', 'quote.B']

  test('bring what is notified on their channels', async () => {
    const transport = scene.connect()
    await transport.subscribe(channels)
    scene.server.notify('quote.A', { n: 1 })
    scene.server.notify('quote.C', { n: 2 })
    scene.server.notify('quote.B', { n: 3 })
    await until(() => scene.notices.length === 2)
    expect(scene.notices).toEqual([
      { channel: 'quote.A', data: { n: 1 } },
      { channel: 'quote.B', data: { n: 3 } },
    ])
  })

  test('are asked for in requests of at most 500 channels', async () => {
    await scene.connect().subscribe(Array.from({ length: 1100 }, (_, i) => `quote.${i}`))
    const asked = scene.server.requests.filter(({ method }) => method === 'public/subscribe')
    expect(asked.map(({ params }) => (params.channels as string[]).length)).toEqual([500, 500, 100])
  })

  test('are asked for again by themselves after the connection ended, and the gap is told', async () => {
    const transport = scene.connect()
    await transport.subscribe(channels)
    scene.server.dropAll()
    await until(() => scene.server.opened() === 2 && scene.server.requests.at(-1)?.method === 'public/subscribe')
    expect(scene.gaps).toBe(1)
    expect(scene.faults).toEqual(['disconnected'])
    await transport.call(METHOD, { params: {} })
    scene.server.notify('quote.B', { n: 4 })
    await until(() => scene.notices.length === 1)
  })

  test('are agreed before anything else goes over the new connection, so that nothing is missed between', async () => {
    const transport = scene.connect()
    await transport.subscribe(channels)
    let call: Promise<unknown> | undefined
    scene.server.results['public/set_heartbeat'] = () => {
      call = transport.call(METHOD, { params: {} })
      return 'ok'
    }
    const before = scene.server.requests.length
    scene.server.dropAll()
    await until(() => call !== undefined)
    await call
    expect(scene.server.requests.slice(before).map(({ method }) => method)).toEqual([
      'public/set_heartbeat',
      'public/subscribe',
      METHOD,
    ])
  })

  test('come back however long the server stays away, with growing pauses', async () => {
    const transport = scene.connect()
    await transport.subscribe(channels)
    scene.server.accept(false)
    scene.server.dropAll()
    await until(() => scene.faults.length >= 5)
    scene.server.accept(true)
    await until(() => scene.server.opened() === 2)
    expect(scene.gaps).toBe(1)
    expect(new Set(scene.faults)).toEqual(new Set(['disconnected']))
    await transport.call(METHOD, { params: {} })
  })

  test('that were given up are not asked for again', async () => {
    const transport = scene.connect()
    await transport.subscribe(channels)
    transport.unsubscribe(['quote.A'])
    await until(() => scene.server.requests.at(-1)?.method === 'public/unsubscribe')
    scene.server.dropAll()
    await until(() => scene.server.opened() === 2 && scene.server.requests.at(-1)?.method === 'public/subscribe')
    expect(scene.server.requests.at(-1)!.params).toEqual({ channels: ['quote.B'] })
  })

  test('a connection that says nothing for too long is given up and made again', async () => {
    const transport = scene.connect({ silenceMs: 60_000 })
    await transport.subscribe(channels)
    scene.clock.skip(59_000)
    await transport.call(METHOD, { params: {} })
    expect(scene.server.opened()).toBe(1)
    scene.clock.skip(61_000)
    await until(() => scene.server.opened() === 2)
    expect(scene.faults).toEqual(['silent'])
  })

  test('garbage in the stream ends the connection, since what it was is lost', async () => {
    const transport = scene.connect()
    await transport.subscribe(channels)
    scene.server.blurt('{"jsonrpc":"2.0","method":"subscr')
    await until(() => scene.server.opened() === 2)
    expect(scene.faults).toEqual(['garbled'])
    expect(scene.gaps).toBe(1)
  })

  test('a notification of another shape is counted', async () => {
    const transport = scene.connect()
    await transport.subscribe(channels)
    scene.server.blurt('{"jsonrpc":"2.0","method":"subscription","params":7}')
    scene.server.blurt('{"jsonrpc":"2.0","error":{"code":10028,"message":"too_many_requests"}}')
    await until(() => scene.faults.length === 2)
    expect(scene.faults).toEqual(['wrong-shape', 'rate-limited'])
  })
})
