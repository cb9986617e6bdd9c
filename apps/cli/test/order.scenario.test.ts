import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { delayedOrdersAbi, signedFeedAbi, spotOracleAbi } from '@keel/contracts/generated'
import { delayedOrdersBytecode, signedFeedBytecode } from '@keel/contracts/generated/bytecode'
import type { Chain, Foundation } from '@keel/lab'
import { createCast, foundKeel, openChain, openWorld, startAnvil } from '@keel/lab'
import { formatDeployment, formatPrice, prepareObserve, readContract, readSnapshot, signPrice } from '@keel/sdk'
import type { Address, Hex } from 'viem'
import { encodeDeployData, encodeFunctionData } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findCommand } from '../src/commands/table.ts'
import type { Io } from '../src/frame/io.ts'
import { runCommand } from '../src/frame/run.ts'
import { seriesName } from '../src/values/seriesName.ts'

/** A market that has lived for a day and whose orders then wait for their price, by the commands alone. */

const HOUR = 3_600
const DAY = 24 * HOUR
const START = Date.UTC(2026, 2, 20, 9) / 1000
const SPOT = 2_500
const WAD = 10n ** 18n
const TERMS = { delay: 20, window: 60, leastTip: 50_000n }

const folder = mkdtempSync(join(tmpdir(), 'keel-order-'))
const [file, path] = [join(folder, 'deployment.json'), join(folder, 'price.json')]
const cast = createCast()
let chain: Chain
let foundation: Foundation
let feed: Address
let queue: Address
let series: string

// biome-ignore lint/suspicious/noExplicitAny: a document of a command, as a script would read it
type Document = any

async function run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly document: Document }> {
  const where = ['--rpc', chain.anvil.rpcUrl, '--deployment', file, '--json']
  const { command, rest } = findCommand([...args, ...where])!
  const signal = new AbortController().signal
  const io: Io = { json: true, env: {}, signal, print: () => {}, progress: () => {}, confirm: async () => {} }
  await chain.request('evm_setAutomine', [true])
  const { code, stdout } = await runCommand(command, { args: rest, io })
  await chain.request('evm_setAutomine', [false])
  return { code, document: JSON.parse(stdout) }
}

async function done(...args: readonly string[]): Promise<Document> {
  const { code, document } = await run(...args)
  expect({ args, code, document }).toMatchObject({ code: 0 })
  return document
}

async function create(data: Hex, time: number): Promise<Address> {
  const [receipt] = await chain.mine(time, [{ from: cast.deployer, data, label: 'create' }])
  return receipt!.contractAddress!
}

const seconds = (iso: string): number => Date.parse(iso) / 1000

/** A price of a second, signed by two, in the file. */
async function signed(signedAt: number): Promise<void> {
  const { chainId } = foundation.deployment
  const price = { chainId, feed, decimals: 8, answer: BigInt(SPOT) * 10n ** 8n, signedAt, signatures: [] }
  writeFileSync(path, formatPrice(await signPrice({ price, signers: cast.signers.slice(0, 2) })))
}

beforeAll(async () => {
  chain = await openChain(await startAnvil({ timestamp: START - 1_000, hardfork: 'osaka', accounts: 11 }))
  const spot = BigInt(SPOT) * WAD
  foundation = await foundKeel(chain, { cast, time: START - 900, spot, equity: 1_000_000n, poolDepth: 2_000_000n })
  const { deployment } = foundation
  writeFileSync(file, formatDeployment(deployment))
  const plan = { seed: 7, lastExpiry: START + 30 * DAY, volatilityAt: () => ({ short: 0.6, long: 0.6 }) }
  const world = await openWorld(chain, { foundation, cast, plan })
  await world.mintFor(START, { accounts: [...cast.depositors, cast.visitor], amount: 10n ** 12n })
  const step = (hour: number) =>
    world.step({ time: START + hour * HOUR, price: SPOT, isClose: true }, { trading: false })
  await step(1)
  for (const [i, who] of cast.depositors.entries())
    await world.requestDeposit(START + HOUR + 100 + i, who, 333_333_000_000n)
  for (let hour = 2; hour <= 26; hour++) await step(hour)
  const { board } = (await readSnapshot((call) => chain.read(call), deployment, 1)).boards.at(-1)!
  const strike = board.strikes.find((each) => each >= spot)!
  series = seriesName({ symbol: 'ETH', expiry: board.expiry, strike, isCall: true })
}, 300_000)

