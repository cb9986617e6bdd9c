import { aggregatorV3Abi, spotOracleAbi } from '@keel/contracts/generated'
import type { Address, Hex } from 'viem'
import { decodeFunctionData, encodeFunctionResult, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import type { Reader } from '../src/index.ts'
import { isRevert, readSpot } from '../src/index.ts'
import { addressOf, DEPLOYMENT } from './sample.ts'

const WAD = 10n ** 18n
const NOW = 1_774_000_000
const [PRIMARY, SECONDARY, SEQUENCER, QUICK] = [addressOf(1), addressOf(2), addressOf(3), addressOf(4)]

class NodeError extends Error {
  override readonly name = 'NodeError'
  constructor(message: string) {
    super(message)
  }
}

type Answer = { readonly decimals: number; readonly answer: bigint; readonly at: number } | 'reverts' | 'isEmpty'

type World = {
  readonly primary?: Answer
  readonly secondary?: Answer
  readonly hasSecondary?: boolean
  readonly hasSequencer?: boolean
  readonly faults?: number
  readonly mode?: number
  readonly mark?: bigint
  readonly quick?: { readonly feed: Answer; readonly price: bigint }
  readonly price?: { readonly primary: bigint; readonly secondary: bigint }
}

const good: Answer = { decimals: 8, answer: 2_500n * 10n ** 8n, at: NOW - 60 }

function readerOf(world: World): Reader {
  const { hasSecondary = true, hasSequencer = true, faults = 0, mode = 0, mark = 2_500n * WAD } = world
  const { price = { primary: 2_500n * WAD, secondary: 2_600n * WAD } } = world
  const feeds: Readonly<Record<Address, Answer>> = {
    [PRIMARY]: world.primary ?? good,
    [SECONDARY]: world.secondary ?? good,
    [QUICK]: world.quick?.feed ?? good,
  }
  return async ({ to, data }): Promise<Hex> => {
    const feed = feeds[to]
    if (feed === 'reverts') throw new NodeError('execution reverted: no data present')
    if (feed === 'isEmpty') return '0x'
    if (feed) {
      const { functionName } = decodeFunctionData({ abi: aggregatorV3Abi, data })
      if (functionName === 'decimals')
        return encodeFunctionResult({ abi: aggregatorV3Abi, functionName, result: feed.decimals })
      const round = (1n << 64n) | 7n
      const result = [round, feed.answer, BigInt(feed.at), BigInt(feed.at), round] as const
      return encodeFunctionResult({ abi: aggregatorV3Abi, functionName: 'latestRoundData', result })
    }
    expect(to).toBe(DEPLOYMENT.contracts.spotOracle)
    const abi = spotOracleAbi
    const { functionName } = decodeFunctionData({ abi, data })
    if (functionName === 'sources')
      return encodeFunctionResult({
        abi,
        functionName,
        result: {
          primary: PRIMARY,
          heartbeat: 3_900,
          secondary: hasSecondary ? SECONDARY : zeroAddress,
          secondaryHeartbeat: hasSecondary ? 7_200 : 0,
          sequencer: hasSequencer ? SEQUENCER : zeroAddress,
          sequencerGrace: 3_600,
          averageWindow: 1_800,
          checkpointAge: 900,
          maxGap: 600,
          wideBeyond: (3n * WAD) / 1_000n,
          reduceBeyond: (15n * WAD) / 1_000n,
          quick: world.quick ? QUICK : zeroAddress,
          quickAge: world.quick ? 5 : 0,
          quickOutage: world.quick ? 600 : 0,
        },
      })
    return encodeFunctionResult({
      abi,
      functionName: 'health',
      result: {
        read: { mark, average: 2_000n * WAD, markUpdatedAt: NOW - 60, mode },
        faults,
        primary: price.primary,
        primaryUpdatedAt: NOW - 60,
        secondary: price.secondary,
        secondaryUpdatedAt: NOW - 60,
        sequencerUp: false,
        sequencerSince: NOW - 90,
        checkpointAt: NOW - 30,
        lastObservation: NOW - 40,
        quick: world.quick?.price ?? 0n,
        quickUpdatedAt: world.quick ? NOW - 3 : 0,
      },
    })
  }
}

const view = (world: World = {}) => readSpot(readerOf(world), DEPLOYMENT, 1)

describe('readSpot', () => {
  test('gives every source with its answer, age and limit, and the distances between them', async () => {
    const round = (1n << 64n) | 7n
    const feed = { answer: 2_500n * 10n ** 8n, decimals: 8, round, updatedAt: NOW - 60 }
    expect(await view()).toEqual({
      mode: 'open',
      faults: [],
      mark: 2_500n * WAD,
      markUpdatedAt: NOW - 60,
      primary: { ...feed, address: PRIMARY, heartbeatSecs: 3_900, price: 2_500n * WAD },
      secondary: { ...feed, address: SECONDARY, heartbeatSecs: 7_200, price: 2_600n * WAD },
      quick: undefined,
      sequencer: { address: SEQUENCER, isUp: false, since: NOW - 90, graceSecs: 3_600 },
      average: { price: 2_000n * WAD, windowSecs: 1_800, lastObservation: NOW - 40, maxGapSecs: 600 },
      checkpoint: { at: NOW - 30, maxAgeSecs: 900 },
      divergence: {
        fromAverage: WAD / 4n,
        fromSecondary: WAD / 26n,
        quickFromPushed: undefined,
        wideBeyond: (3n * WAD) / 1_000n,
        reduceBeyond: (15n * WAD) / 1_000n,
      },
    })
  })

  test('gives the signed feed with its age, its outage and its distance from the pushed price', async () => {
    const feed = { decimals: 8, answer: 2_525n * 10n ** 8n, at: NOW - 3 } as const
    const { quick, divergence, mode } = await view({ quick: { feed, price: 2_525n * WAD }, mode: 3, faults: 64 })
    expect(mode).toBe('attach')
    expect(quick).toMatchObject({ address: QUICK, updatedAt: NOW - 3, heartbeatSecs: 600, maxAgeSecs: 5 })
    expect(divergence.quickFromPushed).toBe(WAD / 100n)
    const price = { primary: 0n, secondary: 2_500n * WAD }
    const { divergence: other } = await view({ quick: { feed, price: 2_525n * WAD }, price })
    expect(other.quickFromPushed).toBe(WAD / 100n)
  })

  test.each([
    [0, []],
    [1, ['primary']],
    [8 | 16, ['checkpoint', 'wide']],
    [63, ['primary', 'secondary', 'sequencer', 'checkpoint', 'wide', 'diverged']],
    [64 | 128, ['quick', 'quickOutage']],
  ])('reads the fault bits %i', async (faults, names) => {
    expect((await view({ faults, mode: 2 })).faults).toEqual(names)
  })

  test.each([
    [0, 'open'],
    [1, 'wide'],
    [2, 'reduceOnly'],
    [3, 'attach'],
    [4, 'down'],
  ])('reads the mode %i', async (mode, name) => {
    expect((await view({ mode })).mode).toBe(name)
  })

  test('leaves out what is not configured', async () => {
    const { secondary, sequencer, divergence } = await view({
      hasSecondary: false,
      hasSequencer: false,
      price: { primary: 2_500n * WAD, secondary: 0n },
    })
    expect({ secondary, sequencer, from: divergence.fromSecondary }).toEqual({})
  })

  test.each(['reverts', 'isEmpty'] as const)('shows a feed that %s as one without an answer', async (primary) => {
    const price = { primary: 0n, secondary: 2_600n * WAD }
    const spot = await view({ primary, price, mark: 2_600n * WAD, faults: 1, mode: 2 })
    expect(spot.primary).toMatchObject({
      answer: undefined,
      decimals: undefined,
      round: undefined,
      updatedAt: 0,
      price: 0n,
    })
    expect(spot.divergence.fromSecondary).toBe(0n)
  })

  test('shows answers as they are, zero and negative too, and what never was as none', async () => {
    expect((await view({ primary: { ...good, answer: -1n } })).primary.answer).toBe(-1n)
    expect((await view({ primary: { ...good, at: 0 } })).primary).toMatchObject({ answer: undefined, updatedAt: 0 })
  })

  test('has no distances while there is no mark', async () => {
    const { divergence } = await view({ mark: 0n, mode: 4 })
    expect([divergence.fromAverage, divergence.fromSecondary]).toEqual([undefined, undefined])
  })
})

describe('isRevert', () => {
  const caused = (cause: object) => Object.assign(new NodeError('call failed'), { cause })

  test.each<readonly [string, unknown]>([
    ['a message', new NodeError('execution reverted')],
    ['a code', caused({ code: 3, message: 'x' })],
    ['a name of viem’s', caused({ name: 'ExecutionRevertedError' })],
    ['an answer of nothing', caused({ name: 'AbiDecodingZeroDataError' })],
    ['revert data', caused({ data: '0x08c379a0' })],
    ['gas that ran out', new NodeError('out of gas')],
  ])('sees a revert by %s', (_, error) => {
    expect(isRevert(error)).toBe(true)
  })

  test.each<readonly [string, unknown]>([
    ['nobody there', caused({ name: 'HttpRequestError', message: 'fetch failed', code: 'ECONNREFUSED' })],
    ['a limit', caused({ code: 429, message: 'too many requests' })],
    ['an answer', '0x08c379a0'],
    ['nothing', undefined],
  ])('and none in %s', (_, error) => {
    expect(isRevert(error)).toBe(false)
  })
})
