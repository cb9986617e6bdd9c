import { seriesId } from '@keel/model'
import type { SignedPrice } from '@keel/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BoardView, Intent, KeeperPolicy, QuickView, Snapshot, WaitingView } from '../src/index.ts'
import {
  decideBoards,
  decideDelayed,
  decideHedge,
  decideMargin,
  decideObserve,
  decidePrice,
  decideRaise,
  decideReport,
  decideRoll,
  decideSettlement,
  KEEPER_POLICY,
} from '../src/index.ts'

const WAD = 10n ** 18n
const HOUR = 3_600
const DAY = 24 * HOUR
/** A Wednesday, 12:00 UTC. */
const NOW = Date.UTC(2024, 0, 10, 12) / 1000
const EIGHT = Date.UTC(2024, 0, 11, 8) / 1000
const MOST_BOARDS = 6

const call = (expiry: number, strike = 2_500n) => seriesId({ market: 1, expiry, strike: strike * WAD, isCall: true })

const board = (expiry: number, over: Partial<BoardView> = {}): BoardView => ({
  expiry,
  series: [{ series: call(expiry), position: -WAD, settled: false }],
  sliceAt: NOW - 60,
  settlementPrice: 0n,
  settlementFinalAt: 0,
  ...over,
})

/** Nothing to do: everything is fresh, the epoch is open for another day. */
const calm: Snapshot = {
  time: NOW,
  spot: 2_500n * WAD,
  spotAtReport: 2_500n * WAD,
  observedAt: NOW - 60,
  boards: [board(EIGHT), board(EIGHT + DAY)],
  hedgeDue: false,
  lastTradeBlock: 90,
  block: 100,
  hedgeSyncedAt: NOW - 60,
  cutOff: NOW + HOUR,
  cashWanted: 0n,
  unhealthy: [],
}

const boardsInput = (policy: KeeperPolicy) => ({
  policy,
  deviationOf: (expiry: number) => BigInt(Math.round(Math.sqrt(Math.max(expiry - NOW, 0) / (365 * DAY)) * 0.8e18)),
  mostBoards: MOST_BOARDS,
})

type Decide = (snapshot: Snapshot, policy: KeeperPolicy) => readonly Intent[]

const DECISIONS: Readonly<Record<string, Decide>> = {
  observe: decideObserve,
  price: decidePrice,
  delayed: decideDelayed,
  report: decideReport,
  hedge: decideHedge,
  margin: decideMargin,
  settlement: decideSettlement,
  raise: decideRaise,
  roll: decideRoll,
  boards: (snapshot, policy) => decideBoards(snapshot, boardsInput(policy)),
}

/** What the chain shows once an intent has been carried out at the snapshot's own time. */
function after(snapshot: Snapshot, intent: Intent): Snapshot {
  const { time, boards, spot } = snapshot
  const onBoard = (expiry: number, change: (board: BoardView) => BoardView): Snapshot => ({
    ...snapshot,
    boards: boards.map((each) => (each.expiry === expiry ? change(each) : each)),
  })
  switch (intent.kind) {
    case 'observe':
      return { ...snapshot, observedAt: time }
    case 'relayPrice':
      return { ...snapshot, quick: { ...snapshot.quick!, latestAt: intent.price.signedAt, isAsked: false } }
    case 'executeOrder':
    case 'refundOrder':
      return { ...snapshot, delayed: snapshot.delayed!.filter(({ waiting }) => waiting.id !== intent.waiting.id) }
    case 'report':
      return {
        ...snapshot,
        spotAtReport: spot,
        boards: boards.map((each) => (intent.expiries.includes(each.expiry) ? { ...each, sliceAt: time } : each)),
      }
    case 'sync':
      return { ...snapshot, hedgeSyncedAt: time }
    case 'rebalance':
      return { ...snapshot, hedgeDue: false }
    case 'adjust':
      return { ...snapshot, unhealthy: snapshot.unhealthy.filter((id) => !intent.series.includes(id)) }
    case 'listBoard':
      return { ...snapshot, boards: [...boards, board(intent.expiry, { series: [], sliceAt: 0 })] }
    case 'removeBoard':
      return { ...snapshot, boards: boards.filter(({ expiry }) => expiry !== intent.expiry) }
    case 'proveSettlement':
      return onBoard(intent.expiry, (each) => ({
        ...each,
        settlementPrice: 2_400n * WAD,
        settlementFinalAt: time + 2 * HOUR,
      }))
    case 'settle':
      return {
        ...snapshot,
        boards: boards.map((each) => ({
          ...each,
          series: each.series.map((view) => (view.series === intent.series ? { ...view, settled: true } : view)),
        })),
      }
    case 'raise':
      return { ...snapshot, cashWanted: 0n }
    case 'roll':
      return { ...snapshot, cutOff: time + DAY }
  }
}

