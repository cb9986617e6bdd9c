import { signedFeedAbi, spotOracleAbi } from '@keel/contracts/generated'
import { signedFeedBytecode } from '@keel/contracts/generated/bytecode'
import { localAggregatorAbi } from '@keel/contracts/generated/local'
import { seriesId } from '@keel/model'
import type { Leg, PreparedCall, SignedPrice } from '@keel/sdk'
import {
  ContractError,
  checkPrice,
  decodeContractError,
  prepareObserve,
  prepareRelayPrice,
  quoteOffline,
  readContract,
  readQuote,
  readSnapshot,
  readSpot,
  signPrice,
  withPrice,
} from '@keel/sdk'
import type { Address, Hex } from 'viem'
import { encodeDeployData, encodeFunctionData } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Chain, Foundation, World } from '../src/index.ts'
import { createCast, foundKeel, MARKET, openChain, openWorld, RpcError, startAnvil } from '../src/index.ts'

/** A market that has lived for a day and is then given a signed feed: the same prices, modes and refusals, by the chain and without it. */

const HOUR = 3_600
const DAY = 24 * HOUR
const START = Date.UTC(2026, 2, 20, 9) / 1000
const SPOT = 2_500
const WAD = 10n ** 18n
const AGE = 5
const OUTAGE = 600
const [OPEN, WIDE, REDUCE_ONLY, ATTACH] = [0, 1, 2, 3]

const cast = createCast()
let chain: Chain
let foundation: Foundation
let world: World
let feed: Address
let now = START

async function mine(calls: readonly (Omit<PreparedCall, 'to'> & { to?: Address; from?: Address })[], after = 12) {
  now += after
  const from = cast.deployer
  const receipts = await chain.mine(
    now,
    calls.map((call) => ({ from, ...call })),
  )
  for (const { ok, call } of receipts) expect(ok, call.label).toBe(true)
  return receipts
}

async function signed(whole: number, signedAt: number, signers = cast.signers.slice(0, 2)): Promise<SignedPrice> {
  const answer = BigInt(Math.round(whole * 1e8))
  const { chainId } = foundation.deployment
  return signPrice({ price: { chainId, feed, decimals: 8, answer, signedAt, signatures: [] }, signers })
}

const reader = (call: Parameters<Chain['read']>[0]) => chain.read(call)
const take = () => readSnapshot(reader, foundation.deployment, MARKET)
const check = async (price: SignedPrice) => checkPrice(reader, { price, chainId: foundation.deployment.chainId, now })

/** Mark and mode now, which `keel oracle` and a snapshot must show as a trade reads them. */
async function spotNow(): Promise<readonly [price: number, mode: number]> {
  const { spotOracle } = foundation.deployment.contracts
  const at = { address: spotOracle, abi: spotOracleAbi } as const
  const read = await readContract(reader, { ...at, functionName: 'read', args: [MARKET] })
  const view = await readSpot(reader, foundation.deployment, MARKET)
  expect(['open', 'wide', 'reduceOnly', 'attach', 'down'].indexOf(view.mode)).toBe(read.mode)
  expect((await take()).spot.read).toEqual(read)
  return [Number(read.mark / 10n ** 10n) / 1e8, read.mode]
}

async function legs(): Promise<readonly Leg[]> {
  const { board } = (await take()).boards.at(-1)!
  const strike = board.strikes.find((each) => each >= BigInt(SPOT) * WAD)!
  return [{ series: seriesId({ market: MARKET, expiry: board.expiry, strike, isCall: true }), size: WAD }]
}

async function answer(ask: () => unknown): Promise<unknown> {
  try {
    return await ask()
  } catch (error) {
    const found =
      error instanceof RpcError && typeof error.data === 'string' ? decodeContractError(error.data as Hex) : error
    if (!(found instanceof ContractError)) throw error
    return found.contractError
  }
}

