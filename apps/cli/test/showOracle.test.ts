import type { SettlementView, SpotFault, SpotView } from '@keel/sdk'
import { describe, expect, test } from 'vitest'
import type { KeelConnection } from '../src/chain/connect.ts'
import { settlementPhrase } from '../src/show/settlement.ts'
import { spotJson, spotLines } from '../src/show/spot.ts'

const WAD = 10n ** 18n
const NOW = Date.UTC(2026, 2, 27, 10) / 1000
const EXPIRY = Date.UTC(2026, 2, 27, 8) / 1000
const FEED = '0x00000000000000000000000000000000000000Fe'
const connection = { deployment: { asset: { symbol: 'USDC', decimals: 6 } }, time: NOW } as unknown as KeelConnection

const feed: SpotView['primary'] = {
  address: FEED,
  answer: 2_500n * 10n ** 8n,
  decimals: 8,
  round: (3n << 64n) | 41n,
  updatedAt: NOW - 1_200,
  heartbeatSecs: 3_900,
  price: 2_500n * WAD,
}

const view = (faults: readonly SpotFault[] = [], changes: Partial<SpotView> = {}): SpotView => ({
  mode: faults.length === 0 ? 'open' : 'reduceOnly',
  faults,
  mark: 2_500n * WAD,
  markUpdatedAt: NOW - 1_200,
  primary: feed,
  secondary: undefined,
  quick: undefined,
  sequencer: undefined,
  average: { price: 2_490n * WAD, windowSecs: 1_800, lastObservation: NOW - 90, maxGapSecs: 3_600 },
  checkpoint: { at: NOW - 90, maxAgeSecs: 1_800 },
  divergence: {
    fromAverage: WAD / 250n,
    fromSecondary: undefined,
    quickFromPushed: undefined,
    wideBeyond: (3n * WAD) / 1_000n,
    reduceBeyond: (15n * WAD) / 1_000n,
  },
  ...changes,
})

const because = (spot: SpotView) =>
  spotLines(spot, connection)
    .filter((line) => line.includes('because'))
    .map((line) => line.trim())

describe('the sources of the spot', () => {
  test('are each shown with age, answer and limits', () => {
    expect(spotLines(view(), connection)).toEqual([
      'Spot        open',
      'Mark        2,500.00 USDC · 0.400 % from the average · wide beyond 0.300 %, reduce-only beyond 1.500 %',
      `Primary     2,500.00 · 20m old, heartbeat 1h 5m · phase 3, round 41 · ${FEED}`,
      'Secondary   none',
      'Sequencer   none on this chain',
      'Average     2,490.00 over 30m · ring observed 1m 30s ago, a gap above 1h serves no settlement',
      'Checkpoint  1m 30s old, at most 30m',
    ])
  })

  const quick = { ...feed, updatedAt: NOW - 3, heartbeatSecs: 600, maxAgeSecs: 5 }

  test('have the signed feed among them, where there is one', () => {
    const spot = view([], { quick, divergence: { ...view().divergence, quickFromPushed: WAD / 1_000n } })
    expect(spotLines(spot, connection)).toContain(
      `Quick       2,500.00 · 3s old, heartbeat 10m · phase 3, round 41 · ${FEED} · 0.100 % from the pushed price · trades up to 5s old, an outage beyond 10m`,
    )
    expect(spotJson(spot, connection)).toMatchObject({
      quick: { ageSecs: 3, maxAgeSecs: 5, isUsable: true },
      divergence: { quickFromPushed: '0.001' },
    })
    expect(spotJson(view(), connection)).toMatchObject({ quick: null, divergence: { quickFromPushed: null } })
  })

  test.each<[string, Partial<SpotView>, SpotFault, string]>([
    [
      'old',
      { quick: { ...quick, updatedAt: NOW - 70 } },
      'quick',
      "because the signed feed's price is 1m 10s old, at most 5s will do: relay one with the order",
    ],
    [
      'far from the pushed one',
      { quick, divergence: { ...view().divergence, quickFromPushed: WAD / 50n } },
      'quick',
      "because the signed feed's price is 2.000 % from the pushed one, beyond 1.500 %: relay another, or wait for the pushed one",
    ],
    ['out', { quick }, 'quickOutage', 'because the signed feed has no price of the last 10m: relay one'],
  ])('say what to do where the signed price is %s', (_, changes, fault, text) => {
    expect(because(view([fault], { mode: fault === 'quick' ? 'attach' : 'reduceOnly', ...changes }))).toEqual([text])
  })

  test('say that nothing trades without a price', () => {
    const [first] = spotLines(view(['quick'], { mode: 'attach', quick }), connection)
    expect(first).toBe('Spot        nothing trades until a price is relayed with the order; everything else goes on')
  })

  const secondary = { ...feed, answer: 2_600n * 10n ** 8n, price: 2_600n * WAD }
  const far = { ...view().divergence, fromSecondary: WAD / 26n }
  test.each<readonly [SpotFault, Partial<SpotView>, string]>([
    [
      'primary',
      { primary: { ...feed, answer: undefined, updatedAt: 0, price: 0n }, mark: 0n },
      'it reverts or answers with nothing whole); there is no other source',
    ],
    ['primary', { primary: { ...feed, answer: -5n, price: 0n } }, 'its answer is -5); the secondary is the mark'],
    [
      'primary',
      { primary: { ...feed, updatedAt: NOW - 7_200, price: 0n } },
      'its answer is 2h old, the heartbeat is 1h 5m)',
    ],
    ['primary', { primary: { ...feed, updatedAt: NOW + 60, price: 0n } }, 'its answer is dated 1m ahead)'],
    [
      'secondary',
      { secondary: { ...secondary, answer: 0n, price: 0n } },
      'at the last checkpoint (now: its answer is 0)',
    ],
    ['secondary', { secondary }, '(now: usable, so observe)'],
    [
      'sequencer',
      { sequencer: { address: FEED, isUp: false, since: NOW - 60, graceSecs: 3_600 } },
      'the sequencer was down or within its grace at the last checkpoint',
    ],
    [
      'checkpoint',
      { checkpoint: { at: NOW - 2_400, maxAgeSecs: 1_800 } },
      'the checkpoint is 40m old, at most 30m will do: observe',
    ],
    ['checkpoint', { checkpoint: { at: 0, maxAgeSecs: 1_800 } }, 'there is no checkpoint yet: observe'],
    ['wide', {}, 'mark and average are 0.400 % apart, beyond 0.300 %'],
    [
      'diverged',
      { divergence: { ...view().divergence, fromAverage: WAD / 50n } },
      'mark and average are 2.000 % apart, beyond 1.500 %',
    ],
    ['diverged', { secondary, divergence: far }, 'mark and secondary are 3.846 % apart, beyond 1.500 %'],
  ])('the fault %s says why (%#)', (fault, changes, says) => {
    const spot = view([fault], changes)
    expect(because(spot)).toHaveLength(1)
    expect(because(spot)[0]).toContain(says)
    expect(spotJson(spot, connection).faults).toEqual([{ fault, reason: expect.stringContaining(says) }])
  })

  test('that give nothing are shown as such', () => {
    const dead = { ...feed, answer: undefined, round: undefined, updatedAt: 0, price: 0n }
    const lines = spotLines(view(['primary'], { mode: 'down', mark: 0n, primary: dead, secondary: dead }), connection)
    expect(lines).toContain(`Primary     no answer · ${FEED}`)
    expect(lines).toContain(`Secondary   no answer · ${FEED}`)
    expect(lines[0]).toBe('Spot        down: no usable price')
    expect(lines.some((line) => line.startsWith('Mark        none'))).toBe(true)
    const sequencer = { address: FEED, isUp: false, since: NOW - 60, graceSecs: 3_600 } as const
    expect(spotLines(view(['sequencer'], { sequencer }), connection)).toContain(
      `Sequencer   down or within its grace · since 1m, grace 1h · ${FEED}`,
    )
  })
})

