import { describe, expect, test } from 'vitest'
import { type BoardView, decideReport, isReportDue, KEEPER_POLICY, type Snapshot } from '../src/index.ts'

const NOW = 1_770_000_000
const { reportEvery, reportMove } = KEEPER_POLICY
const SPOT = 2_000n * 10n ** 18n
const [NEAR, FAR] = [NOW + 86_400, NOW + 7 * 86_400]

const board = (expiry: number, sliceAt: number): BoardView => ({
  expiry,
  sliceAt,
  series: [],
  settlementPrice: 0n,
  settlementFinalAt: 0,
})
const state = (over: Partial<Snapshot> = {}): Snapshot => ({
  time: NOW,
  spot: SPOT,
  spotAtReport: SPOT,
  observedAt: NOW,
  boards: [board(NEAR, NOW - 60), board(FAR, NOW - 60)],
  hedgeDue: false,
  lastTradeBlock: 0,
  block: 1,
  hedgeSyncedAt: NOW,
  cutOff: NOW + 3_600,
  cashWanted: 0n,
  unhealthy: [],
  ...over,
})
const isDue = (snapshot: Snapshot, expiries: readonly number[]) =>
  isReportDue(snapshot, { policy: KEEPER_POLICY, expiries })

describe('isReportDue', () => {
  const old = [board(NEAR, NOW - reportEvery), board(FAR, NOW - 60)]

  test('of all open expiries is what decideReport goes by', () => {
    expect(decideReport(state({ boards: old }), KEEPER_POLICY)).toEqual([{ kind: 'report', expiries: [NEAR, FAR] }])
    expect(isDue(state({ boards: old }), [NEAR, FAR])).toBe(true)
    expect(decideReport(state(), KEEPER_POLICY)).toEqual([])
    expect(isDue(state(), [NEAR, FAR])).toBe(false)
  })

  test.each([
    ['an old slice', old],
    ['no slice', [board(NEAR, 0), board(FAR, NOW - 60)]],
  ])('of the others is not, where only one that cannot be reported has %s', (_, boards) => {
    expect(isDue(state({ boards }), [NEAR])).toBe(true)
    expect(isDue(state({ boards }), [FAR])).toBe(false)
  })

  test('of any is, once the spot has moved or a roll waits for it', () => {
    const spot = SPOT + (SPOT * reportMove) / 10n ** 18n + 1n
    expect(isDue(state({ spot }), [FAR])).toBe(true)
    expect(isDue(state({ cutOff: NOW - 30 }), [FAR])).toBe(true)
  })

  test('of none, of a stranger and of one that has passed is not', () => {
    const boards = [board(NOW, 0), board(FAR, NOW - 60)]
    expect(isDue(state({ boards }), [])).toBe(false)
    expect(isDue(state({ boards }), [NEAR])).toBe(false)
    expect(isDue(state({ boards }), [NOW])).toBe(false)
  })
})
