import { localAggregatorAbi } from '@keel/contracts/generated/local'
import { localAggregatorBytecode } from '@keel/contracts/generated/local/bytecode'
import { wadFromFloat } from '@keel/model'
import type { Reader } from '@keel/sdk'
import { phaseOf, readContract, readFeedPhase } from '@keel/sdk'
import type { Address } from 'viem'
import { encodeDeployData, encodeFunctionData, parseEventLogs } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAnvil } from '../src/chain/anvil.ts'
import type { Call, Chain } from '../src/chain/chain.ts'
import { openChain } from '../src/chain/chain.ts'
import { RpcError } from '../src/chain/errors.ts'
import { sendAllOrThrow } from '../src/chain/send.ts'
import { drawnMarket } from '../src/live/path.ts'
import { createCast } from '../src/world/cast.ts'
import { answerOf, FEED_DECIMALS, FEED_POLICY, openPublisher, oracleHeartbeat } from '../src/world/feed.ts'

const START = 1_900_000_000
const HOUR = 3_600
const cast = createCast()
let chain: Chain
let reader: Reader
let now = START

beforeAll(async () => {
  chain = await openChain(await startAnvil({ timestamp: START - 1_000 }))
  reader = (call) => chain.read(call)
})
afterAll(() => chain.close())

/** A feed with one round. */
async function deployFeed(price: number): Promise<Address> {
  const args = [cast.keeper, FEED_DECIMALS] as const
  const data = encodeDeployData({ abi: localAggregatorAbi, bytecode: localAggregatorBytecode, args })
  const [receipt] = await sendAllOrThrow(chain, {
    timestamp: ++now,
    calls: [{ from: cast.deployer, data, label: 'feed' }],
  })
  const feed = receipt!.contractAddress!
  await send(feed, 'push', [answerOf(wadFromFloat(price))])
  return feed
}

type Writes = 'push' | 'pushAt' | 'pushTo' | 'nextPhase'

async function send(feed: Address, functionName: Writes, args: readonly unknown[]): Promise<void> {
  const data = encodeFunctionData({ abi: localAggregatorAbi, functionName, args } as never)
  await sendAllOrThrow(chain, {
    timestamp: ++now,
    calls: [{ from: cast.keeper, to: feed, data, label: functionName }],
  })
}

const read = (feed: Address, functionName: 'latestRoundData' | 'getRoundData', args: readonly bigint[] = []) =>
  readContract(reader, { address: feed, abi: localAggregatorAbi, functionName, args } as never) as Promise<
    readonly [bigint, bigint, bigint, bigint, bigint]
  >

/** Whether a call made the feed print. */
async function prints(time: number, call: Call): Promise<boolean> {
  const [receipt] = await chain.mine(time, [call])
  expect(receipt!.ok).toBe(true)
  const { logs } = receipt!
  return parseEventLogs({ abi: localAggregatorAbi, eventName: 'AnswerUpdated', logs: logs as never }).length === 1
}