afterAll(async () => {
  await chain?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('there is nothing to wait for until the market has such orders', async () => {
  const { code, document } = await run('order', 'request', '--buy', '1', series, '--yes')
  expect(code).toBe(1)
  expect(document.error.message).toContain('Use keel trade')
})

test('an order is asked for, executed and paid; another is given back whole', { timeout: 120_000 }, async () => {
  const { authority, market, spotOracle } = foundation.deployment.contracts
  const time = START + 26 * HOUR + 60
  feed = await create(
    encodeDeployData({ abi: signedFeedAbi, bytecode: signedFeedBytecode, args: [authority, 8] }),
    time,
  )
  const config = { authority, market, feed, id: 1, terms: TERMS }
  const creation = { abi: delayedOrdersAbi, bytecode: delayedOrdersBytecode, args: [config] } as const
  queue = await create(encodeDeployData(creation), time + 1)
  const oracle = { address: spotOracle, abi: spotOracleAbi } as const
  const before = await readContract((call) => chain.read(call), { ...oracle, functionName: 'sources', args: [1] })
  const sources = { ...before, quick: queue, quickAge: 60, quickOutage: 600 }
  const signers = cast.signers.map(({ address }) => address)
  const governed = [
    { to: feed, data: encodeFunctionData({ abi: signedFeedAbi, functionName: 'setSigners', args: [signers, 2n] }) },
    {
      to: spotOracle,
      data: encodeFunctionData({ abi: spotOracleAbi, functionName: 'setMarket', args: [1, sources] }),
    },
    prepareObserve(foundation.deployment, 1),
  ]
  const calls = governed.map((call) => ({ from: cast.deployer, label: 'set up', ...call }))
  expect((await chain.mine(time + 2, calls)).map(({ ok }) => ok)).toEqual([true, true, true])

  const asked = await done('order', 'request', '--buy', '1', series, '--slippage', '5', '--yes')
  expect(asked).toMatchObject({ id: '1', market: 'ETH', tip: '0.05', legs: [{ series }] })
  await chain.mine(seconds(asked.pricedAt), [])
  await signed(seconds(asked.pricedAt) - 1)
  const early = await run('order', 'execute', '1', path, '--yes')
  expect(early.document.error.message).toMatch(/PriceOfAnotherSecond/)
  await signed(seconds(asked.pricedAt))
  const executed = await done('order', 'execute', '1', path, '--account', '1', '--yes')
  expect(executed).toMatchObject({ id: '1', tip: '0.05' })
  expect(Number(executed.netCash)).toBeGreaterThan(0)
  expect(Number(executed.netCash) + Number(executed.refunded)).toBeCloseTo(Number(asked.limit), 6)
  const twice = await run('order', 'execute', '1', path, '--yes')
  expect(twice.document.error.message).toMatch(/No order 1 /)

  const second = await done('order', 'request', '--sell', '0.5', series, '--limit', '-1', '--tip', '2', '--yes')
  expect(second).toMatchObject({ id: '2', limit: '-1', tip: '2' })
  const soon = await run('order', 'refund', '2', '--yes')
  expect(soon.document.error.message).toMatch(/OrderNotExpired/)
  await chain.mine(seconds(second.expiresAt) + 1, [])
  expect(await done('order', 'refund', '2', '--account', '1', '--yes')).toMatchObject({ id: '2', cash: '2' })
})