const afterAll = (snapshot: Snapshot, intents: readonly Intent[]) => intents.reduce(after, snapshot)

describe('nothing is decided', () => {
  test.each(Object.entries(DECISIONS).filter(([name]) => name !== 'boards'))('in a calm market by %s', (_, decide) => {
    expect(decide(calm, KEEPER_POLICY)).toEqual([])
  })

  test('about boards when those wanted are there', () => {
    const listed = afterAll(calm, DECISIONS.boards!(calm, KEEPER_POLICY))
    expect(DECISIONS.boards!(listed, KEEPER_POLICY)).toEqual([])
  })
})

const { observeEvery, relayPriceEvery, reportEvery, syncEvery } = KEEPER_POLICY
const offered = (signedAt: number): SignedPrice => ({
  chainId: 1,
  feed: '0x0000000000000000000000000000000000000009',
  decimals: 8,
  answer: 2_500n * 10n ** 8n,
  signedAt,
  signatures: [],
})
const quick = (over: Partial<QuickView> = {}): { readonly quick: QuickView } => ({
  quick: { latestAt: NOW - 60, freshness: 5, outage: 600, offered: offered(NOW - 2), isAsked: false, ...over },
})
const relayed: readonly Intent[] = [{ kind: 'relayPrice', price: offered(NOW - 2) }]
const waiting = (id: bigint, pricedAt: number, price?: SignedPrice): WaitingView => ({
  waiting: {
    queue: '0x0000000000000000000000000000000000000008',
    id,
    delayed: {
      trader: '0x0000000000000000000000000000000000000007',
      pricedAt,
      expiresAt: pricedAt + 10,
      tip: id,
      order: {
        market: 1,
        legs: [{ series: call(EIGHT), size: WAD }],
        limit: 1n,
        deadline: pricedAt + 10,
        recipient: '0x0000000000000000000000000000000000000007',
      },
    },
  },
  price,
})
const executed = (...views: readonly WaitingView[]): readonly Intent[] =>
  views.map((view) => ({ kind: 'executeOrder', waiting: view.waiting, price: view.price! }))
const refunded = ({ waiting }: WaitingView): Intent => ({ kind: 'refundOrder', waiting })
const [first, untipped, late] = [
  waiting(9n, NOW - 3, offered(NOW - 3)),
  waiting(0n, NOW - 2, offered(NOW - 2)),
  waiting(4n, NOW - 11, offered(NOW - 11)),
]
const expired = (over: Partial<BoardView>) => board(NOW - 3 * HOUR, over)
const final = { settlementPrice: 2_400n * WAD, settlementFinalAt: NOW }
const both: Intent = { kind: 'report', expiries: [EIGHT, EIGHT + DAY] }

