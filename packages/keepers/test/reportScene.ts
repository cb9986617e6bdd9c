import { surfaceOracleAbi } from '@keel/contracts/generated'
import type { ChainSnapshot } from '@keel/quant'
import { decodeEventLog } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import {
  type ChainFeed,
  createSurfaceReporter,
  openDeribitFeed,
  type ReportOutcome,
  type ReportSigner,
  type SurfaceReporter,
} from '../src/index.ts'
import { instrumentOf, summaryOf } from './deribitReplies.ts'
import { type DeribitServer, startDeribitServer } from './deribitServer.ts'
import { type OracleChain, openOracleChain } from './oracleChain.ts'
import { createPatientClock } from './patientClock.ts'
import { chainOf, expiryAt, INDEX, TIME } from './syntheticChain.ts'

export const MARKET = 3
export const DAYS = [1, 2, 5, 12, 25, 53]
export const EXPIRIES = DAYS.map(expiryAt)
export const SUMMARY = 'public/get_book_summary_by_currency'
export const LIST = 'public/get_instruments'

/** A venue that quotes a chain, a reporter that reads it, and an oracle it reports to. The oracle stays, the venue is renewed for each test. */
export type ReportScene = {
  chain: OracleChain
  server: DeribitServer
  /** Of chain, venue and this machine alike, seconds; twenty minutes later in each test. */
  time: number
  /** What the venue quotes. */
  snapshot: ChainSnapshot
  index: number
  openFeed(): ChainFeed
  reporterOf(signers?: readonly ReportSigner[]): SurfaceReporter
  situation(over?: Partial<SurfaceReporter.Situation>): SurfaceReporter.Situation
  /** Relays a report five seconds on, or at a time; the names of its events. */
  relay(outcome: ReportOutcome, at?: number): Promise<readonly string[]>
}

const POLICY = { perSecond: 1e6, burst: 1e6, attempts: 2, backoff: { firstMs: 0, mostMs: 0 }, limitedMs: 0 }

export function useReportScene(): ReportScene {
  const clock = createPatientClock(() => scene.time * 1000 + 500)
  const scene: ReportScene = {
    ...({} as Pick<ReportScene, 'chain' | 'server' | 'snapshot' | 'index'>),
    time: TIME,
    openFeed: () => openDeribitFeed({ currency: 'ETH', url: scene.server.http, policy: POLICY, clock }),
    reporterOf(signers = scene.chain.keys) {
      const feed = scene.openFeed()
      return createSurfaceReporter({ deployment: scene.chain.deployment, market: MARKET, feed, signers, threshold: 2 })
    },
    situation: (over = {}) => ({ time: scene.time, spot: INDEX, expiries: EXPIRIES, inForce: [], ...over }),
    async relay({ report }, at = scene.time + 5) {
      expect(report).toBeDefined()
      const logs = await scene.chain.relay(report!.call, at)
      return logs.map(({ topics, data }) => {
        const [first, ...rest] = topics
        return decodeEventLog({ abi: surfaceOracleAbi, topics: [first!, ...rest], data }).eventName
      })
    },
  }
  beforeAll(async () => {
    scene.chain = await openOracleChain({ market: MARKET, time: TIME - 1_000 })
  })
  afterAll(() => scene.chain?.close())
  beforeEach(async () => {
    scene.server = await startDeribitServer()
    scene.server.onStall = clock.expire
    scene.time += 1_200
    scene.index = INDEX
    scene.snapshot = chainOf(DAYS, { time: scene.time })
    scene.server.results[LIST] = () => scene.snapshot.quotes.map((quote) => instrumentOf(quote))
    scene.server.results[SUMMARY] = () =>
      scene.snapshot.quotes.map((quote) => summaryOf(quote, { time: scene.snapshot.time, index: scene.index }))
  })
  afterEach(() => scene.server.close())
  return scene
}