describe('a settlement in words', () => {
  const settlement = (changes: Partial<SettlementView>): SettlementView => ({
    market: 1,
    expiry: EXPIRY,
    windowStart: EXPIRY - 1_800,
    state: 'open',
    price: 0n,
    average: 0n,
    finalAt: 0,
    disputeWindowSecs: 7_200,
    nextRound: 0n,
    rescueFrom: EXPIRY + 21_600,
    bounds: undefined,
    step: { kind: 'ring' },
    ...changes,
  })
  const proof = { kind: 'rounds', firstRound: (3n << 64n) | 41n, rounds: 256n, left: 300n } as const
  const price = { price: 2_500n * WAD, average: 2_500n * WAD, finalAt: NOW + 3_600 }

  test.each<readonly [string, Partial<SettlementView>]>([
    ['expires in 2h', { step: { kind: 'notExpired', until: NOW + 7_200 }, windowStart: NOW + 5_400 }],
    [
      'averaging since 2026-03-27 09:50 UTC, expires in 20m',
      { step: { kind: 'notExpired', until: NOW + 1_200 }, windowStart: NOW - 600 },
    ],
    ['no proof begun, 300 rounds to prove from phase 3, round 41', { step: { kind: 'prove', proof } }],
    ['proof under way at round 41, 300 rounds', { step: { kind: 'prove', proof }, nextRound: (3n << 64n) | 41n }],
    [
      'round 41) is 20m old, the heartbeat is 1h; provable at the latest from 2026-03-27 10:30 UTC',
      {
        step: {
          kind: 'wait',
          until: NOW + 1_800,
          lastRound: (3n << 64n) | 41n,
          lastAt: NOW - 1_200,
          heartbeatSecs: 3_600,
        },
      },
    ],
    [
      'lacks an observation: keel oracle observe, from 2026-03-27 10:00 UTC on',
      { step: { kind: 'observe', since: NOW } },
    ],
    ['provable from the ring', { step: { kind: 'ring' } }],
    [
      'The governor may rescue it from 2026-03-27 14:00 UTC on at 1,800.00 to 3,000.00, about the last observation',
      {
        bounds: { around: 2_400n * WAD, least: 1_800n * WAD, most: 3_000n * WAD },
        step: { kind: 'rescue', since: EXPIRY + 21_600, reason: 'ringGap' },
      },
    ],
    [
      'The governor may rescue it now at any price: nothing was observed',
      { step: { kind: 'rescue', since: NOW, reason: 'gapAtStart' } },
    ],
    [
      '2,500.00, open to dispute, final in 1h (2026-03-27 11:00 UTC)',
      { ...price, state: 'proposed', step: { kind: 'dispute', until: NOW + 3_600 } },
    ],
    ['2,500.00, frozen, open to dispute', { ...price, state: 'frozen', step: { kind: 'dispute', until: NOW + 3_600 } }],
    ['2,500.00, rescued, final since', { ...price, average: 0n, state: 'proposed', step: { kind: 'final' } }],
    ['2,500.00, replaced, final since', { ...price, state: 'replaced', step: { kind: 'final' } }],
  ])('%s', (says, changes) => {
    expect(settlementPhrase(settlement(changes), NOW)).toContain(says)
  })
})