const TABLE: readonly (readonly [string, keyof typeof DECISIONS, Partial<Snapshot>, readonly Intent[]])[] = [
  ['the checkpoint is just young enough', 'observe', { observedAt: NOW - observeEvery + 1 }, []],
  ['the checkpoint is old', 'observe', { observedAt: NOW - observeEvery }, [{ kind: 'observe' }]],
  ['nothing was ever observed', 'observe', { observedAt: 0 }, [{ kind: 'observe' }]],

  ['the market has no signed feed', 'price', {}, []],
  ['the signed feed is young enough', 'price', quick({ latestAt: NOW - relayPriceEvery + 1 }), []],
  ['the signed feed is old', 'price', quick({ latestAt: NOW - relayPriceEvery }), relayed],
  ['the signed feed has no price yet', 'price', quick({ latestAt: 0 }), relayed],
  ['an outage would come sooner', 'price', quick({ latestAt: NOW - 60, outage: 120 }), relayed],
  ['somebody asks', 'price', quick({ isAsked: true }), relayed],
  ['somebody asks and nothing was signed', 'price', quick({ isAsked: true, offered: undefined }), []],
  ['what was signed is too old', 'price', quick({ isAsked: true, offered: offered(NOW - 6) }), []],
  ['what was signed is from the future', 'price', quick({ isAsked: true, offered: offered(NOW + 1) }), []],
  ['the feed has it already', 'price', quick({ isAsked: true, latestAt: NOW - 2 }), []],

  ['no order waits', 'delayed', { delayed: [] }, []],
  ['an order’s second is to come', 'delayed', { delayed: [waiting(1n, NOW + 1, offered(NOW + 1))] }, []],
  ['its second was not signed', 'delayed', { delayed: [waiting(1n, NOW - 1)] }, []],
  ['another second was signed', 'delayed', { delayed: [waiting(1n, NOW - 1, offered(NOW))] }, []],
  ['prices are there, tips or none', 'delayed', { delayed: [untipped, first] }, executed(first, untipped)],
  ['an order may execute for the last second', 'delayed', { delayed: [waiting(2n, NOW - 10)] }, []],
  ['an order has expired, priced or not', 'delayed', { delayed: [late] }, [refunded(late)]],

  ['there are no boards', 'report', { boards: [] }, []],
  ['every board has expired', 'report', { boards: [expired({ sliceAt: 0 })] }, []],
  ['one board has no slice', 'report', { boards: [board(EIGHT + DAY), board(EIGHT, { sliceAt: 0 })] }, [both]],
  [
    'one slice is old',
    'report',
    { boards: [board(EIGHT), board(EIGHT + DAY, { sliceAt: NOW - reportEvery })] },
    [both],
  ],
  ['the spot moved by the share exactly', 'report', { spot: 2_525n * WAD }, []],
  ['the spot rose by more', 'report', { spot: 2_525n * WAD + 1n }, [both]],
  ['the spot fell by more', 'report', { spot: 2_475n * WAD - 1n }, [both]],
  ['a roll waits for a report', 'report', { cutOff: NOW - 30 }, [both]],
  ['a roll does not wait any more', 'report', { cutOff: NOW - 60 }, []],

  ['a rule of the hedger fires', 'hedge', { hedgeDue: true }, [{ kind: 'rebalance' }]],
  ['the last block holds a trade', 'hedge', { hedgeDue: true, lastTradeBlock: 100 }, []],
  ['the last trade is a block older', 'hedge', { hedgeDue: true, lastTradeBlock: 99 }, [{ kind: 'rebalance' }]],
  ['the hedge cache is old', 'hedge', { hedgeSyncedAt: NOW - syncEvery }, [{ kind: 'sync' }]],
  ['a roll waits for a sync', 'hedge', { cutOff: NOW, hedgeSyncedAt: NOW - 1 }, [{ kind: 'sync' }]],
  ['the sync is of the cut-off', 'hedge', { cutOff: NOW, hedgeSyncedAt: NOW }, []],

  ['no board has expired', 'settlement', {}, []],
  ['a board expires this second', 'settlement', { boards: [board(NOW)] }, [{ kind: 'proveSettlement', expiry: NOW }]],
  [
    'the price may still be disputed',
    'settlement',
    { boards: [expired({ ...final, settlementFinalAt: NOW + 1 })] },
    [],
  ],
  [
    'the price is final',
    'settlement',
    { boards: [expired(final)] },
    [{ kind: 'settle', series: call(NOW - 3 * HOUR) }],
  ],
  [
    'nothing is held',
    'settlement',
    { boards: [expired({ ...final, series: [{ series: call(NOW - 3 * HOUR), position: 0n, settled: false }] })] },
    [{ kind: 'removeBoard', expiry: NOW - 3 * HOUR }],
  ],
  [
    'everything held is settled',
    'settlement',
    { boards: [expired({ ...final, series: [{ series: call(NOW - 3 * HOUR), position: WAD, settled: true }] })] },
    [{ kind: 'removeBoard', expiry: NOW - 3 * HOUR }],
  ],

  ['the line lacks cash before the cut-off', 'raise', { cashWanted: 5n }, []],
  ['the line lacks cash at the cut-off', 'raise', { cashWanted: 5n, cutOff: NOW }, [{ kind: 'raise', amount: 5n }]],
  ['the line has its cash', 'raise', { cutOff: NOW }, []],

  ['the cut-off has passed and all is fresh', 'roll', { cutOff: NOW - 60 }, [{ kind: 'roll' }]],
  ['the cut-off is to come', 'roll', { cutOff: NOW + 1 }, []],
  ['the hedge sync is of before the cut-off', 'roll', { cutOff: NOW - 60, hedgeSyncedAt: NOW - 61 }, []],
  ['a held board has an older slice', 'roll', { cutOff: NOW - 30, hedgeSyncedAt: NOW }, []],
  [
    'only an empty board has an older slice',
    'roll',
    { cutOff: NOW - 30, hedgeSyncedAt: NOW, boards: [board(EIGHT, { series: [] })] },
    [{ kind: 'roll' }],
  ],
  [
    'only an expired board has an older slice',
    'roll',
    { cutOff: NOW - 30, hedgeSyncedAt: NOW, boards: [expired({})] },
    [{ kind: 'roll' }],
  ],
]