beforeAll(async () => {
  chain = await openChain(await startAnvil({ timestamp: START - 1_000, hardfork: 'osaka', accounts: 11 }))
  const spot = BigInt(SPOT) * WAD
  foundation = await foundKeel(chain, { cast, time: START - 900, spot, equity: 1_000_000n, poolDepth: 2_000_000n })
  const volatilityAt = () => ({ short: 0.6, long: 0.6 })
  const plan = { seed: 7, lastExpiry: START + 30 * DAY, volatilityAt }
  world = await openWorld(chain, { foundation, cast, plan })
  await world.mintFor(START, { accounts: cast.depositors, amount: 10n ** 12n })
  const step = (hour: number) =>
    world.step({ time: START + hour * HOUR, price: SPOT, isClose: true }, { trading: false })
  await step(1)
  for (const [i, who] of cast.depositors.entries())
    await world.requestDeposit(START + HOUR + 100 + i, who, 333_333_000_000n)
  for (let hour = 2; hour <= 26; hour++) await step(hour)
  now = START + 26 * HOUR + 60

  const creation = encodeDeployData({
    abi: signedFeedAbi,
    bytecode: signedFeedBytecode,
    args: [foundation.deployment.contracts.authority, 8],
  })
  const [deployed] = await mine([{ data: creation, label: 'deploy signed feed' }])
  feed = deployed!.contractAddress!
  const { spotOracle } = foundation.deployment.contracts
  const at = { address: spotOracle, abi: spotOracleAbi } as const
  const before = await readContract(reader, { ...at, functionName: 'sources', args: [MARKET] })
  const sources = { ...before, quick: feed, quickAge: AGE, quickOutage: OUTAGE }
  const args = [cast.signers.map(({ address }) => address), 2n] as const
  await mine([
    { to: feed, data: encodeFunctionData({ abi: signedFeedAbi, functionName: 'setSigners', args }), label: 'signers' },
    {
      to: spotOracle,
      data: encodeFunctionData({ abi: spotOracleAbi, functionName: 'setMarket', args: [MARKET, sources] }),
      label: 'sources',
    },
    prepareObserve(foundation.deployment, MARKET),
  ])
}, 300_000)
afterAll(() => chain?.close())

test('trades on a signed price young enough and near the feed, and on nothing else', async () => {
  expect(await spotNow()).toEqual([SPOT, REDUCE_ONLY])
  await mine(withPrice(await signed(2_503, now + 12), [prepareObserve(foundation.deployment, MARKET)]))
  expect(await spotNow()).toEqual([2_503, OPEN])
  await mine([prepareRelayPrice(await signed(2_512, now + 10))])
  expect(await spotNow()).toEqual([2_512, WIDE])
  await mine([prepareRelayPrice(await signed(2_540, now + 12))])
  expect(await spotNow()).toEqual([SPOT, ATTACH])
  await mine([prepareRelayPrice(await signed(2_501, now + 12))])
  await mine([prepareObserve(foundation.deployment, MARKET)], AGE + 1)
  expect(await spotNow()).toEqual([SPOT, ATTACH])
  await mine([prepareObserve(foundation.deployment, MARKET)], OUTAGE)
  expect(await spotNow()).toEqual([SPOT, REDUCE_ONLY])
  const round = encodeFunctionData({ abi: localAggregatorAbi, functionName: 'push', args: [2_520n * 10n ** 8n] })
  await mine([{ from: cast.keeper, to: foundation.feed, data: round, label: 'round' }])
  await mine([prepareRelayPrice(await signed(2_501, now + 12))])
  expect(await spotNow()).toEqual([2_501, OPEN])
}, 300_000)

test('a snapshot quotes what the chain will once the price is relayed, and says the same until then', async () => {
  await mine([prepareRelayPrice(await signed(2_505, now + 12))])
  const order = await legs()
  for (const [later, whole] of [
    [8, 2_499],
    [12, 2_512],
    [30, 2_530],
  ] as const) {
    await mine([prepareObserve(foundation.deployment, MARKET)], OUTAGE - 20)
    await mine([prepareRelayPrice(await signed(2_505, now + 12))])
    const snapshot = await take()
    const at = now + later
    const asked = (call: Parameters<Chain['read']>[0]) => chain.read({ ...call, timestamp: at })
    const refused = await answer(() => readQuote(asked, foundation.deployment, { market: MARKET, legs: order }))
    expect(refused).toBe('SpotUnavailable')
    expect(await answer(() => quoteOffline(snapshot, { legs: order, at }))).toBe(refused)

    await mine([prepareRelayPrice(await signed(whole, at - 1))], later)
    const quoted = await readQuote(reader, foundation.deployment, { market: MARKET, legs: order })
    const price = { wad: BigInt(whole) * WAD, signedAt: at - 1 }
    const offline = quoteOffline(snapshot, { legs: order, at, price })
    expect(offline).toMatchObject({ netCash: quoted.netCash, parts: quoted.parts })
  }
}, 300_000)

test('checks as the feed does, with keys of its own', async () => {
  const good = await signed(2_505, now)
  expect(await check(good)).toMatchObject({ outcome: 'stored', threshold: 2 })
  const other = await signed(2_506, now)
  const mixed = { ...good, signatures: [good.signatures[0]!, other.signatures[1]!] }
  const { outcome, faults } = await check(mixed)
  expect(outcome).toBe('refused')
  expect(faults[0]!.text).toContain('BadSignature')
  expect(await check(await signed(2_505, now, [cast.signers[0]!]))).toMatchObject({
    outcome: 'refused',
    faults: [{ kind: 'tooFewSigners' }],
  })
  await mine([prepareRelayPrice(await signed(2_505, now + 12))])
  expect(await check(good)).toMatchObject({ outcome: 'known' })
  // A relay that comes late fails nothing.
  await mine([prepareRelayPrice(good), prepareObserve(foundation.deployment, MARKET)], 1)
}, 300_000)
