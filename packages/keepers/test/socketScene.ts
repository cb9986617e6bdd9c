import { afterEach, beforeEach } from 'vitest'
import { createSocketTransport, type FeedError, type FeedFault, type SocketTransport } from '../src/index.ts'
import { type DeribitServer, startDeribitServer } from './deribitServer.ts'
import { createPatientClock, type PatientClock } from './patientClock.ts'

/** What a test sees of a transport and its server; renewed for each test. */
export type SocketScene = {
  server: DeribitServer
  faults: FeedFault[]
  notices: { channel: string; data: unknown }[]
  gaps: number
  clock: PatientClock
  connect(options?: createSocketTransport.Options): SocketTransport
}

export const METHOD = 'public/get_instruments'

export function useSocketScene(): SocketScene {
  const open: SocketTransport[] = []
  const scene: SocketScene = {
    ...({} as Omit<SocketScene, 'connect'>),
    connect(options = {}) {
      const transport = createSocketTransport({
        url: scene.server.socket,
        backoff: { firstMs: 2, mostMs: 10 },
        clock: scene.clock,
        onFault: (fault) => scene.faults.push(fault),
        onNotice: (channel, data) => scene.notices.push({ channel, data }),
        onGap: () => scene.gaps++,
        ...options,
      })
      open.push(transport)
      return transport
    },
  }
  beforeEach(async () => {
    scene.server = await startDeribitServer()
    scene.server.results[METHOD] = ({ currency }) => [{ of: currency }]
    scene.faults = []
    scene.notices = []
    scene.gaps = 0
    scene.clock = createPatientClock()
    scene.server.onStall = scene.clock.expire
  })
  afterEach(async () => {
    for (const transport of open.splice(0)) transport.close()
    await scene.server.close()
  })
  return scene
}

export const ask = (transport: SocketTransport, currency: string, signal?: AbortSignal): Promise<unknown> =>
  transport.call(METHOD, { params: { currency }, signal })

/** The error a promise is rejected with. */
export const errorOf = (promise: Promise<unknown>): Promise<FeedError> =>
  promise.then(
    () => {
      throw new NotRejectedError()
    },
    (error: FeedError) => error,
  )

class NotRejectedError extends Error {
  override readonly name = 'Test.NotRejectedError'
  constructor() {
    super('A promise was kept that should have been rejected.')
  }
}