describe('when', () => {
  test.each(TABLE)('%s: %s', (_, name, change, intents) => {
    expect(DECISIONS[name]!({ ...calm, ...change }, KEEPER_POLICY)).toEqual(intents)
  })
})

const seconds = fc.integer({ min: NOW - 10 * DAY, max: NOW + 10 * DAY })
const wad = fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 10n ** 24n }))
const eights = fc.integer({ min: -5, max: 40 }).map((days) => EIGHT + days * DAY)
const boardView: fc.Arbitrary<BoardView> = fc
  .record({ expiry: eights, price: wad, finalAt: seconds })
  .chain(({ expiry, price, finalAt }) =>
    fc.record({
      expiry: fc.constant(expiry),
      sliceAt: fc.oneof(fc.constant(0), fc.integer({ min: NOW - 10 * DAY, max: NOW })),
      settlementPrice: fc.constant(price),
      settlementFinalAt: fc.constant(price === 0n ? 0 : finalAt),
      series: fc.uniqueArray(
        fc.record({
          series: fc.bigInt({ min: 1n, max: 5_000n }).map((strike) => call(expiry, strike)),
          position: fc.bigInt({ min: -(10n ** 21n), max: 10n ** 21n }),
          settled: fc.boolean(),
        }),
        { maxLength: 8, selector: ({ series }) => series },
      ),
    }),
  )