describe('the publisher', () => {
  test.each([
    ['half a per cent or an hour', FEED_POLICY],
    ['a twentieth of a per cent or a day', { deviation: 0.0005, heartbeatSecs: 86_400 }],
    ['five per cent or ten minutes', { deviation: 0.05, heartbeatSecs: 600 }],
  ])('knows of every price whether the feed prints it: %s', async (_, policy) => {
    const feed = await deployFeed(2_500)
    let publisher = await openPublisher(reader, { feed, policy })
    const { bars } = drawnMarket({ seed: 3, start: 2_500, from: now, warmUpDays: 0 })
    const seen = { prints: 0, silences: 0 }
    for (const { close } of bars) {
      now += 1 + (Math.floor(close * 7) % 1_500)
      const knew = publisher.prints({ time: now, price: close })
      const printed = await prints(now, publisher.call(cast.keeper, close))
      expect({ now, close, printed }).toEqual({ now, close, printed: knew })
      seen[printed ? 'prints' : 'silences']++
      // One that starts anew goes on from what the chain has.
      if (seen.prints % 5 === 0) publisher = await openPublisher(reader, { feed, policy })
      if (seen.prints + seen.silences === 150) break
    }
    expect(Math.min(seen.prints, seen.silences)).toBeGreaterThan(5)
  })

  test('prints at its deviation and at its heartbeat exactly, not a unit or a second before', async () => {
    const feed = await deployFeed(2_000)
    const publisher = await openPublisher(reader, { feed, policy: FEED_POLICY })
    const first = Number((await read(feed, 'latestRoundData'))[3])
    const printed = (after: number, price: number) => prints(first + after, publisher.call(cast.keeper, price))
    expect(await printed(60, 2_009.999999995)).toBe(false)
    expect(await printed(120, 1_990.000000015)).toBe(false)
    expect(await printed(HOUR - 1, 2_000)).toBe(false)
    expect(await printed(HOUR, 2_000)).toBe(true)
    expect(await printed(HOUR + 1, 2_010)).toBe(true)
    expect(await printed(HOUR + 2, 1_999.95)).toBe(true)
    now = first + HOUR + 2
  })

  test('is never slower than the oracle allows', () => {
    for (const heartbeatSecs of [60, HOUR, 86_400])
      expect(oracleHeartbeat({ deviation: 0.005, heartbeatSecs })).toBeGreaterThan(heartbeatSecs)
  })
})

describe('the local feed is as Chainlink’s proxy', () => {
  test('its round ids carry the phase, and a new aggregator begins at one', async () => {
    const feed = await deployFeed(100)
    await send(feed, 'push', [101n])
    expect((await read(feed, 'latestRoundData'))[0]).toBe((1n << 64n) | 2n)
    await send(feed, 'nextPhase', [])
    await send(feed, 'push', [102n])
    const [id, answer, startedAt, updatedAt, answeredInRound] = await read(feed, 'latestRoundData')
    expect([id, answer, updatedAt, answeredInRound]).toEqual([(2n << 64n) | 1n, 102n, startedAt, id])
  })

  test('an aggregator without a round gives none, and neither does a round that is not there', async () => {
    const feed = await deployFeed(100)
    await send(feed, 'nextPhase', [])
    await expect(read(feed, 'latestRoundData')).rejects.toThrow(RpcError)
    for (const id of [0n, (1n << 64n) | 2n, (2n << 64n) | 1n, (7n << 64n) | 1n])
      await expect(read(feed, 'getRoundData', [id])).rejects.toThrow(RpcError)
    expect((await read(feed, 'getRoundData', [(1n << 64n) | 1n]))[1]).toBe(answerOf(wadFromFloat(100)))
  })

  test('a replaced aggregator goes on under its own phase, and a proposed one begins before its time', async () => {
    const feed = await deployFeed(100)
    await send(feed, 'pushTo', [2, 7n, BigInt(now)])
    await send(feed, 'nextPhase', [])
    expect((await read(feed, 'latestRoundData')).slice(0, 2)).toEqual([(2n << 64n) | 1n, 7n])
    for (let i = 0; i < 9; i++) await send(feed, 'pushTo', [1, 5n, BigInt(now)])
    expect(phaseOf((await read(feed, 'latestRoundData'))[0])).toBe(2)
    expect(await readFeedPhase(reader, { feed, phase: 1 })).toMatchObject({ isCurrent: false, latest: 10n })
    expect(await readFeedPhase(reader, { feed, phase: 2 })).toMatchObject({ isCurrent: true, latest: 1n })
    expect(await readFeedPhase(reader, { feed, phase: 3 })).toMatchObject({ isCurrent: false, latest: 0n })
  })

  test('its rounds are in order of time, several a second if need be, and never ahead', async () => {
    const feed = await deployFeed(100)
    const [, , , first] = await read(feed, 'latestRoundData')
    await send(feed, 'pushAt', [101n, first])
    await expect(send(feed, 'pushAt', [102n, first - 1n])).rejects.toThrow(/reverted/)
    await expect(send(feed, 'pushAt', [102n, BigInt(now) + 1_000n])).rejects.toThrow(/reverted/)
  })
})