const snapshot: fc.Arbitrary<Snapshot> = fc.record({
  time: fc.constant(NOW),
  spot: wad,
  spotAtReport: wad,
  observedAt: fc.integer({ min: 0, max: NOW }),
  boards: fc.uniqueArray(boardView, { maxLength: 8, selector: ({ expiry }) => expiry }),
  hedgeDue: fc.boolean(),
  lastTradeBlock: fc.nat(200),
  block: fc.nat(200),
  hedgeSyncedAt: fc.integer({ min: 0, max: NOW }),
  cutOff: seconds,
  cashWanted: wad,
  quick: fc.record({
    latestAt: fc.oneof(fc.constant(0), fc.integer({ min: NOW - 900, max: NOW })),
    freshness: fc.integer({ min: 1, max: 60 }),
    outage: fc.integer({ min: 60, max: 3_600 }),
    offered: fc.oneof(fc.constant(undefined), fc.integer({ min: NOW - 70, max: NOW + 5 }).map(offered)),
    isAsked: fc.boolean(),
  }),
  delayed: fc.uniqueArray(
    fc
      .record({ id: fc.bigInt({ min: 1n, max: 99n }), at: fc.integer({ min: NOW - 20, max: NOW + 5 }), off: fc.nat(2) })
      .map(({ id, at, off }) => waiting(id, at, off === 2 ? undefined : offered(at + off))),
    { maxLength: 8, selector: ({ waiting: { id } }) => id },
  ),
  unhealthy: fc.uniqueArray(
    fc.bigInt({ min: 1n, max: 10_000n }).map((strike) => call(EIGHT, strike)),
    {
      maxLength: 400,
    },
  ),
})

const show = (intent: Intent) => JSON.stringify(intent, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))

describe('in every state', () => {
  test.each(Object.entries(DECISIONS))(
    '%s decides the same twice and nothing once its intents are done',
    (_, decide) => {
      fc.assert(
        fc.property(snapshot, (state) => {
          const intents = decide(state, KEEPER_POLICY)
          expect(decide(state, KEEPER_POLICY)).toEqual(intents)
          expect(new Set(intents.map(show)).size).toBe(intents.length)
          // A settlement goes in steps, prove, settle, remove: never the same step again, and an end.
          const done = new Set<string>()
          let at = state
          for (let next = intents; next.length > 0; next = decide(at, KEEPER_POLICY)) {
            for (const intent of next) {
              expect(done).not.toContain(show(intent))
              done.add(show(intent))
            }
            at = afterAll(at, next)
          }
          if (decide !== decideSettlement) expect(decide(afterAll(state, intents), KEEPER_POLICY)).toEqual([])
        }),
      )
    },
  )

  test('each call stays within what the contracts take', () => {
    fc.assert(
      fc.property(snapshot, (state) => {
        const adjusted = decideMargin(state).flatMap((intent) => {
          expect(intent.kind).toBe('adjust')
          const { series } = intent as Extract<Intent, { kind: 'adjust' }>
          expect(series.length).toBeGreaterThan(0)
          expect(series.length).toBeLessThanOrEqual(128)
          return series
        })
        expect(adjusted).toEqual(state.unhealthy)
        for (const intent of decideReport(state, KEEPER_POLICY)) {
          const { expiries } = intent as Extract<Intent, { kind: 'report' }>
          expect(expiries).toEqual([...new Set(expiries)].sort((a, b) => a - b))
          expect(expiries.every((expiry) => expiry > NOW)).toBe(true)
        }
        const listed = DECISIONS.boards!(state, KEEPER_POLICY)
        expect(state.boards.length + listed.length).toBeLessThanOrEqual(Math.max(MOST_BOARDS, state.boards.length))
        for (const intent of listed) {
          const { strikes } = intent as Extract<Intent, { kind: 'listBoard' }>
          expect(strikes.length).toBeGreaterThan(0)
          expect(strikes.length).toBeLessThanOrEqual(16)
        }
      }),
    )
  })

  test('no board is listed while there is no price', () => {
    expect(DECISIONS.boards!({ ...calm, spot: 0n }, KEEPER_POLICY)).toEqual([])
  })

  test('nothing is settled, proved or removed that has not expired', () => {
    fc.assert(
      fc.property(snapshot, (state) => {
        const open = state.boards.filter(({ expiry }) => expiry > NOW)
        expect(decideSettlement({ ...state, boards: open })).toEqual([])
      }),
    )
  })
})
